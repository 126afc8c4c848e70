"""Where the tests of data and model look: a small run made here, and the project's own outputs."""

import re
import shutil
from pathlib import Path

import pytest
from mlops.config import compose

from {{cookiecutter.__package}} import card, evaluate, explain, export, ingest, split, train, validate

ROOT = Path(__file__).parent.parent
OUTPUTS = (
    *("data/raw", "data/prepared", "reports/predictions.parquet"),
    *("models/model.skops", "models/scorer.zip"),
)
STAGES = (
    *(ingest.ingest, validate.validate, split.split),
    *(train.train, export.export, evaluate.evaluate, explain.explain, card.card),
)


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that has been run stage by stage, the flights with `quick`."""
    folder = tmp_path_factory.mktemp("small_run")
    for name in ("conf", "src", "data/source"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "dvc.yaml", folder)
    config = folder / "conf" / "config.yaml"
    text = config.read_text("utf-8")
    if re.search(r"(?m)^\s+- data: flights\b", text):  # the other tables are small
        text = re.sub(r"(?m)^(\s+- experiment:) \w+", r"\1 quick", text)
        config.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        compose.update()
        for stage in STAGES:
            stage()
    return folder


@pytest.fixture(
    params=[
        "small run",
        pytest.param(
            "dvc repro",
            marks=pytest.mark.skipif(
                not all((ROOT / path).exists() for path in OUTPUTS),
                reason="looks at outputs that are not here: `uv run dvc pull`, or `dvc repro`",
            ),
        ),
    ]
)
def project(
    request: pytest.FixtureRequest, small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder whose data, model and reports are tested; it is the current one."""
    folder = small_run if request.param == "small run" else ROOT
    monkeypatch.chdir(folder)
    return folder
