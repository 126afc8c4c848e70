"""The stability index from summaries, against its definition on the rows themselves."""

import numpy as np
import pandas as pd
import pytest
from mlops.data.drift import stability_index
from mlops.data.summaries import summarise


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
