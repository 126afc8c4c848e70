"""A file of a release arrives whole, or not at all."""

from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.github import releases

from machinery.github_api import TOKEN, Answer, FakeGitHub, Fault, complaint

TAG = "model@v1.0.0"
FETCH = f"fetch model.skops of release {TAG}: "
MODEL = bytes(range(256)) * 999


@pytest.fixture(autouse=True)
def release(api: FakeGitHub) -> None:
    api.release(TAG, {"card.md": b"# Card", "model.skops": MODEL})


def not_fetched(path: Path, largest: int = 10**6) -> str:
    with pytest.raises(UserError) as error:
        releases.download(TAG, "model.skops", path, largest)
    assert list(path.parent.iterdir()) == []
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("token", [TOKEN, ""], ids=["token", "anonymous"])
def test_a_file_of_a_release(
    api: FakeGitHub,
    storage: FakeGitHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    releases.download(TAG, "model.skops", tmp_path / "model.skops")
    assert (tmp_path / "model.skops").read_bytes() == MODEL
    assert api.asked() == ["GET /releases/tags/model%40v1.0.0", "GET /releases/assets/2"]
    sent = [seen.headers.get("authorization") for seen in api.requests]
    assert sent == ([f"Bearer {token}"] * 2 if token else [None] * 2)
    assert len(storage.requests) == 1
    assert TOKEN not in str(storage.requests[0].headers)


def test_a_download_that_breaks_off_is_begun_again(storage: FakeGitHub, tmp_path: Path) -> None:
    storage.faults = [Fault("GET", cut=1000), Fault("GET", complaint(503, "busy"))]
    releases.download(TAG, "model.skops", tmp_path / "model.skops")
    assert (tmp_path / "model.skops").stat().st_size == 256 * 999
    assert list(tmp_path.iterdir()) == [tmp_path / "model.skops"]


@pytest.mark.parametrize(
    ("size", "line"),
    [
        (10, "these are not its 255,744 bytes; try again"),
        (256_000, "it has more than 255,744 bytes: refused"),
    ],
    ids=["too short", "too long"],
)
def test_a_file_of_another_size_is_refused(
    storage: FakeGitHub, tmp_path: Path, size: int, line: str
) -> None:
    storage.faults = [Fault("GET", Answer(200, b"x" * size), times=99)]
    assert not_fetched(tmp_path / "model.skops") == FETCH + line


def test_a_file_that_is_too_large_is_not_fetched(storage: FakeGitHub, tmp_path: Path) -> None:
    said = not_fetched(tmp_path / "model.skops", largest=1000)
    assert said == f"{FETCH}it has 255,744 bytes, more than 1,000: refused"
    assert storage.requests == []


def test_a_file_that_is_not_there(api: FakeGitHub, storage: FakeGitHub, tmp_path: Path) -> None:
    del api.releases[0]["assets"][1]
    assert not_fetched(tmp_path / "m") == f"{FETCH}the release holds card.md"
    api.releases.clear()
    assert not_fetched(tmp_path / "m").startswith(f"{FETCH}GitHub answered 404 (Not Found); check")
