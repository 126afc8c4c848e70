"""What is noted of a stage's run: enough to tell who made what, and nothing of the machine."""

import hashlib
import json
import os
import socket
from pathlib import Path

import pytest
from mlops import stage
from mlops.run import inputs, metadata

from baked import execute

KEYS = {
    *("stage", "inputs", "started", "seconds", "problems", "by", "commit", "edited"),
    *("python", "libraries", "system", "cores"),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two stages, of which one fails; the current folder."""
    source = tmp_path / "src" / "stages_of_a_test"
    source.mkdir(parents=True)
    (source / "train.py").write_text(
        "from pathlib import Path\ndef train():\n"
        "    Path('models').mkdir()\n    Path('models/model.skops').write_bytes(b'model')\n"
    )
    (source / "split.py").write_text(
        "import os\ndef split():\n"
        "    raise OSError(f'{os.getcwd()}/data: https://me:secret@example.org')\n"
    )
    (tmp_path / "params.yaml").write_text("seed: 1\n")
    execute("git", "init", "-q", "--initial-branch=main", cwd=tmp_path)
    execute("git", "add", "--all", cwd=tmp_path)
    execute("git", "commit", "-q", "-m", "Two stages", cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "src")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Jo")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "jo@example.org")
    monkeypatch.delenv("GITHUB_ACTOR", raising=False)
    return tmp_path


def test_a_run_is_noted_with_all_that_made_it(project: Path) -> None:
    stage.main("stages_of_a_test.train")
    run = metadata.read()["train"]
    assert set(run) == {*KEYS, "model"}
    assert (run["by"], run["problems"], run["edited"]) == ("Jo", [], False)
    assert run["commit"] == execute("git", "rev-parse", "HEAD", cwd=project).out.strip()
    assert run["model"] == hashlib.md5(b"model", usedforsecurity=False).hexdigest()
    (project / "src/stages_of_a_test/__init__.py").touch()
    (project / "models/model.skops").unlink()
    (project / "models").rmdir()
    stage.main("stages_of_a_test.train")
    assert metadata.read()["train"]["edited"] is True


def test_a_run_counts_until_its_inputs_are_edited(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {train: {deps: [src/stages_of_a_test, rows]}}\n")
    (project / "rows").write_bytes(b"0" * (inputs.SMALL + 1))
    stage.main("stages_of_a_test.train")
    for path in (project / "src/stages_of_a_test/split.py", project / "params.yaml"):
        text = path.read_text("utf-8")
        path.write_text("edited")
        assert metadata.current() == {"train": []}
        path.write_text(text)
        assert metadata.current() == {"train": [metadata.read()["train"]]}
    (project / "rows").write_bytes(b"1" * (inputs.SMALL + 1))
    assert metadata.current() == {"train": []}


def test_of_the_parameters_only_those_of_the_stage_count(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {train: {params: [seed, model.depth]}}\n")
    stage.main("stages_of_a_test.train")
    (project / "params.yaml").write_text("seed: 1\nmodel: {rate: 0.1}\ngate: {size: 3}\n")
    assert metadata.current()["train"]
    (project / "params.yaml").write_text("seed: 1\nmodel: {depth: 3}\n")
    assert not metadata.current()["train"]


def test_what_is_mended_while_a_run_fails_has_not_failed(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {split: {deps: [rows]}}\n")
    (project / "rows").write_text("0")
    code = project / "src/stages_of_a_test/split.py"
    edit = "open('rows', 'w').write('1')"
    code.write_text(code.read_text().replace("raise", f"{edit}; raise"))
    with pytest.raises(OSError, match="secret"):
        stage.main("stages_of_a_test.split")
    assert metadata.current() == {"split": []}
    (project / "rows").write_text("0")
    assert metadata.current() == {"split": [metadata.read()["split"]]}


def test_a_failure_is_noted_beside_the_runs_before(project: Path) -> None:
    stage.main("stages_of_a_test.train")
    with pytest.raises(OSError, match="secret"):
        stage.main("stages_of_a_test.split")
    runs = metadata.read()
    assert set(runs) == {"train", "split"}
    assert runs["split"]["problems"] == ["OSError: data: https://***@example.org"]
    text = (project / metadata.RUNS).read_text("utf-8")
    assert not any(word in text for word in (socket.gethostname(), str(project), "secret"))


def test_without_git_a_run_is_noted_too(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    stage.main("stages_of_a_test.train")
    run = metadata.read()["train"]
    assert (run["by"], run["commit"], run["edited"]) == ("", "", False)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"train": None})])
def test_a_file_that_is_no_record_holds_no_runs(project: Path, text: str) -> None:
    metadata.RUNS.parent.mkdir()
    metadata.RUNS.write_text(text)
    assert metadata.read() == {}
