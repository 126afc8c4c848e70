"""Splits by group and by folds: what belongs together stays together, for good."""

import numpy as np
import pandas as pd
import pytest
from mlops.config.schema import GroupSplit
from mlops.data import splits
from mlops.errors import UserError

from machinery.composing import config_of

GROUP = GroupSplit(name="group", validation_share=0.1, test_share=0.2)


def visits(rows: int, customers: int) -> pd.DataFrame:
    """Visits of customers, some of whom come often."""
    generator = np.random.default_rng(5)
    customer = (customers * generator.random(rows) ** 2).astype(int)
    return pd.DataFrame(
        {"visit": np.arange(rows), "customer": [f"c{number}" for number in customer]}
    )


def test_a_group_is_never_on_two_sides() -> None:
    table = visits(8_000, 1_000)
    side = pd.Series(splits.by_hash(table[["customer"]], GROUP))
    assert (side.groupby(table["customer"]).nunique() == 1).all()
    shares = side.groupby(table["customer"]).first().value_counts(normalize=True)
    assert shares["test"] == pytest.approx(0.2, abs=0.04)
    assert shares["validation"] == pytest.approx(0.1, abs=0.03)


def test_a_group_keeps_its_side_when_rows_and_groups_are_added() -> None:
    table = visits(4_000, 400)
    early = table[table["customer"].str.len() < 4].head(500)
    before = dict(zip(early["customer"], splits.by_hash(early[["customer"]], GROUP), strict=True))
    after = dict(zip(table["customer"], splits.by_hash(table[["customer"]], GROUP), strict=True))
    assert before.items() <= after.items()


@pytest.mark.parametrize("count", [2, 5, 50])
def test_folds_hold_every_row_once_and_are_about_equal(count: int) -> None:
    fold = splits.folds(visits(20_000, 400)[["visit"]], count)
    assert sorted(set(fold.tolist())) == list(range(count))
    sizes = np.bincount(fold)
    assert sizes.sum() == 20_000
    assert sizes.min() > 0.7 * 20_000 / count


def test_a_row_keeps_its_fold_when_rows_are_added_and_reordered() -> None:
    table = visits(3_000, 300)
    before = splits.folds(table.head(1_000)[["visit"]], 5)
    shuffled = table.sample(frac=1, random_state=0)
    after = pd.Series(splits.folds(shuffled[["visit"]], 5), shuffled.index)
    np.testing.assert_array_equal(after[table.index[:1_000]], before)


def test_folds_of_groups_keep_groups_whole() -> None:
    table = visits(5_000, 500)
    together = config_of("data=wine").data.kept_together
    assert together == ["row"]
    grouped = config_of("data=wine", "data.group=row", "data.key=[row,hue]").data
    assert grouped.kept_together == ["row"]
    fold = pd.Series(splits.folds(table[["customer"]], 5))
    assert (fold.groupby(table["customer"]).nunique() == 1).all()


def test_a_place_at_the_very_end_is_in_the_last_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "positions", lambda keys: np.array([0.0, 1.0]))
    assert splits.folds(pd.DataFrame(), 5).tolist() == [0, 4]


def test_numbers_have_no_classes_to_miss() -> None:
    splits.check_sides({"train": 3, "test": 1}, None)
    with pytest.raises(UserError, match=r"leaves no rows for test"):
        splits.check_sides({"train": 3, "test": 0}, None)


def test_a_class_that_training_lacks_is_refused_by_its_name() -> None:
    classes = {"train": {"a", "b"}, "test": {"a", "c"}}
    with pytest.raises(UserError, match=r"leaves the class 'c' in test, but not in train"):
        splits.check_sides({"train": 3, "test": 2}, classes)
