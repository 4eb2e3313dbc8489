"""The declared forms: which cells a report has, what they are called, which sums must close.

All of it is data in ``forms/*.toml`` and ``forms/aliases.csv``; nothing here names a row.
"""

import csv
import tomllib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from .amounts import YUAN
from .errors import FormError, UnknownName

FOLDER = Path(__file__).parent / "forms"


class CellKey(NamedTuple):
    """The name of one cell: the same key in two forms is the same quantity."""

    table: str
    row: str
    column: str

    def __str__(self):
        return ".".join(self)


@dataclass(frozen=True)
class Column:
    key: str
    label: tuple[str, ...]
    """The printed headings, from the outermost in."""
    en: str
    unit: str
    """The declared unit; empty where the form leaves it to the clerk."""
    kind: str = "count"
    """count: a whole number from 0; money: may have decimals; change: a signed whole number."""


@dataclass(frozen=True)
class Row:
    key: str
    label: tuple[str, ...]
    en: str
    article: str = ""
    """The article of the 2019 Regulation (政府信息公开条例) that the row counts, such as ``36(4)(5)``."""


@dataclass(frozen=True)
class Block:
    """A run of rows under one header."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    key: str
    heading: str
    en: str
    blocks: tuple[Block, ...]
    layout: str = "rows"
    """rows: a row a line; flat: all rows printed beside each other on one line."""

    @cached_property
    def cells(self):
        """Every cell as ``{CellKey: (Row, Column)}``, in printed order."""
        return {
            CellKey(self.key, row.key, column.key): (row, column)
            for block in self.blocks
            for row in block.rows
            for column in block.columns
        }

    @cached_property
    def rows(self):
        """The cells of each row, ``{row key: [CellKey, ...]}``, in printed order."""
        rows = {}
        for key in self.cells:
            rows.setdefault(key.row, []).append(key)
        return rows


@dataclass(frozen=True, eq=False)
class Identity:
    """One equality: the sum of the cells on the left equals the sum of those on the right."""

    id: str
    table: str
    at: str
    """The row or column in which it is taken."""
    left: tuple[CellKey, ...]
    right: tuple[CellKey, ...]
    zh: str
    en: str

    @property
    def cells(self):
        return self.left + self.right


@dataclass(frozen=True)
class Rule:
    """An identity as declared: once for each row, or once for each column, of its table."""

    id: str
    table: str
    each: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True)
class Form:
    """One generation of the form, as declared in ``forms/<key>.toml``."""

    key: str
    document: str
    first_year: int
    last_year: int | None
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def cells(self):
        """Every cell of the form as ``{CellKey: (Row, Column)}``, in printed order."""
        return {key: value for table in self.tables for key, value in table.cells.items()}

    @cached_property
    def cells_of_money(self):
        """Those whose column declares a unit of money."""
        return {key: (row, column) for key, (row, column) in self.cells.items() if column.unit in YUAN}

    @cached_property
    def identities(self):
        """Every equality inside one report, a tuple of Identity."""
        return tuple(identity for rule in self.rules for identity in _spread(self, rule))

    @cached_property
    def picks(self):
        """What picks the left and the right side of each identity out of a list of one number a cell, in printed order."""
        place = {key: slice(at, at + 1) for at, key in enumerate(self.cells)}

        def pick(side):
            return itemgetter(*(place[key] if len(side) == 1 else place[key].start for key in side))

        return [(identity, pick(identity.left), pick(identity.right)) for identity in self.identities]

    @cached_property
    def identities_of(self):
        """The identities through each cell, as ``{CellKey: (Identity, ...)}``."""
        through = {key: [] for key in self.cells}
        for identity in self.identities:
            for key in identity.cells:
                through[key].append(identity)
        return {key: tuple(identities) for key, identities in through.items()}

    def table(self, key):
        for table in self.tables:
            if table.key == key:
                return table
        raise UnknownName(f"form {self.key} has no table {key!r}; it has {', '.join(t.key for t in self.tables)}.")

    def cells_named(self, name):
        """The cells of a name such as ``applications.new.total`` or, of a group's rows, ``applications.denied.*.total``."""
        if name not in self._named:
            table, _, rest = name.partition(".")
            row, column = rest.rsplit(".", 1)
            rows = [key for key in self.table(table).rows if key == row or row[-1] == "*" and key.startswith(row[:-1])]
            self._named[name] = [key for row in rows if (key := CellKey(table, row, column)) in self.cells]
        return self._named[name]

    @cached_property
    def _named(self):
        return {}

    def label(self, key, lang="zh"):
        """The printed labels of a cell: ``三、本年度办理结果 / （一）予以公开 · 自然人``."""
        row, column = self.cells[CellKey(*key)]
        if lang == "en":
            return f"{row.en} · {column.en}"
        return f"{' / '.join(row.label)} · {'/'.join(column.label)}"

    def with_rows(self, donor, table, rows):
        """This form with rows that a report prints after another form: what a hybrid report fills in.

        The borrowed rows take the place of the group they sum up, so that the identities
        run through what is printed.
        """
        tables = []
        for own in self.tables:
            if own.key == table:
                own = replace(own, blocks=own.blocks + tuple(_borrowed(donor.table(table), rows)))
            tables.append(own)
        rules = tuple(_borrowing(rule, rows) if rule.table == table else rule for rule in self.rules)
        return replace(self, tables=tuple(tables), rules=rules)


def _borrowed(table, rows):
    for block in table.blocks:
        kept = tuple(row for row in block.rows if row.key in rows)
        if kept:
            yield Block(block.columns, kept)


def _borrowing(rule, rows):
    """The rule with each borrowed row in place of the group of rows under it, and the other way round."""

    def swap(terms):
        for term in terms:
            group = term.removesuffix(".*")
            inside = [row for row in rows if row == group or row.startswith(group + ".")]
            if inside and (group not in rows or term.endswith(".*")):
                yield from inside
            else:
                yield term

    return replace(rule, left=tuple(swap(rule.left)), right=tuple(swap(rule.right)))


def _spread(form, rule):
    """One Identity for each row, or each column, that the rule speaks of."""
    table = form.table(rule.table)
    cells = table.cells
    rows = list(dict.fromkeys(key.row for key in cells))
    columns = list(dict.fromkeys(key.column for key in cells))
    along, across = (columns, rows) if rule.each == "row" else (rows, columns)
    left, right = _named(rule.left, along, form, rule), _named(rule.right, along, form, rule)

    def key(term, at):
        row, column = (at, term) if rule.each == "row" else (term, at)
        return CellKey(rule.table, row, column)

    for at in across:
        yield Identity(
            rule.id, rule.table, at,
            tuple(key(term, at) for term in left), tuple(key(term, at) for term in right),
            rule.zh, rule.en,
        )  # fmt: skip


def _named(terms, keys, form, rule):
    """Replace each ``group.*`` by the keys under it; an unknown name is an error of the declaration."""
    named = []
    for term in terms:
        found = [key for key in keys if key == term or (term.endswith(".*") and key.startswith(term[:-1]))]
        if not found:
            raise FormError(
                f"forms/{form.key}.toml: identity {rule.id} names {term!r}, which is no key of table {rule.table}. "
                f"Use one of {', '.join(keys)}."
            )
        named += found
    return named


@cache
def forms():
    """All declared forms as ``{key: Form}``, newest first. Raises FormError for a faulty declaration."""
    declared = [load_form(path) for path in FOLDER.glob("*.toml")]
    return {form.key: form for form in sorted(declared, key=lambda form: -form.first_year)}


def form(key):
    """The declared form of that key, ``"2021"`` or ``"2019"``."""
    if str(key) not in forms():
        raise UnknownName(f"no form {key!r} is declared; there are {', '.join(forms())} (see disclosure/forms/).")
    return forms()[str(key)]


def load_form(path):
    """Read and validate one declaration. Raises FormError that names the file and the fault."""
    path = Path(path)
    try:
        declared = tomllib.loads(path.read_text("utf-8"))
        loaded = Form(
            key=declared["key"],
            document=declared["document"],
            first_year=declared["years"]["first"],
            last_year=declared["years"].get("last"),
            tables=tuple(_table(table) for table in declared["tables"]),
            rules=tuple(_rule(rule) for rule in declared.get("identities", ())),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{path}: not valid TOML ({error}).") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise FormError(f"{path}: a declaration is missing or misspelt: {error}. Compare with 2021.toml.") from error
    _validate(path, loaded)
    return loaded


def _table(declared):
    blocks = tuple(
        Block(
            columns=tuple(Column(**column | {"label": tuple(column["label"])}) for column in block["columns"]),
            rows=tuple(Row(**row | {"label": tuple(row["label"])}) for row in block["rows"]),
        )
        for block in declared["blocks"]
    )
    return Table(declared["key"], declared["heading"], declared["en"], blocks, declared.get("layout", "rows"))


def _rule(declared):
    if declared["each"] not in ("row", "column"):
        raise KeyError(f"each = {declared['each']!r} (row or column)")
    return Rule(**declared | {"left": tuple(declared["left"]), "right": tuple(declared["right"])})


def _validate(path, loaded):
    seen = set()
    for table in loaded.tables:
        keys = [
            CellKey(table.key, row.key, column.key)
            for block in table.blocks for row in block.rows for column in block.columns
        ]  # fmt: skip
        for key in keys:
            if key in seen:
                raise FormError(f"{path}: the cell {key} is declared twice. Give one of them another key.")
            seen.add(key)
        for block in table.blocks:
            for column in block.columns:
                if column.kind not in ("count", "money", "change"):
                    raise FormError(f"{path}: column {column.key} has kind {column.kind!r}: count, money or change.")
    for rule in loaded.rules:
        if rule.table not in {table.key for table in loaded.tables}:
            raise FormError(f"{path}: identity {rule.id} is about a table {rule.table!r} that is not declared.")
    _ = loaded.identities  # spreading them names any unknown term


@cache
def aliases():
    """Labels seen in place of the declared ones: ``{(table, key): [label, ...]}``; key is a row's or a column's."""
    seen = {}
    with open(FOLDER / "aliases.csv", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            seen.setdefault((line["table"], line["key"]), []).append(line["seen"])
    return seen


def groups_of(rows):
    """The groups that some rows, by their keys, belong to. The heading of one has no figures of its own where they are printed.

    >>> sorted(groups_of(["new", "denied.state_secret"]))
    ['', 'denied']
    """
    return {row.rpartition(".")[0] for row in rows}
