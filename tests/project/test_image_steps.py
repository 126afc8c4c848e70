"""What deploy/Dockerfile puts into an image, in an empty folder, is enough to serve and score."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from baked import BakedProject, execute

SYNC = "uv sync --locked --no-install-project --only-group"
GROUP = "python src/mlops/serve/requirements.py models/scorer.zip"
BARE = {"PATH": "/usr/bin:/bin", "PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"}
HEAVY = ("pandas", "sklearn", "scipy", "treelite", "dvc", "skops")


@pytest.fixture(scope="module")
def app(evaluated: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder /app; not to be changed."""
    app = tmp_path_factory.mktemp("app")
    dockerfile = evaluated.read("deploy/Dockerfile")
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE):
        for name in line.split():
            (app / name).parent.mkdir(exist_ok=True)
            copy = shutil.copytree if (evaluated.path / name).is_dir() else shutil.copy
            if not (app / name).exists():
                copy(evaluated.path / name, app / name)
    assert f"group=$({GROUP})" in dockerfile
    assert f'{SYNC} "$group"' in dockerfile
    group = execute(*GROUP.split(), cwd=app).out.strip()
    assert group == "serve"
    execute(*SYNC.split(), group, cwd=app)
    return app


def test_nothing_is_in_it_that_the_scorer_does_not_need(app: Path) -> None:
    (packages,) = app.glob(".venv/lib/*/site-packages")
    assert not [name for name in HEAVY if (packages / name).exists()]


def test_it_serves(app: Path) -> None:
    with zipfile.ZipFile(app / "models/scorer.zip") as archive:
        contract = json.loads(archive.read("scorer.json"))["contract"]
    command = [".venv/bin/python", "-m", "mlops", "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=app,
        env=BARE | {"MLOPS_VERSION": "v0.1.0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        said = process.stdout.readline()
        address = said.partition(": ")[0]
        assert address.startswith("http://127.0.0.1:"), said
        content = json.dumps(contract["examples"]).encode()
        request = Request(f"{address}/predict", content, {"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as answered:
            answer = json.load(answered)
        assert answer["version"] == "v0.1.0"
        found = [each["probability"] for each in answer["predictions"]]
        assert found == pytest.approx(contract["expected"], abs=1e-12)
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert list((app / "data/predictions").glob("*.parquet"))


def test_it_scores_a_table(app: Path, evaluated: BakedProject, tmp_path: Path) -> None:
    table = evaluated.path / "data/prepared/test.parquet"
    command = [".venv/bin/python", "-m", "mlops", "predict", str(table), str(tmp_path / "o.csv")]
    done = subprocess.run(command, cwd=app, env=BARE, capture_output=True, text=True, check=True)
    rows = len((tmp_path / "o.csv").read_text("utf-8").splitlines()) - 1
    assert done.stdout.startswith(f"{rows:,} rows scored by model ")
