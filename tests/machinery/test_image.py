"""The image of a version is built of its commit and its scorer, once, and is the same for good."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from mlops import cli
from mlops.errors import UserError
from mlops.release import image

from baked import IDENTITY, PROJECT, execute
from machinery.imaging import Docker

SCORER = b"The scorer of v0.1.0"
GHCR = "ghcr.io/Owner/Flights"
V1 = "ghcr.io/owner/flights:v0.1.0"


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """A stand-in for Docker; the current folder is a project with two versions."""
    found = Docker(tmp_path / "docker")
    for name, value in (found.environment | IDENTITY).items():
        monkeypatch.setenv(name, value)
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    shutil.copytree(PROJECT / ".dvc", project / ".dvc")
    shutil.copytree(PROJECT / "deploy", project / "deploy")
    Path("pyproject.toml").write_text('[project]\nname = "flights"\n', "utf-8")
    Path("code.py").write_text("print(1)\n", "utf-8")
    execute("git", "init", "-q", "-b", "main", cwd=project)
    version("v0.1.0", SCORER, 1)
    Path("code.py").write_text("print(2)\n", "utf-8")
    version("v0.2.0", b"The scorer of v0.2.0", 2)
    return found


def version(name: str, scorer: bytes, counter: int) -> None:
    digest = hashlib.md5(scorer, usedforsecurity=False).hexdigest()
    stored = Path(".dvc/cache/files/md5", digest[:2], digest[2:])
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(scorer)
    output = {"path": "models/scorer.zip", "md5": digest}
    stages = {"export": {"cmd": "export", "deps": [], "outs": [output]}}
    Path("dvc.lock").write_text(json.dumps({"schema": "2.0", "stages": stages}), "utf-8")
    execute("git", "add", "--all", cwd=Path.cwd())
    execute("git", "commit", "-q", "-m", name, cwd=Path.cwd())
    for tag in (f"model@{name}", f"model#production#{counter}"):
        execute("git", "tag", "-a", "-m", tag, tag, cwd=Path.cwd())


def test_it_holds_the_versions_own_files_and_scorer(docker: Docker) -> None:
    built = image.build("v0.1.0", None)
    assert (built.reference, built.digest) == ("flights:v0.1.0", None)
    made = docker.image("flights:v0.1.0")
    assert (made / "models/scorer.zip").read_bytes() == SCORER
    assert (made / "code.py").read_text("utf-8") == "print(1)\n"
    assert not (made / ".git").exists()
    told = docker.told("flights:v0.1.0")
    commit = execute("git", "rev-parse", "model@v0.1.0^{}", cwd=Path.cwd()).out.strip()
    assert told["build-arg"] == "VERSION=v0.1.0"
    assert told["label"] == f"org.opencontainers.image.revision={commit}"
    assert told["file"].endswith("/deploy/Dockerfile")
    assert docker.asked == ["build"]


def test_it_is_built_once_and_named_by_its_digest(docker: Docker) -> None:
    first = image.build("production", GHCR)
    assert first.built
    assert first.reference.startswith("ghcr.io/owner/flights@sha256:")
    assert docker.asked == ["pull", "build", "push", "inspect"]
    again = image.build("v0.2.0", GHCR)
    assert again == first._replace(built=False)
    assert docker.asked[4:] == ["pull", "inspect"]


def test_the_workflow_is_told_what_to_deploy_and_to_attest(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    for built in ("true", ""):
        (tmp_path / "outputs").write_text("", "utf-8")
        done = CliRunner().invoke(cli.main, ["image", "--push", GHCR])
        lines = (tmp_path / "outputs").read_text("utf-8").splitlines()
        told = dict(line.split("=", 1) for line in lines)
        digest = docker.pushed["ghcr.io/owner/flights:v0.2.0"]
        name = "ghcr.io/owner/flights"
        assert told == {"image": f"{name}@{digest}", "name": name, "digest": digest, "built": built}
        assert done.stdout == f"{told['image']}\n"


def test_what_goes_wrong_is_a_line(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree("deploy")
    version("v0.3.0", b"The scorer of v0.3.0", 3)
    with pytest.raises(UserError, match=r"model@v0.3.0 has no deploy/Dockerfile"):
        image.build("v0.3.0", None)
    with pytest.raises(UserError, match=r"model v9.0.0: no such version or stage"):
        image.build("v9.0.0", None)
    docker.image(V1).mkdir(parents=True)  # in the way of what is to be built
    with pytest.raises(UserError, match=r"docker build ended with exit code 1: see above"):
        image.build("v0.1.0", GHCR)
    git = shutil.which("git")
    assert git
    monkeypatch.setenv("PATH", str(Path(git).parent))
    if not shutil.which("docker"):
        with pytest.raises(UserError, match=r"docker is not here"):
            image.build("v0.1.0", None)
