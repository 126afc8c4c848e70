"""The machinery is tested in place, beside a copy of the template's `conf/` or a stand-in."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mlops.github import transport
from mlops.repository import lock, objects

from baked import IDENTITY, PROJECT, execute
from machinery import adopting, buckets
from machinery.doctoring import Patient, project_in
from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub, serving


@pytest.fixture(autouse=True)
def _no_project_of_another_test() -> None:
    """Forget what was known of the project that was the current folder before."""
    objects.repository.cache_clear()
    lock.at.cache_clear()


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `conf/` and `params.yaml` in an empty folder, which is the current one."""
    shutil.copytree(PROJECT / "conf", tmp_path / "conf")
    shutil.copy(PROJECT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return tmp_path / "conf"


@pytest.fixture
def committed(conf: Path) -> Path:
    """A project whose `conf/` and `params.yaml` are committed."""
    execute("git", "init", "-q", cwd=conf.parent)
    execute("git", "add", "conf", "params.yaml", cwd=conf.parent)
    execute("git", "commit", "-q", "-m", "Start", cwd=conf.parent)
    return conf


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `data/source` below the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("data/source").mkdir(parents=True)
    return Path("data/source")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """An empty repository, as the environment names it, and a client of little patience."""
    with serving(FakeGitHub()) as fake:
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setattr(transport, "PAUSE", 0.01)
        monkeypatch.setattr(transport, "TIMEOUT", (0.5, 0.2))
        yield fake


@pytest.fixture
def storage(api: FakeGitHub) -> Iterator[FakeGitHub]:
    """Another host, to which downloads are redirected."""
    with serving(FakeGitHub(releases=api.releases, artifacts=api.artifacts)) as other:
        api.storage = other
        yield other


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that ran, in a folder with its remote; not to be changed."""
    folder = tmp_path_factory.mktemp("healthy")
    (folder / "project").mkdir()
    project_in(folder / "project")
    return folder


@pytest.fixture
def patient(
    healthy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Patient:
    """A copy of the small project, to do anything with; it is the current folder."""
    shutil.copytree(healthy, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(tmp_path / "copy/project")
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return Patient(tmp_path / "copy/project", capsys)


@pytest.fixture(scope="session")
def unadopted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as it comes, with one commit; not to be changed."""
    folder = tmp_path_factory.mktemp("unadopted")
    adopting.project_in(folder)
    return folder


@pytest.fixture
def shop(unadopted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that project, to do anything with; it is the current folder."""
    shutil.copytree(unadopted, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    return tmp_path / "shop"


@pytest.fixture(scope="session")
def storage_service() -> Iterator[str]:
    """The address of an S3 server on this machine."""
    with buckets.serving() as address:
        yield address


@pytest.fixture
def client(storage_service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The way to that server, which the environment may use."""
    return buckets.client(storage_service, monkeypatch)
