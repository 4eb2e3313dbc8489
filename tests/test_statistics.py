"""Intervals against other libraries and published examples, and what must hold of them whatever the counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from disclosure.statistics import (
    ENOUGH, INTERVALS, funnel_limits, newcombe, overdispersion, poisson, shrink, wilson,
)  # fmt: skip

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_is_that_of_statsmodels(counted, level):
    expected = proportion_confint(*counted, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(wilson(*counted, level), expected, atol=1e-12)


@given(counts, st.sampled_from([0.8, 0.95, 0.998]))
def test_poisson_is_the_exact_one_of_statsmodels(counted, level):
    np.testing.assert_allclose(
        poisson(*counted, level), confint_poisson(*counted, alpha=1 - level, method="exact-c"), rtol=1e-9, atol=1e-12
    )


# Newcombe 1998, Interval estimation for the difference between independent proportions, table II, method 10.
NEWCOMBE = [
    # count, n, other count, other n, low, high
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
]


@pytest.mark.parametrize("case", NEWCOMBE, ids=str)
def test_newcombe_gives_his_published_intervals(case):
    *counted, low, high = case
    found = newcombe(*counted)
    np.testing.assert_allclose(found[1:], (low, high), atol=5e-5)
    assert found[0] == pytest.approx(counted[0] / counted[1] - counted[2] / counted[3])


@pytest.mark.parametrize("kind", INTERVALS)
def test_nothing_counted_is_undefined_and_nothing_found_is_not(kind):
    interval, _ = INTERVALS[kind]
    assert np.isnan(interval(0, 0)).all() and np.isnan(interval(np.nan, np.nan)).all()
    low, high = interval(0, 15)
    assert low == 0 < high
    assert np.isnan(newcombe(1, 2, 0, 0)).all()


@given(counts)
def test_an_interval_holds_its_value_and_stays_in_bounds(counted):
    share = counted[0] / counted[1]
    low, high = wilson(*counted)
    assert 0 <= low <= share <= high <= 1
    low, high = poisson(*counted)
    assert 0 <= low <= share <= high


@given(st.floats(0.01, 0.99), st.sampled_from(["share", "rate"]), st.floats(0, 0.3))
def test_funnel_limits_enclose_the_target_narrow_with_n_and_widen_with_spread(target, kind, spread):
    n = np.array([5, 50, 500, 5000])
    low, high = funnel_limits(target, n, kind)
    assert (low <= target).all() and (high >= target).all()
    # Interpolated between counts, a limit may step by a hair where a count comes into reach.
    assert (np.diff(high - low)[1:] < 0).all()
    wide_low, wide_high = funnel_limits(target, n, kind, spread=spread)
    assert (wide_low <= low + 1e-12).all() and (wide_high >= high - 1e-12).all()


def test_overdispersion_is_seen_where_it_is_and_only_there():
    random = np.random.default_rng(1)
    n = random.integers(20, 400, 2000)
    ratio, spread = overdispersion(random.binomial(n, 0.3), n)
    assert ratio == pytest.approx(1, abs=0.1) and spread < 0.02
    # A beta(3, 7) has a standard deviation of 0.138, which is 0.15 on the arcsine scale.
    ratio, spread = overdispersion(random.binomial(n, random.beta(3, 7, 2000)), n)
    assert ratio > 3 and spread == pytest.approx(0.15, abs=0.02)
    assert overdispersion([3], [10]) == (0.0, 0.0)


@pytest.mark.parametrize("kind", INTERVALS)
def test_shrinking_comes_nearer_to_the_truth_and_its_intervals_cover_it(kind):
    random = np.random.default_rng(2)
    n = random.integers(3, 200, 400)
    truth = random.beta(3, 7, 400) if kind == "share" else random.gamma(2, 0.1, 400)
    count = random.binomial(n, truth) if kind == "share" else random.poisson(n * truth)
    shrunken = shrink(count, n, kind)
    assert ((shrunken.value - truth) ** 2).mean() < 0.8 * ((count / n - truth) ** 2).mean()
    assert 0.9 < ((shrunken.low <= truth) & (truth <= shrunken.high)).mean() < 0.99
    rank = np.argsort(np.argsort(-truth)) + 1
    assert 0.9 < ((shrunken.rank_low <= rank) & (rank <= shrunken.rank_high)).mean()
    # Where districts do not differ, all are given the mean.
    alike = shrink(random.binomial(n, 0.3), n)
    assert np.ptp(alike.value) < 0.05 and (alike.weight < 0.5).all()


def test_shrinking_needs_enough_districts_and_repeats_itself():
    count, n = np.arange(ENOUGH), np.full(ENOUGH, 50)
    with pytest.raises(ValueError, match=f"29 districts; shrinkage needs {ENOUGH}"):
        shrink(count[1:], n[1:])
    for first, second in zip(shrink(count, n), shrink(count, n)):
        np.testing.assert_array_equal(first, second)
