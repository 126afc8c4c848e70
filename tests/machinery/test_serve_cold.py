"""The command as it is started: what it loads, what it says, and where it refuses to start."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from mlops.repository import objects
from mlops.scoring.scorer import Scorer

from baked import IN_PLACE
from machinery import exporting
from machinery.serving import LONGEST, Service

HEAVY = {"pandas", "sklearn", "scipy", "pyarrow", "treelite", "dvc", "rich", "requests", "hydra"}
MAIN = """
import atexit, json, sys
atexit.register(lambda: open("modules.json", "w").write(json.dumps(list(sys.modules))))
from mlops.cli import main
main()
"""


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scorer]:
    """A scorer of the first rung, as its file."""
    folder = tmp_path_factory.mktemp("scorer")
    model = "hist_gradient_boosting"
    config = exporting.config("binary", model, *exporting.few_trees(model))
    frame = exporting.table("binary")
    made = exporting.exported(config, frame, exporting.fitted(config, frame), folder)
    return folder / "scorer.zip", made


@contextmanager
def command(folder: Path, *arguments: Any) -> Iterator[subprocess.Popen[str]]:
    """`mlops serve` in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "--port", "0", *map(str, arguments)],
        cwd=folder,
        env=os.environ | IN_PLACE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def started(process: subprocess.Popen[str]) -> tuple[str, Service]:
    assert process.stdout
    line = process.stdout.readline().strip()
    return line, Service(process, line.partition(": ")[0])


def test_it_starts_light_and_answers(scorer: tuple[Path, Scorer], tmp_path: Path) -> None:
    path, made = scorer
    digest = objects.digest_of(path)
    with command(tmp_path, "--no-log", "--model", path, "--digest", digest) as process:
        line, service = started(process)
        address = f"http://127.0.0.1:{service.port}"
        assert line == f"{address}: model {digest}, rung {made.contract.rung}"
        answer = service.predict(made.contract.examples).json
        memory = psutil.Process(process.pid).memory_info().rss
        assert service.end(signal.SIGTERM) == 0
    probabilities = [one["probability"] for one in answer["predictions"]]
    assert probabilities == pytest.approx(made.contract.expected, rel=0, abs=1e-12)
    assert made.contract.rung == "masks"
    assert memory < 100e6
    modules = {
        name.partition(".")[0] for name in json.loads((tmp_path / "modules.json").read_text())
    }
    assert not modules & HEAVY
    assert service.said == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "is no project: run this in one"),
        (("--model", "other.zip"), "other.zip: there is no such file"),
        (("--model", "SCORER", "--digest", "0" * 32), "its digest is "),
        (("--model", "SCORER", "--host", "192.0.2.1"), "192.0.2.1:0: "),
        (("--model", "SCORER", "--host", "no such host"), "no such host:0: "),
        (("--model", "SCORER", "--port", "70000"), "70000: "),
    ],
)
def test_it_says_in_one_line_why_it_does_not_start(
    scorer: tuple[Path, Scorer], tmp_path: Path, arguments: tuple[str, ...], error: str
) -> None:
    given = [str(scorer[0]) if word == "SCORER" else word for word in arguments]
    if "--digest" not in given:
        given += ["--digest", objects.digest_of(scorer[0])]
    with command(tmp_path, "--no-log", *given) as process:
        said, trouble = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said == ""
    assert len(trouble.splitlines()) == 1
    assert error in trouble
