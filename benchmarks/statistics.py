"""How often the intervals hold the truth, the funnel cries wolf, and shrinkage comes nearer to it: by simulation.

    make bench-statistics

Each part prints a table and what was to be reached; the exit status is 1 where it was not.
"""

import sys

import numpy as np

from disclosure.statistics import funnel_limits, newcombe, overdispersion, poisson, shrink, wilson

DRAWS = 10_000
NOMINAL = 0.95
SIZES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
SHARES = np.linspace(0.02, 0.98, 25)[:, None]
# Cases per answer, from one in fifty to three for every two.
RATES = np.linspace(0.02, 1.5, 25)[:, None]


def main():
    random = np.random.default_rng(20190515)
    reached = [part(random) for part in (coverage, differences, false_alarms, shrinkage)]
    sys.exit(0 if all(reached) else 1)


def line(first, *cells):
    print(f"{first!s:<28}" + "".join(f"{cell!s:>12}" for cell in cells))


def percent(shares):
    return [f"{share:.1%}" for share in shares]


def verdict(what, reached):
    print(f"{what}: {'yes' if reached else 'NO'}")
    return reached


def held(truth, low, high):
    return (low <= truth) & (truth <= high)


def coverage(random):
    """How often an interval holds the true value, of each of 25 true values."""
    print(f"\nCoverage of 95% intervals, {DRAWS:,} draws at each of 25 true values\n")
    line("n", "Wilson", "least", "most", "Wald", "Poisson", "least", "most")
    sizes = [*((n, np.full((25, DRAWS), n)) for n in SIZES), ("1 to 500", random.integers(1, 501, (25, DRAWS)))]
    for name, n in sizes:
        count = random.binomial(n, SHARES)
        share = count / n
        wald = np.abs(share - SHARES) <= 1.96 * np.sqrt(share * (1 - share) / n)
        of_shares = held(SHARES, *wilson(count, n)).mean(axis=1)
        of_rates = held(RATES, *poisson(random.poisson(n * RATES), n)).mean(axis=1)
        spread = (of_shares.mean(), of_shares.min(), of_shares.max(), wald.mean())
        line(name, *percent((*spread, of_rates.mean(), of_rates.min(), of_rates.max())))
    print("\nOn average over n from 1 to 500 within 1 point of 95%")
    wilson_near = verdict("Wilson", abs(of_shares.mean() - NOMINAL) <= 0.01)
    return verdict("exact Poisson", abs(of_rates.mean() - NOMINAL) <= 0.01) and wilson_near


def differences(random):
    """How often Newcombe's interval holds the true difference of two shares, of groups as unequal as applicants are."""
    print(f"\nCoverage of Newcombe's 95% interval of a difference, {DRAWS:,} draws at each of 25 pairs of shares\n")
    line("n of the two", "mean", "least", "most")
    other = SHARES[random.permutation(25)]
    means = []
    for n, other_n in ((10, 10), (100, 10), (100, 50), (500, 20), (500, 500)):
        count, other_count = random.binomial(n, SHARES, (25, DRAWS)), random.binomial(other_n, other, (25, DRAWS))
        _, low, high = newcombe(count, n, other_count, other_n)
        covered = held(SHARES - other, low, high).mean(axis=1)
        line(f"{n} and {other_n}", *percent((covered.mean(), covered.min(), covered.max())))
        means.append(covered.mean())
    return verdict("\nwithin 1 point of 95% on average", abs(np.mean(means) - NOMINAL) <= 0.01)


DISTRICTS = 300


def districts(random, kind, spread):
    """Denominators and counts of districts that differ by ``spread`` (the standard deviation of their true values)."""
    n = np.clip(random.lognormal(4.5, 1, DISTRICTS).round(), 10, 3000).astype(int)
    mean = 0.3
    if kind == "share":
        strength = mean * (1 - mean) / spread**2 - 1 if spread else None
        truth = random.beta(mean * strength, (1 - mean) * strength, DISTRICTS) if spread else np.full(DISTRICTS, mean)
        return n, truth, random.binomial(n, truth)
    truth = random.gamma((mean / spread) ** 2, spread**2 / mean, DISTRICTS) if spread else np.full(DISTRICTS, mean)
    return n, truth, random.poisson(n * truth)


SPREADS = (0, 0.05, 0.1, 0.15)


def false_alarms(random):
    """How often a district of no peculiarity stands outside the limits, with and without the correction."""
    runs = 200
    print(f"\nDistricts outside the funnel's limits though none is peculiar: {runs} corpora of {DISTRICTS} districts\n")
    line("kind, spread of districts", "exact 95%", "99.8%", "widened 95%", "99.8%", "ratio")
    reached = []
    for kind in ("share", "rate"):
        for spread in SPREADS:
            alarms, ratios = np.zeros(4), []
            for _ in range(runs):
                n, _, count = districts(random, kind, spread)
                ratio, between = overdispersion(count, n, kind)
                ratios.append(ratio)
                for at, (level, sd) in enumerate(((0.95, 0), (0.998, 0), (0.95, between), (0.998, between))):
                    limits = funnel_limits(count.sum() / n.sum(), n, kind, level, sd)
                    alarms[at] += 1 - held(count / n, *limits).mean()
            exact, far, widened, widened_far = alarms / runs
            rates = f"{exact:.1%}", f"{far:.2%}", f"{widened:.1%}", f"{widened_far:.2%}"
            line(f"{kind}, {spread}", *rates, f"{np.mean(ratios):.1f}")
            reached.append(abs(widened - 0.05) <= 0.01 and abs(widened_far - 0.002) <= 0.001)
    return verdict("\nwidened: 5% within 1 point and 0.2% within 0.1, whatever the spread", all(reached))


def shrinkage(random):
    """The error of shrunken and of raw values against the truth, and how often intervals and rank intervals hold it."""
    runs = 40
    print(f"\nShrinkage against raw values: {runs} corpora of {DISTRICTS} districts\n")
    line("kind, spread of districts", "raw error", "shrunken", "less by", "interval", "rank int.")
    reached = []
    for kind in ("share", "rate"):
        for spread in SPREADS[1:]:
            raw, shrunken, holds, ranks = [], [], [], []
            for _ in range(runs):
                n, truth, count = districts(random, kind, spread)
                found = shrink(count, n, kind, draws=500)
                raw.append(((count / n - truth) ** 2).mean())
                shrunken.append(((found.value - truth) ** 2).mean())
                holds.append(held(truth, found.low, found.high).mean())
                rank = np.argsort(np.argsort(-truth)) + 1
                ranks.append(held(rank, found.rank_low, found.rank_high).mean())
            errors = np.sqrt(np.mean(raw)), np.sqrt(np.mean(shrunken))
            less = 1 - errors[1] / errors[0]
            figures = (*(f"{error:.4f}" for error in errors), *percent((less, np.mean(holds), np.mean(ranks))))
            line(f"{kind}, {spread}", *figures)
            reached.append(less > 0 and abs(np.mean(holds) - NOMINAL) <= 0.02)
    return verdict("\nnearer to the truth than raw, intervals within 2 points of 95%", all(reached))


if __name__ == "__main__":
    main()
