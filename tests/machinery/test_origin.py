"""Tags reach origin all at once or not at all, and none stays here that origin does not have."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.release import origin, registry
from mlops.release.origin import NewTag
from mlops.repository import git

from baked import execute


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two clones of a bare origin with three commits; the first is the current folder."""
    execute("git", "init", "-q", "--bare", "--initial-branch=main", "origin.git", cwd=tmp_path)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    execute("git", "clone", "-q", "origin.git", str(ours), cwd=tmp_path)
    for number in range(3):
        execute("git", "commit", "-q", "--allow-empty", "-m", f"Commit {number}", cwd=ours)
    execute("git", "push", "-q", "origin", "HEAD:main", cwd=ours)
    execute("git", "clone", "-q", "origin.git", str(theirs), cwd=tmp_path)
    monkeypatch.chdir(ours)
    return ours, theirs


def promotion(version: str, counter: int, commit: str = "HEAD") -> list[NewTag]:
    names = (f"model@{version}", f"model#production#{counter}")
    return [NewTag(name, git.git("rev-parse", commit).strip(), f"Say {name}") for name in names]


def at_origin() -> dict[str, str]:
    """The tags of the bare origin itself."""
    lines = git.git("ls-remote", "--tags", "origin").splitlines()
    return {
        name.removeprefix("refs/tags/"): sha
        for sha, name in (line.split("\t") for line in lines)
        if not name.endswith("^{}")
    }


def production_of_gto(folder: Path) -> str:
    return execute("gto", "show", "model#production", "--json", cwd=folder).out


def test_gto_reads_what_was_pushed(clones: tuple[Path, Path]) -> None:
    assert origin.push(promotion("v0.1.0", 1, "HEAD~1"))
    assert origin.push(promotion("v0.2.0", 2))
    assert at_origin() == origin.local_tags()
    assert [tag.message.strip() for tag in registry.tags() if tag.name == "model@v0.2.0"] == [
        "Say model@v0.2.0"
    ]
    execute("git", "fetch", "-q", "--tags", cwd=clones[1])
    assert '"v0.2.0"' in production_of_gto(clones[1])
    assert '"v0.1.0"' not in production_of_gto(clones[1])


def test_of_two_that_planned_the_same_one_wins(clones: tuple[Path, Path]) -> None:
    """The other has neither tag, here or there, though only one of the names was taken."""
    execute("git", "tag", "-a", "-m", "x", "model#production#1", cwd=clones[1])
    execute("git", "push", "-q", "origin", "model#production#1", cwd=clones[1])
    taken = at_origin()
    assert not origin.push(promotion("v0.1.0", 1))
    assert at_origin() == origin.local_tags() == taken
    assert registry.assignment_name(registry.names(), "production") == "model#production#2"


def test_a_push_that_landed_though_it_failed_has_won(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = git.git

    def broken(*arguments: str, text: str = "") -> str:
        done = real(*arguments, text=text)
        if arguments[0] == "push":
            raise UserError("git push: the remote end hung up unexpectedly")
        return done

    monkeypatch.setattr(git, "git", broken)
    assert origin.push(promotion("v0.1.0", 1))
    assert sorted(at_origin()) == ["model#production#1", "model@v0.1.0"]


def test_a_tag_that_origin_does_not_have_goes_and_can_be_brought_back(
    clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert origin.push(promotion("v0.1.0", 1))
    kept = origin.local_tags()
    for name in ("model@v0.2.0", "model#production#2", "mine"):
        execute("git", "tag", "-a", "-m", "Never pushed", name, cwd=clones[0])
    execute("git", "tag", "-f", "-a", "-m", "Moved", "model@v0.1.0", "HEAD~1", cwd=clones[0])
    moved = origin.local_tags()["model@v0.1.0"]
    assert origin.synchronize() == "main"
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert origin.local_tags() == kept
    assert git.git("tag", "--list", "mine").strip() == "mine"
    (line,) = [line for line in said if line.startswith("model@v0.1.0")]
    found = re.search(r"`(git .*)`", line)
    assert found is not None
    execute("bash", "-c", found[1], cwd=clones[0])
    assert origin.local_tags()["model@v0.1.0"] == moved


def test_a_clock_a_day_behind_does_not_hide_a_promotion_from_gto(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert origin.push(promotion("v0.1.0", 1, "HEAD~1"))
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-09-09T01:46:40Z")
    assert origin.push(promotion("v0.2.0", 2))
    found = registry.production()
    assert found is not None
    assert found.name == "v0.2.0"
    assert '"v0.2.0"' in production_of_gto(clones[0])


def test_lightweight_tags_take_their_names(clones: tuple[Path, Path]) -> None:
    for name in ("model@v0.1.0", "model#production#7"):
        execute("git", "tag", name, cwd=clones[1])
        execute("git", "push", "-q", "origin", name, cwd=clones[1])
    origin.synchronize()
    assert registry.production() is None
    assert registry.assignment_name(registry.names(), "production") == "model#production#8"


@pytest.mark.parametrize(
    "words", ["no space left on device", "this repository is read-only", "tags are protected"]
)
def test_an_origin_that_refuses_says_why_and_nothing_changes(
    clones: tuple[Path, Path], words: str
) -> None:
    hook = clones[0].parent / "origin.git" / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho {words} >&2\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    with pytest.raises(UserError, match=words) as error:
        origin.push(promotion("v0.1.0", 1))
    assert len(error.value.lines) == 1
    assert at_origin() == origin.local_tags() == {}


def test_an_origin_that_is_gone(clones: tuple[Path, Path]) -> None:
    (clones[0].parent / "origin.git").rename(clones[0].parent / "elsewhere")
    with pytest.raises(UserError, match="does not appear to be a git repository") as error:
        origin.synchronize()
    assert len(error.value.lines) == 1


class Refusing(BaseHTTPRequestHandler):
    """A host that knows nobody, and takes its time for some."""

    ended: threading.Event  # the test that asks is over

    def do_GET(self) -> None:
        if "slow" in self.path:
            self.ended.wait(20)
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="host"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Be silent."""


@pytest.fixture
def host() -> Iterator[str]:
    ended = threading.Event()
    handler = type("Host", (Refusing,), {"ended": ended})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        ended.set()
        server.shutdown()
        thread.join(timeout=5)


def test_refused_credentials_are_never_shown(clones: tuple[Path, Path], host: str) -> None:
    git.git("remote", "set-url", "origin", f"http://me:ghp_hidden@{host}/owner/flights.git")
    with pytest.raises(UserError, match="git ls-remote") as error:
        origin.synchronize()
    assert "ghp_hidden" not in str(error.value)
    assert len(error.value.lines) == 1


def test_an_origin_that_does_not_answer(
    clones: tuple[Path, Path], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "PATIENCE", 1)
    git.git("remote", "set-url", "origin", f"http://{host}/slow.git")
    with pytest.raises(UserError, match="no answer in 1 s"):
        origin.synchronize()


def test_origin_whose_default_branch_is_not_there(clones: tuple[Path, Path]) -> None:
    execute("git", "symbolic-ref", "HEAD", "refs/heads/master", cwd=clones[0].parent / "origin.git")
    with pytest.raises(
        UserError, match=r'`git -C "\S+origin.git" symbolic-ref HEAD refs/heads/main`'
    ):
        origin.default_branch()
    execute("git", "push", "-q", "origin", ":main", cwd=clones[0])
    with pytest.raises(UserError, match="origin has no branch yet: `git push origin HEAD`"):
        origin.default_branch()
    git.git("remote", "remove", "origin")
    with pytest.raises(UserError, match="no origin: `git remote add origin URL`, then `git push"):
        origin.default_branch()


def test_what_others_have_promoted_is_brought_and_nothing_goes(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert origin.push(promotion("v0.1.0", 1, "HEAD~1"))
    monkeypatch.chdir(clones[1])
    assert origin.find("v0.1.0").name == "v0.1.0"  # not known here, so origin is asked
    execute("git", "tag", "-a", "model@v9.0.0", "-m", "Only here", "HEAD~2", cwd=clones[1])
    monkeypatch.chdir(clones[0])
    assert origin.push(promotion("v0.2.0", 2))
    monkeypatch.chdir(clones[1])
    assert origin.find("production").name == "v0.2.0"
    assert "model@v9.0.0" in origin.local_tags()
    assert capsys.readouterr().err == ""


def test_where_origin_is_gone_what_is_known_is_told(
    clones: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert origin.push(promotion("v0.1.0", 1))
    execute("git", "remote", "set-url", "origin", "../gone.git", cwd=clones[0])
    assert origin.find("production").name == "v0.1.0"
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("the versions at origin were not brought, so this is as of before: git")
    assert origin.find("v0.1.0").name == "v0.1.0"  # a version stays what it is
    assert capsys.readouterr().err == ""


def test_a_folder_that_is_in_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r" is in no Git repository: run it in the project's fold"):
        registry.tags()
