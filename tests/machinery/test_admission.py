"""A cross-validated rival is judged by what models said that had not seen the rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops import layout
from mlops.config.schema import Config
from mlops.config.tasks import Task
from mlops.data import tables
from mlops.model import scores
from mlops.repository import git, lock, objects
from mlops.review.admission import Admission, admit, apart
from mlops.review.report import Rival
from mlops.review.rivals import Model
from mlops.review.scoring import Scored

from baked import IDENTITY
from machinery.exams import config_for, score, table

OWN = Model(Path("model.skops"), (), None, None, cross_validated=True)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with a cache, in which commits are made."""
    from dvc.repo import Repo

    monkeypatch.chdir(tmp_path)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    git.git("init", "-q")
    Repo.init().close()


def committed(source: str = "one", **files: pd.DataFrame) -> str:
    """A commit whose lock names these tables (by `TRAIN`, `PREDICTIONS`), which the cache holds.

    `source` is the digest of what the table was made from.
    """
    outs = []
    for name, frame in files.items():
        path = getattr(layout, name)
        tables.write(frame, path)
        digest = objects.digest_of(path)
        objects.adopt(path, digest)
        outs.append({"path": path.as_posix(), "md5": digest})
    deps = [{"path": layout.SOURCE.as_posix(), "md5": source}]
    stage = {"cmd": "x", "deps": deps, "outs": outs}
    Path(lock.LOCK).write_text(yaml.safe_dump({"stages": {"evaluate": stage}}))
    git.git("add", lock.LOCK)
    git.git("commit", "-q", "-m", "Run")
    return git.git("rev-parse", "HEAD").strip()


def record(config: Config, rows: pd.DataFrame, given: np.ndarray) -> pd.DataFrame:
    """What evaluate writes."""
    return scores.add(rows, scores.SCORE, given, config.data)


def admitted(
    config: Config, rows: pd.DataFrame, given: np.ndarray, commit: str, model: Model = OWN
) -> Admission:
    return admit(Rival("v1", commit), Scored(given, None, 1.0), model, rows, config.data)


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_recorded_scores_count_and_new_rows_get_the_models_own(task: Task) -> None:
    config, rows = config_for(task), table(task)
    by_others, own = score(task, 1.0, seed=1), score(task, 0.0, seed=2)
    order = np.random.default_rng(0).permutation(900)
    commit = committed(PREDICTIONS=record(config, rows.iloc[order], by_others[order]))
    found = admitted(config, rows, own, commit)
    assert found.score is not None
    np.testing.assert_allclose(found.score[:900], by_others[:900])
    np.testing.assert_allclose(found.score[900:], own[900:])
    assert found.keep.all()
    assert found.rival is not None
    assert (found.rival.rows, found.rival.left_out, found.rival.problem) == (1_200, 0, None)


def test_without_a_record_it_cannot_be_judged() -> None:
    config, rows = config_for("regression"), table("regression")
    found = admitted(config, rows, score("regression", 0.0, seed=2), committed(TEST=rows))
    assert found.score is None
    assert found.rival is not None
    assert found.rival.problem == "the scores of its cross-validation cannot be had"


def test_a_record_of_other_classes_is_none() -> None:
    config, rows = config_for("multiclass"), table("multiclass")
    known = record(config, rows, score("multiclass", 1.0, seed=1))
    commit = committed(PREDICTIONS=known.rename(columns={"score.third": "score.fourth"}))
    found = admitted(config, rows, score("multiclass", 0.0, seed=2), commit)
    assert found.rival is not None
    assert found.rival.problem is not None
    assert found.score is None


def test_a_rival_that_gave_no_scores_is_not_judged_by_its_record() -> None:
    config, rows = config_for("regression"), table("regression")
    commit = committed(PREDICTIONS=record(config, rows, score("regression", 1.0, seed=1)))
    broken = Scored(None, "not a readable model", None)
    found = admit(Rival("v1", commit), broken, OWN, rows, config.data)
    assert found.rival is not None
    assert (found.rival.problem, found.score) == ("not a readable model", None)


def test_a_rival_with_a_test_of_its_own_leaves_out_what_it_was_trained_on() -> None:
    """Another split at its commit: the candidate's folds test rows that it has learnt from."""
    config, rows = config_for("regression"), table("regression")
    own = score("regression", 0.0, seed=2)
    commit = committed(TRAIN=rows.head(700), TEST=rows.tail(500))
    committed(TRAIN=rows, TEST=rows)
    model = OWN._replace(cross_validated=False)
    found = admitted(config, rows, own, commit, model)
    assert found.rival is not None
    assert (found.rival.left_out, found.rival.rows) == (700, 500)
    np.testing.assert_array_equal(found.keep, np.arange(1_200) >= 700)
    commit = committed(TRAIN=rows, TEST=rows.tail(500))
    committed(TRAIN=rows.head(1_000), TEST=rows)
    assert (seen := admitted(config, rows, own, commit, model).rival) is not None
    assert seen.problem == "it was trained on all 1,200 test rows"


def test_rows_that_moved_in_a_newer_file_are_found_by_their_cells() -> None:
    """Ten rows were put in front; the key is a row's number, which is another's now."""
    config, rows = config_for("regression"), table("regression")
    own = score("regression", 0.0, seed=2)
    commit = committed(
        TRAIN=rows.head(700),
        TEST=rows.tail(500),
        PREDICTIONS=record(config, rows.tail(500), own[700:]),
    )
    later = rows.assign(row=rows["row"] + 10)
    committed(source="two", TRAIN=later.head(9), TEST=later)
    model = OWN._replace(cross_validated=False)
    found = admitted(config, later, own, commit, model)
    assert found.rival is not None
    assert (found.rival.left_out, found.rival.other_inputs) == (700, 0)
    np.testing.assert_array_equal(found.keep, np.arange(1_200) >= 700)
    whole = rows.assign(progression=rows["progression"].round().astype(int))
    later = whole.assign(row=whole["row"] + 10, progression=whole["progression"].astype(float))
    commit = committed(TRAIN=whole.head(700), TEST=whole.tail(500))
    committed(source="two", TRAIN=later.head(9), TEST=later.head(700))
    told = admitted(config, later.head(700), own[:700], commit, model).rival
    assert told is not None
    assert told.problem is not None
    assert told.problem.startswith("it was trained on rows like each of the 700 test rows")


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_other_inputs_are_noticed_by_other_scores(task: Task) -> None:
    config, rows = config_for(task), table(task)
    given, recorded = score(task, 0.0, seed=2), score(task, 0.0, seed=2)
    recorded[:30] = score(task, 1.0, seed=3)[:30]
    early, late = rows.assign(row=rows["row"] + 5_000), rows
    commit = committed(TRAIN=early, TEST=rows, PREDICTIONS=record(config, rows, recorded))
    committed(TRAIN=early.head(9), TEST=late.assign(more=1))
    found = admitted(config, rows, given, commit, OWN._replace(cross_validated=False))
    assert found.rival is not None
    assert (found.rival.other_inputs, found.rival.left_out) == (30, 0)
    assert found.score is not None
    np.testing.assert_allclose(found.score, recorded)


def test_scores_are_apart_relative_to_their_size() -> None:
    assert apart(np.array([1e9 + 1]), np.array([1e9]))[0] == pytest.approx(1e-9)
    assert apart(np.array([[0.2, 0.8]]), np.array([[0.3, 0.7]]))[0] == pytest.approx(0.1)
    assert np.isnan(apart(np.array([[0.2, 0.8]]), np.array([[np.nan, np.nan]]))[0])
