"""The state of the stand-in, which tests set and read, and the forms of requests and answers."""

import hashlib
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

REPOSITORY = "owner/flights"
BOT = "github-actions[bot]"
TOKEN = "ghs_aSecretThatNobodyMaySee"


@dataclass(frozen=True)
class Seen:
    """A request that was made."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any  # bytes where a file was sent

    def __str__(self) -> str:
        return f"{self.method} {self.path.removeprefix(f'/repos/{REPOSITORY}')}"


@dataclass
class Answer:
    """What is sent back."""

    status: int = 200
    body: Any = None  # bytes as they are, anything else as JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What happens instead of the answer, to the next `times` requests that match.

    `request` is a regular expression for "METHOD /path". `answer` is sent in place of the true one,
    or nothing is (`drop`); with `done` the request takes effect all the same. An answer may come
    after `delay` seconds, and end after `cut` bytes.
    """

    request: str
    answer: Answer | None = None
    times: int = 1
    done: bool = False
    drop: bool = False
    cut: int | None = None
    delay: float = 0


@dataclass
class FakeGitHub:
    """The repository's state, and the requests in their order."""

    pulls: list[dict[str, Any]] = field(default_factory=list)  # the newest first
    comments: list[dict[str, Any]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    releases: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    forbids_pull_requests: bool = False  # as the repository's setting may
    broken_uploads: int = 0  # how many of the next uploads leave half a file
    faults: list[Fault] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    url: str = ""
    storage: "FakeGitHub | None" = None  # where downloads are redirected to
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def pull(
        self, number: int, branch: str, sha: str, repository: str | None = REPOSITORY
    ) -> dict[str, Any]:
        """Open a pull request."""
        repo = repository and {"full_name": repository}
        owner = (repository or "ghost/gone").partition("/")[0]
        pull = {
            "number": number,
            "state": "open",
            "html_url": f"https://github.com/{REPOSITORY}/pull/{number}",
            "head": {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "repo": repo},
            "merged_at": None,
            "merge_commit_sha": None,
        }
        self.pulls.insert(0, pull)
        return pull

    def merge(self, number: int, commit: str, at: str = "2026-11-21T08:00:00Z") -> None:
        """Close a pull request by a commit of the default branch."""
        pull = next(pull for pull in self.pulls if pull["number"] == number)
        pull |= {"state": "closed", "merged_at": at, "merge_commit_sha": commit}

    def comment(self, number: int, body: str, login: str = BOT) -> int:
        """Add a comment to a pull request; return its id."""
        identity = 1000 + len(self.comments)
        user = {"login": login}
        self.comments.append({"id": identity, "number": number, "user": user, "body": body})
        return identity

    def bodies(self, number: int, login: str = BOT) -> list[str]:
        """The texts that somebody's comments on a pull request show."""
        mine = [c for c in self.comments if c["number"] == number and c["user"]["login"] == login]
        return [comment["body"] for comment in mine]

    def release(self, tag: str, files: dict[str, bytes], draft: bool = False) -> dict[str, Any]:
        """Make a release with its files, and its tag."""
        self.tags.add(tag)
        identity = 100 + len(self.releases)
        upload = f"{self.url}/repos/{REPOSITORY}/releases/{identity}/assets{{?name,label}}"
        release = {
            "id": identity,
            "tag_name": tag,
            "name": "",
            "body": "",
            "draft": draft,
            "html_url": f"https://github.com/{REPOSITORY}/releases/{identity}",
            "upload_url": upload,
            "assets": [self.asset(name, content) for name, content in files.items()],
        }
        self.releases.insert(0, release)
        return release

    def asset(self, name: str, content: bytes, state: str = "uploaded") -> dict[str, Any]:
        """A file of a release; `content` stands for what is at its address."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return {
            "id": next(self.numbers),
            "name": name,
            "size": len(content),
            "state": state,
            "digest": digest if state == "uploaded" else None,
            "content": content,
        }

    def files(self, tag: str) -> dict[str, bytes]:
        """The files of the one release of a tag, which is public."""
        (release,) = (release for release in self.releases if release["tag_name"] == tag)
        assert not release["draft"]
        assert {asset["state"] for asset in release["assets"]} <= {"uploaded"}
        return {asset["name"]: asset["content"] for asset in release["assets"]}

    def run(self, sha: str, event: str = "pull_request", **changes: Any) -> int:
        """Add a successful run of the pull request's workflow; return its id."""
        identity = 500 + len(self.runs)
        run = {
            "id": identity,
            "workflow": "pull-request.yaml",
            "event": event,
            "status": "completed",
            "conclusion": "success",
            "head_sha": sha,
            "head_branch": "topic",
            "head_repository": {"full_name": REPOSITORY},
        }
        self.runs.insert(0, run | changes)
        return identity

    def artifact(self, run: int, content: bytes, **changes: Any) -> int:
        """Add an artifact to a run; return its id."""
        identity = 900 + len(self.artifacts)
        artifact = {"id": identity, "run": run, "name": "model", "content": content}
        artifact |= {"size_in_bytes": len(content), "expired": False}
        self.artifacts.append(artifact | changes)
        return identity

    def asked(self, method: str = "") -> list[str]:
        """The requests in their order, of one method or of all."""
        return [str(seen) for seen in self.requests if seen.method.startswith(method)]


def complaint(status: int, message: str, **headers: str) -> Answer:
    """A refusal in GitHub's form; a header's `_` stands for `-`."""
    body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def invalid(resource: str, code: str, message: str) -> Answer:
    """A refusal of what was sent, with its reason apart, as GitHub puts it."""
    error = {"resource": resource, "code": code, "message": message}
    return Answer(422, {"message": "Validation Failed", "errors": [error]})


def without(item: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A thing without what only the stand-in knows of it."""
    return {key: value for key, value in item.items() if key not in keys}


def paged(api: FakeGitHub, seen: Seen, items: list[Any], name: str = "") -> Answer:
    """One page of a list, or of one wrapped by its name, with the address of the next."""
    size, page = int(seen.query.get("per_page", "30")), int(seen.query.get("page", "1"))
    headers = {}
    if page * size < len(items):
        query = urlencode(seen.query | {"page": page + 1})
        first = urlencode(seen.query | {"page": 1})
        link = (
            f'<{api.url}{seen.path}?{query}>; rel="next", <{api.url}{seen.path}?{first}>; rel="x"'
        )
        headers = {"Link": link}
    found = items[(page - 1) * size : page * size]
    return Answer(200, {"total_count": len(items), name: found} if name else found, headers)
