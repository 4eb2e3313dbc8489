"""The words of ``claims.toml``, compiled: which phrases claim what, and what sentences are about."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

DECLARED = Path(__file__).with_name("claims.toml")
# Of so many phrases it is kept what they claim, some 500 bytes each.
PHRASES = 4096


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of claims.toml, which explains the fields, its patterns compiled for a year."""

    says: str
    cells: tuple[tuple[str, ...], ...]
    subject: str
    before: re.Pattern | None
    after: re.Pattern | None
    both: bool
    nothing: re.Pattern | None
    unless: re.Pattern | None
    money: bool
    parts: bool
    soft: re.Pattern | bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence can be about."""

    name: str = ""
    group: str = ""
    rows: tuple[str, ...] = ()
    """The rows that ``{subject}`` stands for in the names of cells."""


@cache
def rules(year):
    """The rules in their order, for the report of a year; None for one whose year is not known."""
    words = list(_declared()["words"].items())
    years = {"last_year": -1, "this_year": 0, "next_year": 1}

    def spelt(text):
        # A word is made of those above it.
        for word, meaning in reversed(words):
            text = text.replace(f"{{{word}}}", meaning)
        for word, shift in years.items():
            text = text.replace(f"{{{word}}}", str(year + shift) if year else r"20\d\d")
        return text

    def any_of(patterns, end=""):
        return re.compile(f"(?:{'|'.join(map(spelt, patterns))}){end}") if patterns else None

    def compiled(declared):
        soft = declared.get("soft", False)
        return Rule(
            says=declared["says"],
            cells=tuple(map(tuple, declared.get("cells", ()))),
            subject=declared.get("subject", ""),
            before=any_of(declared.get("before"), "$"),
            after=any_of(declared.get("after")),
            both=declared.get("both", False),
            nothing=any_of(declared.get("nothing")),
            unless=any_of([declared["unless"]]) if "unless" in declared else None,
            money=declared.get("money", False),
            parts=declared.get("parts", False),
            soft=any_of([soft]) if isinstance(soft, str) else soft,
        )

    return tuple(map(compiled, _declared()["claims"]))


@lru_cache(PHRASES)
def fitting(year, money, before, after, tried=0):
    """The first rule for counts, or for sums of money, whose words stand round a figure, behind those tried already.

    Returns how many rules are tried then, the Rule, how many characters before the figure its words begin, and how
    many behind it they end (None where none stand there); None if no rule fits. Reports use each other's phrases, so
    what fits one is kept.
    """
    of_kind = _counting(year, money)
    for index in range(tried, len(of_kind)):
        rule, search, match = of_kind[index]
        ahead = search and search(before)
        behind = match and match(after)
        if (ahead and behind) if rule.both else (ahead or behind):
            return index + 1, rule, len(before) - ahead.start() if ahead else 0, behind and behind.end()
    return None


@cache
def _counting(year, money):
    of_kind = [rule for rule in rules(year) if rule.money == money and (rule.before or rule.after)]
    return [(rule, rule.before and rule.before.search, rule.after and rule.after.match) for rule in of_kind]


@cache
def denying(year):
    """The rules that know how it is said that there is none."""
    return tuple(rule for rule in rules(year) if rule.nothing)


@cache
def label(says, lang):
    """How a message calls a claim."""
    return next(rule[lang] for rule in _declared()["claims"] if rule["says"] == says)


def subjects(text):
    """(position, Subject) of each subject that a text names."""
    pattern, known = _subjects()
    return [(found.start(), known[found.lastgroup]) for found in pattern.finditer(text)]


@lru_cache(PHRASES)
def last_subject(heading):
    """The last Subject that a heading names, alone in a list; the list is empty where it names none."""
    return [subject for _, subject in subjects(heading)[-1:]]


@cache
def _subjects():
    declared = _declared()["subjects"]
    known = {
        name: Subject(name, subject.get("group", ""), tuple(subject.get("rows", ())))
        for name, subject in declared.items()
    }
    return re.compile("|".join(f"(?P<{name}>{subject['words']})" for name, subject in declared.items())), known


@cache
def _declared():
    return tomllib.loads(DECLARED.read_text("utf-8"))
