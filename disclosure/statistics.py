"""Intervals and comparisons for small counts: vectorised, and undefined where nothing was counted.

``count`` is a numerator, ``n`` its denominator (trials of a share, exposure of a rate);
both broadcast. Where n is 0 or missing the answer is NaN, never 0.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
SMALL = 10
"""Below this denominator nothing is compared: the 95 % interval of a share is then 50 points wide and more."""
ENOUGH = 30
"""Districts from which on their spread can be estimated, as shrinkage needs it."""


def critical(level=LEVEL):
    """The normal quantile of a two-sided level: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(count, n, level=LEVEL):
    """Wilson's interval of a share, as (low, high)."""
    count, n = _counted(count, n)
    z = critical(level)
    share = count / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    # At the ends the formula is exact but for rounding.
    return np.where(count == 0, 0 * n, np.maximum(low, 0)), np.where(count == n, n / n, np.minimum(high, 1))


def poisson(count, n, level=LEVEL):
    """The exact (Garwood) interval of a rate of events per unit of exposure, as (low, high)."""
    from scipy.special import gammaincinv

    count, n = _counted(count, n)
    tail = (1 - level) / 2
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), tail), 0)
    return low / n, gammaincinv(count + 1, 1 - tail) / n


INTERVALS = {"share": (wilson, "Wilson"), "rate": (poisson, "exact Poisson")}
"""The interval of each kind of indicator, and its name."""


def newcombe(count, n, other_count, other_n, level=LEVEL):
    """The difference of two independent shares and Newcombe's interval of it, as (difference, low, high)."""
    (low, high), (other_low, other_high) = wilson(count, n, level), wilson(other_count, other_n, level)
    count, n = _counted(count, n)
    other_count, other_n = _counted(other_count, other_n)
    share, other = count / n, other_count / other_n
    return (
        share - other,
        share - other - np.hypot(share - low, other_high - other),
        share - other + np.hypot(high - share, other - other_low),
    )


def _counted(count, n):
    count, n = np.broadcast_arrays(np.asarray(count, float), np.asarray(n, float))
    return count, np.where(n > 0, n, np.nan)


# Funnel plots: Spiegelhalter 2005 (doi 10.1002/sim.1970).

# Both scales stabilise the variance, at 1/(4n) a share and 1/(4n) a rate, and so share one correction.
SCALES = {
    "share": (lambda share: np.arcsin(np.sqrt(share)), lambda y: np.sin(np.clip(y, 0, np.pi / 2)) ** 2),
    "rate": (np.sqrt, lambda y: np.maximum(y, 0) ** 2),
}


WINSORISED = 0.679
"""The mean square of a standard normal variable whose outermost tenths are pulled in to its 10 % and 90 % quantiles."""


def funnel_limits(target, n, kind="share", level=LEVEL, spread=0.0):
    """Exact control limits around ``target`` at each n, as (low, high).

    The limits are quantiles of the binomial (Poisson) distribution, interpolated between counts.
    ``spread`` is the standard deviation between districts from ``overdispersion``: the
    limits stand the further off.
    """
    tail = (1 - level) / 2
    n = np.asarray(n, float)
    towards, back = SCALES[kind]
    limits = []
    for probability in (tail, 1 - tail):
        exact = np.clip(_quantile(probability, n, target, kind) / n, 0, 1 if kind == "share" else None)
        distance = towards(exact) - towards(target)
        limits.append(back(towards(target) + distance * np.sqrt(1 + 4 * n * spread**2)))
    return tuple(limits)


def _quantile(probability, n, target, kind):
    """The count at which the cumulative distribution reaches ``probability``, interpolated between whole counts."""
    from scipy.stats import binom, poisson

    distribution = binom(n, target) if kind == "share" else poisson(n * target)
    count = distribution.ppf(probability)
    above, below = distribution.cdf(count), distribution.cdf(count - 1)
    return count - (above - probability) / np.where(above > below, above - below, 1)


def overdispersion(count, n, kind="share"):
    """How much more districts differ than chance alone would have them, as (ratio, spread).

    ``ratio`` is the mean square of the districts' z (1 = chance alone); ``spread`` the standard
    deviation between districts on the transformed scale, 0 where chance alone is enough: with it in
    their variance, the mean square of z comes to 1. In both the outermost tenth of z on each side is
    pulled in, so that a few extreme districts do not widen the limits for all.
    """
    from scipy.optimize import brentq

    count, n = _counted(count, n)
    counted = n > 0
    count, n = count[counted], n[counted]
    towards, _ = SCALES[kind]
    distance = towards(count / n) - towards(count.sum() / n.sum())

    def mean_square(variance):
        z = distance / np.sqrt(1 / (4 * n) + variance)
        return (np.clip(z, *np.quantile(z, (0.1, 0.9))) ** 2).mean() / WINSORISED

    ratio = mean_square(0)
    # One degree of freedom went into the value of all districts together.
    expected = 1 - 1 / len(n)
    if ratio <= expected or len(n) < 2:
        return ratio, 0.0
    return ratio, float(np.sqrt(brentq(lambda variance: mean_square(variance) - expected, 0, 4 * (distance**2).max())))


# Shrinkage: empirical Bayes, beta-binomial for shares and gamma-Poisson for rates.


class Shrunken(NamedTuple):
    """Empirical-Bayes estimates of districts, arrays in their order."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rank: np.ndarray
    """The median rank, 1 = highest."""
    rank_low: np.ndarray
    rank_high: np.ndarray
    weight: np.ndarray
    """How much of each estimate is the district's own share, 0 to 1; the rest is the mean of all."""


def shrink(count, n, kind="share", level=LEVEL, draws=2000):
    """Pull each district's share or rate towards the mean of all, the further the fewer its cases.

    The spread between districts is estimated by maximum marginal likelihood. Ranks come from
    ``draws`` draws of all districts at once (a fixed seed: the same figures give the same ranks).
    Raises ValueError below ``ENOUGH`` districts: their spread cannot be known.
    """
    from scipy import special

    count, n = np.asarray(count, float), np.asarray(n, float)
    if len(n) < ENOUGH:
        raise ValueError(f"{len(n)} districts; shrinkage needs {ENOUGH} to know how much districts differ.")
    mean, strength = _fit(count, n, kind)
    tails = np.array([[(1 - level) / 2], [(1 + level) / 2]])
    random = np.random.default_rng(20190515)
    if kind == "share":
        a, b = mean * strength + count, (1 - mean) * strength + n - count
        value, (low, high) = a / (a + b), special.betaincinv(a, b, tails)
        drawn = random.beta(a, b, (draws, len(n)))
    else:
        a, b = mean * strength + count, strength + n
        value, (low, high) = a / b, special.gammaincinv(a, tails) / b
        drawn = random.gamma(a, 1 / b, (draws, len(n)))
    order = np.argsort(-drawn, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(n) + 1)[None, :], axis=1)
    rank_low, rank, rank_high = np.quantile(ranks, (tails[0, 0], 0.5, tails[1, 0]), axis=0, method="nearest")
    return Shrunken(value, low, high, rank, rank_low, rank_high, n / (n + strength))


def _fit(count, n, kind):
    """The mean of all districts and the strength of the prior, in cases, of greatest marginal likelihood."""
    from scipy.optimize import minimize
    from scipy.special import betaln, expit, gammaln, logit, xlogy

    def minus_likelihood(parameters):
        strength = np.exp(parameters[1])
        if kind == "share":
            mean = expit(parameters[0])
            a, b = mean * strength, (1 - mean) * strength
            return -(betaln(a + count, b + n - count) - betaln(a, b)).sum()
        mean = np.exp(parameters[0])
        a = mean * strength
        return -(gammaln(a + count) - gammaln(a) + xlogy(a, strength) - xlogy(a + count, strength + n)).sum()

    pooled = (count.sum() + 0.5) / (n.sum() + 1)
    start = logit(pooled) if kind == "share" else np.log(pooled)
    # A prior as strong as a million cases is no spread at all; one below a hundredth of a case, no mean.
    bounds = [(start - 5, start + 5), (np.log(0.01), np.log(1e6))]
    found = minimize(minus_likelihood, (start, np.log(np.median(n) + 1)), bounds=bounds, method="L-BFGS-B").x
    return float(expit(found[0]) if kind == "share" else np.exp(found[0])), float(np.exp(found[1]))
