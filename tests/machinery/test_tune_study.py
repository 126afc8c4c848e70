"""A study in a project: continued after a kill, begun anew after a change, adopted into `conf/`."""

import json
import shutil
from pathlib import Path

import pytest
from mlops.config import compose, composition
from mlops.errors import UserError
from mlops.tune import adopting, study
from mlops.tune.tune import tune

from baked import edit
from machinery import tuning
from machinery.tuning import PACKAGE, run, study_in, tuned

MODEL = Path("conf/model/linear.yaml")
SPACE = Path("conf/search/linear.yaml")
ALPHA = "model.parameters.alpha"


@pytest.fixture(scope="session")
def tunable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that ran; not to be changed."""
    folder = tmp_path_factory.mktemp("tunable")
    tuning.project_in(folder)
    return folder


@pytest.fixture
def here(tunable: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the current folder."""
    folder = tmp_path / "project"
    shutil.copytree(tunable, folder, symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder / "src"))
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    tuning.fresh()
    return folder


def refused(total: int = 3) -> str:
    with pytest.raises(UserError) as error:
        tune(total, None)
    (line,) = error.value.lines
    return line


def test_it_finds_what_is_better_and_goes_on_where_it_was(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tune(6, None) == 0
    report = json.loads(Path("reports/tuning.json").read_text("utf-8"))
    assert report["current"]["values"] == {ALPHA: 5000}
    assert report["exam"]["difference"]["reading"] == "better"
    assert report["best"]["score"] == max(trial["score"] for trial in report["trials"])
    six = study_in(here).trials
    capsys.readouterr()
    assert tune(6, None) == 0
    assert "6 of 6 trials done: ask for more with --trials 12" in capsys.readouterr().out
    assert tune(8, None) == 0
    assert study_in(here).trials[:6] == six
    assert len(study_in(here).trials) == 8
    assert "6 of 8 trials done before" in capsys.readouterr().out


def test_after_a_kill_it_goes_on_as_if_it_had_not_been(tunable: Path, tmp_path: Path) -> None:
    killed, whole = (shutil.copytree(tunable, tmp_path / name) for name in ("killed", "whole"))
    assert tuned(killed, "--trials", "13", check=False, DIE_AT="12").code == -9
    assert len(study_in(killed).trials) == 11
    assert tuned(killed, "--trials", "13").code == 0
    assert tuned(whole, "--trials", "13").code == 0
    for name in (f"tuning/{study_in(whole).path.name}", "tuning.json", "tuning.html"):
        found, expected = (folder / "reports" / name for folder in (killed, whole))
        assert found.read_bytes() == expected.read_bytes().replace(b"whole", b"killed")


def test_a_trial_that_kills_its_process_twice_has_failed(tunable: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tunable, tmp_path / "project")
    assert tuned(folder, "--trials", "3", check=False, DIE_AT="3").code == -9
    assert tuned(folder, "--trials", "3", check=False, DIE_AT="1").code == -9
    ran = tuned(folder, "--trials", "3", check=False)
    assert ran.code == 1
    assert "1 of 3 trials failed" in ran.out
    assert "the process ended in the middle of it, twice" in ran.out


def test_ctrl_c_ends_it_with_a_report(tunable: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tunable, tmp_path / "project")
    ran = tuned(folder, "--trials", "9", check=False, STOP_AT="5")
    assert ran.code == 130
    assert "Traceback" not in ran.text
    assert len(study_in(folder).trials) == 4
    assert len(json.loads((folder / "reports/tuning.json").read_text("utf-8"))["trials"]) == 4
    early = shutil.copytree(tunable, tmp_path / "early")
    ran = tuned(early, check=False, STOP_AT="1")
    assert (ran.code, "Traceback" in ran.text) == (130, False)
    assert "interrupted before the first trial was done" in ran.err


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (SPACE, "high: 100.0", "high: 10.0", "search space"),
        (Path(f"src/{PACKAGE}/train.py"), "fits = 0", "fits = 0  # so far", "code"),
    ],
)
def test_a_change_begins_a_new_study_and_says_so(
    here: Path, capsys: pytest.CaptureFixture[str], file: Path, old: str, new: str, what: str
) -> None:
    tune(3, None)
    edit(file, old, new)
    tuning.fresh()
    capsys.readouterr()
    tune(2, None)
    said = f"a new study (changed since the last one: {what}): reports/tuning/linear-"
    assert said in capsys.readouterr().out
    sizes = sorted(len(study.load(path).trials) for path in Path("reports/tuning").glob("*.json"))
    assert sizes == [2, 3]


def test_other_parameters_begin_a_new_study(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tune(2, None)
    edit(Path("conf/config.yaml"), "seed: 1", "seed: 2")
    with pytest.raises(UserError, match=r"seed is 1, but conf/.* says 2\n.*dvc repro`$"):
        tune(2, None)
    run(here, "dvc", "repro", "-q")
    tuning.fresh()
    capsys.readouterr()
    tune(2, None)
    assert "(changed since the last one: parameters)" in capsys.readouterr().out


def test_failed_trials_end_it_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SPACE.write_text(f"{SPACE.read_text('utf-8')}recipe.trouble: [none, raise]\n", "utf-8")
    assert tune(8, None) == 1
    report = json.loads(Path("reports/tuning.json").read_text("utf-8"))
    (failure,) = report["failures"]
    assert failure["problem"] == "RuntimeError: the recipe is in trouble"
    assert failure["values"]["recipe.trouble"] == "raise"
    assert report["best"]["values"]["recipe.trouble"] == "none"
    assert f"{failure['trials']} of 8 trials failed" in capsys.readouterr().out


def test_the_best_is_adopted_with_comments_and_order_kept(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tune(6, None)
    best = json.loads(Path("reports/tuning.json").read_text("utf-8"))["best"]["values"]
    before = MODEL.read_text("utf-8")
    capsys.readouterr()
    adopting.adopt_best()
    out = capsys.readouterr().out
    assert out == "conf/model/linear.yaml adopted\nnext: uv run dvc repro\n"
    after = MODEL.read_text("utf-8")
    assert after.startswith(before.partition("  alpha:")[0])
    assert f"  alpha: {best[ALPHA]} # hard\n" in after
    assert after.endswith(before.partition("# hard\n")[2])
    parameters = composition.compose().values["model"]["parameters"]
    assert parameters["alpha"] == best[ALPHA]
    compose.update()
    run(here, "dvc", "repro", "-q")
    tuning.fresh()
    assert tune(6, None) == 0
    assert len(study_in(here).trials) == 6
    assert "Nothing better found" in capsys.readouterr().out


def test_a_key_that_the_model_does_not_have_is_adopted_too(here: Path) -> None:
    SPACE.write_text(f"{ALPHA}: [0.5, 1.5]\nmodel.parameters.tol: [0.001, 0.01]\n", "utf-8")
    tune(4, None)
    adopting.adopt_best()
    parameters = composition.compose().values["model"]["parameters"]
    assert parameters["alpha"] in (0.5, 1.5)
    assert parameters["tol"] in (0.001, 0.01)


def test_without_a_study_of_what_is_here_nothing_is_adopted(here: Path) -> None:
    before = {path: path.read_bytes() for path in Path("conf").rglob("*.yaml")}
    with pytest.raises(UserError, match=r"^there is no study of the project as it is: `uv run m"):
        adopting.adopt_best()
    assert before == {path: path.read_bytes() for path in Path("conf").rglob("*.yaml")}
    tune(2, None)
    edit(SPACE, "high: 100.0", "high: 10.0")
    with pytest.raises(UserError, match=r"\(changed since the last one: search space\): `uv run"):
        adopting.adopt_best()
    edit(SPACE, "high: 10.0", "high: 100.0")
    edit(MODEL, "alpha: 5000", "alpha: 50")
    with pytest.raises(UserError, match=r"conf/ has changed: `uv run dvc repro`"):
        adopting.adopt_best()
    compose.update()
    with pytest.raises(UserError, match=r"conf/ has other values than those that were tried"):
        adopting.adopt_best()


def test_rows_that_are_not_prepared_are_a_line(here: Path) -> None:
    train = Path("data/prepared/train.parquet")
    content = train.read_bytes()
    train.unlink()
    assert refused() == f"{train} is missing: `uv run dvc checkout`, or `uv run dvc repro`"
    train.write_bytes(content[:-1])
    assert refused() == f"{train}: not what dvc.lock says: `uv run dvc repro`"
    train.write_bytes(content)
    edit(Path(f"src/{PACKAGE}/split.py"), "default_rng(5)", "default_rng(6)")
    assert refused() == f"{train}: split has changed since: `uv run dvc repro`"
    Path("dvc.lock").unlink()
    assert refused() == f"{train}: nothing was prepared yet: `uv run dvc repro`"


def test_a_recipe_without_the_function_is_a_line(here: Path) -> None:
    edit(Path(f"src/{PACKAGE}/train.py"), "def fit(", "def fit_it(")
    assert refused().startswith(f"{PACKAGE}.train has no function fit(): fit(config, table) ret")


def test_two_at_once_are_refused_and_a_broken_study_is_a_line(here: Path) -> None:
    with study.alone():
        assert "another `mlops tune` is at work here" in refused()
    tune(2, None)
    path = study_in(here).path
    path.write_bytes(path.read_bytes()[:99])
    assert refused().startswith(f"{path}: not a study (")


def test_the_space_is_no_part_of_what_is_trained(here: Path) -> None:
    edit(SPACE, "high: 100.0", "high: 10.0")
    compose.check()
    dry = run(here, "dvc", "repro", "--dry").out
    assert "Running stage 'train'" not in dry
    assert "Running stage 'split'" not in dry
