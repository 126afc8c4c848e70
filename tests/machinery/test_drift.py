"""The stability index from summaries, against its definition on the rows themselves."""

import numpy as np
import pandas as pd
import pytest
from mlops.data.drift import distance, stability_index
from mlops.data.summaries import Summary, below, pooled, summarise
from scipy import stats


def normal(mean: float, rows: int = 20_000, seed: int = 0) -> "pd.Series[float]":
    return pd.Series(np.random.default_rng(seed).normal(mean, 1, rows))


def by_definition(old: "pd.Series[float]", new: "pd.Series[float]") -> float:
    edges = old.quantile(np.linspace(0, 1, 11)[1:-1]).to_numpy()
    before = np.bincount(np.searchsorted(edges, old), minlength=10) / len(old)
    after = np.bincount(np.searchsorted(edges, new), minlength=10) / len(new)
    return float(((after - before) * np.log(after / before)).sum())


@pytest.mark.parametrize("shift", [0.3, 0.5, 1.0])
def test_numbers_come_close_to_the_definition_on_rows(shift: float) -> None:
    old, new = normal(0), normal(shift, seed=1)
    found = stability_index([summarise(old)], [summarise(new)])
    assert found == pytest.approx(by_definition(old, new), rel=0.15)


def test_the_same_distribution_is_stable() -> None:
    found = stability_index([summarise(normal(0))], [summarise(normal(0, seed=1))])
    assert found is not None
    assert found < 0.01


def test_partitions_add_up() -> None:
    old, new = normal(0), normal(0.5, seed=1)
    parts = [summarise(part) for part in (old[:5_000], old[5_000:])]
    whole = stability_index([summarise(old)], [summarise(new)])
    assert stability_index(parts, [summarise(new)]) == pytest.approx(whole, rel=0.1)


def test_categories_are_compared_share_by_share() -> None:
    old = pd.Series(["a"] * 80 + ["b"] * 20)
    new = pd.Series(["a"] * 50 + ["b"] * 50)
    expected = (0.5 - 0.8) * np.log(0.5 / 0.8) + (0.5 - 0.2) * np.log(0.5 / 0.2)
    found = stability_index([summarise(old)], [summarise(new)])
    assert found == pytest.approx(expected, abs=1e-3)


def test_a_new_category_and_new_nulls_are_drift() -> None:
    old = pd.Series(["a"] * 100)
    for new in (pd.Series(["a"] * 50 + ["z"] * 50), pd.Series(["a"] * 50 + [None] * 50)):
        found = stability_index([summarise(old)], [summarise(new)])
        assert found is not None
        assert found > 1


def test_what_cannot_be_compared_has_no_index() -> None:
    times = pd.Series(pd.date_range("2013-01-01", periods=10))
    numbers = pd.Series(np.arange(10.0))
    assert stability_index([summarise(times)], [summarise(times)]) is None
    assert stability_index([summarise(numbers)], [summarise(times)]) is None
    assert stability_index([], [summarise(numbers)]) is None


def test_a_column_of_nulls_alone_is_summed_up() -> None:
    nothing, numbers = pd.Series([np.nan] * 10), pd.Series(np.arange(10.0))
    found = stability_index([summarise(nothing)], [summarise(numbers)])
    assert found is not None
    assert found > 1
    assert stability_index([summarise(nothing)], [summarise(nothing)]) == 0


def test_many_categories_stay_a_small_summary() -> None:
    summary = summarise(pd.Series([f"c{n}" for n in range(5_000)]))
    assert len(summary["counts"]) <= 201
    assert sum(summary["counts"].values()) == 5_000


@pytest.mark.parametrize("shift", [0.0, 0.3, 1.0, 5.0])
def test_the_distance_is_that_of_kolmogorov_and_smirnov(shift: float) -> None:
    old, new = normal(0), normal(shift, seed=1)
    found = distance([summarise(old)], [summarise(new)])
    assert found == pytest.approx(stats.ks_2samp(old, new).statistic, abs=0.02)


def test_the_distance_of_few_values_is_within_its_precision() -> None:
    draw = np.random.default_rng(0)
    old = pd.Series(draw.choice([0.0, 1, 5], 5_000, p=[0.6, 0.3, 0.1]))
    new = pd.Series(draw.choice([0.0, 1, 5], 5_000, p=[0.2, 0.5, 0.3]))
    found = distance([summarise(old)], [summarise(new)])
    assert found == pytest.approx(stats.ks_2samp(old, new).statistic, abs=0.04)


def test_only_numbers_have_a_distance() -> None:
    names, nothing = pd.Series(["a", "b"]), pd.Series([np.nan] * 3)
    assert distance([summarise(names)], [summarise(names)]) is None
    assert distance([summarise(normal(0))], [summarise(nothing)]) is None


@pytest.mark.parametrize("value", [-3.0, -0.5, 0.0, 1.0, 3.0])
def test_the_share_below_a_value(value: float) -> None:
    rows = normal(0)
    found = below([summarise(rows[:5_000]), summarise(rows[5_000:])], np.array([value]))
    assert found[0] == pytest.approx((rows <= value).mean(), abs=0.01)


def test_a_value_that_many_rows_have_counts_on_one_side() -> None:
    rows = pd.Series([0.0] * 70 + list(range(1, 31)))
    at_zero = np.array([0.0])
    assert below([summarise(rows)], at_zero, "left")[0] == 0
    assert below([summarise(rows)], at_zero, "right")[0] == pytest.approx(0.7, abs=0.02)


def test_pooled_partitions_are_as_the_whole() -> None:
    rows = pd.concat([normal(0), normal(4, 5_000, seed=1)], ignore_index=True)
    whole, found = summarise(rows), pooled([summarise(rows[:20_000]), summarise(rows[20_000:])])
    assert (found["rows"], found["quantiles"][0]) == (25_000, whole["quantiles"][0])
    assert found["quantiles"] == pytest.approx(whole["quantiles"], abs=0.2)
    names = pd.Series([f"c{n % 7}" for n in range(100)])
    assert pooled([summarise(names[:50]), summarise(names[50:])]) == summarise(names)


def test_one_partition_pooled_is_itself() -> None:
    times = pd.Series(pd.date_range("2013-01-01", periods=3))
    for cells in (normal(0), pd.Series(["a", None]), times, pd.Series([np.nan])):
        assert pooled([summarise(cells)]) == summarise(cells)


def test_a_partition_of_nulls_does_not_hide_the_others() -> None:
    nothing: Summary = {"rows": 10, "nulls": 10, "counts": {}}  # Parquet does not say of what type
    found = pooled([nothing, summarise(normal(0))])
    assert (found["rows"], found["nulls"]) == (20_010, 10)
    assert len(found["quantiles"]) == 51


def test_names_that_are_cut_off_are_no_drift() -> None:
    old, new = ([f"user {n}" for n in range(at, at + 1_000)] for at in (0, 500))
    found = stability_index([summarise(pd.Series(old))], [summarise(pd.Series(new))])
    assert found == 0


def test_the_largest_numbers_are_summed_up() -> None:
    found = summarise(pd.Series([-1.7e308, np.inf, 1.7e308]))["quantiles"]
    assert (found[0], found[-1]) == (-1.7e308, 1.7e308)
    assert np.isfinite(found).all()
