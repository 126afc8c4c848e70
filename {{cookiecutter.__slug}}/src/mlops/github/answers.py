"""What GitHub's REST API answers, as far as it is read; all else in an answer is ignored."""

from msgspec import Struct


class User(Struct):
    """An account: a person's, or an app's bot."""

    login: str


class Comment(Struct):
    """A comment of a pull request; no user where the account was deleted."""

    id: int
    body: str | None
    user: User | None


class Repository(Struct):
    """A repository; `full_name` is owner/name."""

    full_name: str


class Head(Struct):
    """The tip of a pull request's branch; no repository where the fork was deleted."""

    ref: str
    sha: str
    repo: Repository | None


class PullRequest(Struct):
    """A pull request; `merged_at` is an ISO time in UTC, where it was merged."""

    number: int
    html_url: str
    head: Head
    merged_at: str | None = None
    merge_commit_sha: str | None = None


class Run(Struct):
    """A run of a workflow; no conclusion before it ends, no repository where the fork is gone."""

    id: int
    event: str
    status: str | None
    conclusion: str | None
    head_sha: str
    head_repository: Repository | None


class Runs(Struct):
    """A page of runs."""

    workflow_runs: list[Run]


class Artifact(Struct):
    """A zip file that a run handed over."""

    id: int
    name: str
    size_in_bytes: int
    expired: bool


class Artifacts(Struct):
    """A page of artifacts."""

    artifacts: list[Artifact]


class Asset(Struct):
    """A file of a release; `size` in bytes, `digest` as "sha256:…", which old ones lack."""

    id: int
    name: str
    size: int
    state: str = "uploaded"  # or "starter": nothing of it came
    digest: str | None = None


class Release(Struct):
    """A release; drafts are seen only by those who may write."""

    id: int
    tag_name: str
    upload_url: str
    html_url: str
    draft: bool
    assets: list[Asset]


class Reference(Struct):
    """A branch or tag."""

    ref: str
