"""How well the audit finds what is wrong: slips planted in the figures, misstatements planted in the words.

python -m benchmarks.audit                # 400 reports a kind of slip, 1,000 narratives
python -m benchmarks.audit --count 50 --seed 1000
"""

import argparse
import statistics
import time
from collections import Counter

from disclosure.amounts import Amount
from disclosure.audit import audit
from disclosure.check import check
from disclosure.claims import claims
from disclosure.form import CellKey, form
from disclosure.locate import locate
from disclosure.wording import fold
from tests.generator import KINDS, figures, misstate, plant

FORMS = ("2021", "2019")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400, help="reports for each kind of slip")
    parser.add_argument("--narratives", type=int, default=1000, help="narratives with misstated figures")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.count)
    slips(seeds)
    words(range(asked.seed, asked.seed + asked.narratives))
    sound(seeds)


def report(seed, kind=None, wrong_words=False):
    """A generated report as (form, truth, values), with a slip of that kind in its figures."""
    key = FORMS[seed % len(FORMS)]
    truth = figures(seed, key)
    truth = misstate(truth, seed) if wrong_words else truth
    truth = plant(truth, kind, seed) if kind else truth
    values = {CellKey(*cell): Amount(value, "printed", truth.texts[cell]) for cell, value in truth.cells.items()}
    return form(key), truth, values


def lines_of(truth):
    return [line for part in truth.narrative for line in part]


HEAD = (
    "slip", "planted", "detected", "三, one cell wrong: named for certain", "三, several wrong: among the explanations", "ranked first",
    "四: among the explanations", "ranked first", "first, with the words", "called certain", "of these wrong", "ms",
)  # fmt: skip


def slips(seeds):
    """Detection and localisation per kind of slip: in table 三, whose sums cross, and in table 四, whose sums do not."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    whole = Counter()
    for kind in KINDS:
        tally, took = Counter(), []
        for seed in seeds:
            declared, truth, values = report(seed, kind)
            for _, before in truth.planted:
                right = {CellKey(*cell): value for cell, value in before.items()}
                start = time.process_time()
                broken = check(declared, values)
                hypotheses = locate(declared, values)
                took.append(time.process_time() - start)
                told = locate(declared, values, claims(lines_of(truth), declared, values, truth.year))
                tally += judged(right, broken, hypotheses, told)
        whole += tally
        print(line(kind, tally, f"{1000 * statistics.median(took):.1f}" if took else ""))
    print(line("all", whole, ""), "\n")


def judged(right, broken, hypotheses, told):
    """What became of one planted slip."""

    def fits(hypothesis):
        return dict(zip(hypothesis.cells, hypothesis.values)) == right

    where = "review" if next(iter(right)).table == "review" else "one" if len(right) == 1 else "several"
    certain = [one for one in hypotheses if one.confidence == "certain"]
    return Counter(
        {
            "planted": 1,
            "detected": bool(broken),
            "certain": bool(certain),
            "wrong": not all(map(fits, certain)),
            where: 1,
            f"{where} certain": any(map(fits, certain)),
            f"{where} among": any(map(fits, hypotheses)),
            f"{where} first": any(fits(one) for one in hypotheses if one.rank == 1),
            f"{where} told": any(fits(one) for one in told if one.rank == 1),
        }
    )


def line(kind, tally, took):
    shares = (
        ("detected", "planted"), ("one certain", "one"), ("several among", "several"), ("several first", "several"),
        ("review among", "review"), ("review first", "review"), ("review told", "review"), ("certain", "planted"), ("wrong", "certain"),
    )  # fmt: skip
    return f"| {kind} | {tally['planted']} | {' | '.join(share(tally[part], tally[all_]) for part, all_ in shares)} | {took} |"


def share(part, whole):
    return f"{100 * part / whole:.1f} % of {whole}" if whole else "–"


def words(seeds):
    """Precision and recall of what is found in narratives, a third of whose figures are misstated."""
    tally, took = Counter(), []
    for seed in seeds:
        declared, truth, values = report(seed, wrong_words=True)
        start = time.process_time()
        found = claims(lines_of(truth), declared, values, truth.year)
        took.append(time.process_time() - start)
        stated = [(fold(sentence).replace(" ", ""), value, agrees) for sentence, _, value, agrees in truth.claims]
        said = Counter((claim.sentence, claim.value) for claim in found)
        contradicted = Counter((claim.sentence, claim.value) for claim in found if claim.verdict == "disagrees")
        wrong = Counter((sentence, value) for sentence, value, agrees in stated if not agrees)
        tally += Counter(
            stated=len(stated),
            found=sum((said & Counter((sentence, value) for sentence, value, _ in stated)).values()),
            misstated=wrong.total(),
            contradicted=contradicted.total(),
            real=(contradicted & wrong).total(),
        )
    print(
        "| narratives | figures stated | found | misstated | called contradicted | of these real (precision) | recall | ms |"
    )
    print("|---|---|---|---|---|---|---|---|")
    cells = (
        len(seeds), tally["stated"], share(tally["found"], tally["stated"]), tally["misstated"], tally["contradicted"],
        share(tally["real"], tally["contradicted"]), share(tally["real"], tally["misstated"]), f"{1000 * statistics.median(took):.2f}",
    )  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |\n")


def sound(seeds):
    """False alarms, and what an audit costs, on reports with nothing wrong."""
    alarms, sums, took = 0, [], []
    for seed in seeds:
        declared, truth, values = report(seed)
        start = time.process_time()
        check(declared, values)
        middle = time.process_time()
        alarms += bool(audit(declared, values, lines_of(truth), truth.year).findings)
        sums.append(middle - start)
        took.append(time.process_time() - middle)
    print("| sound reports | with a false alarm | ms the sums | ms the whole audit, median | 99 % |")
    print("|---|---|---|---|---|")
    slowest = statistics.quantiles(took, n=100)[-1]
    print(
        f"| {len(seeds)} | {alarms} | {1000 * statistics.median(sums):.3f} | {1000 * statistics.median(took):.2f} | {1000 * slowest:.2f} |"
    )


if __name__ == "__main__":
    main()
