"""The data that the model learns from and is tested on, whatever `conf/` chooses."""

from pathlib import Path

import pandas as pd
import pytest
from mlops.config import params
from mlops.config.schema import FoldSplit, GroupSplit, TimeSplit
from mlops.data import splits

from {{cookiecutter.__package}}.paths import PREPARED, RAW


def sides() -> dict[str, pd.DataFrame]:
    return {side: pd.read_parquet(PREPARED / f"{side}.parquet") for side in splits.SIDES}


def test_each_row_is_on_exactly_one_side(project: Path) -> None:
    config, parts = params.load(), sides()
    if isinstance(config.split, FoldSplit):  # each is tested by a model of the other folds
        assert parts["train"].equals(parts["test"])
        assert parts.pop("train").shape[0] > parts.pop("validation").shape[0] == 0
    rows = pd.concat(parts.values())
    raw = pd.concat(pd.read_parquet(path) for path in sorted(RAW.glob("*.parquet")))
    assert not rows.duplicated(config.data.key).any()
    assert len(rows) == len(raw)


def test_no_group_is_on_two_sides(project: Path) -> None:
    config, parts = params.load(), sides()
    if isinstance(config.split, FoldSplit):
        del parts["train"]
    grouped = isinstance(config.split, GroupSplit)
    together = config.data.kept_together if grouped else config.data.key
    groups = pd.concat(table[together].drop_duplicates() for table in parts.values())
    assert not groups.duplicated().any()


def test_the_past_is_trained_on_and_the_future_tested(project: Path) -> None:
    config = params.load()
    if not isinstance(config.split, TimeSplit):
        pytest.skip("the split is not by time")
    train, validation, test = (table[config.data.time] for table in sides().values())
    assert train.max() < validation.min()
    assert validation.max() < test.min()


def test_the_model_sees_neither_target_nor_identifiers(project: Path) -> None:
    data = params.load().data
    assert not {data.target, data.time, *data.identifiers} & set(data.features)
    assert set(data.features) <= set(sides()["test"].columns)
