"""Pull requests and their comments."""

from typing import Any

from machinery.github_api.state import (
    REPOSITORY,
    Answer,
    FakeGitHub,
    Seen,
    complaint,
    invalid,
    paged,
)


def list_pulls(api: FakeGitHub, seen: Seen) -> Answer:
    state, head = seen.query.get("state", "open"), seen.query.get("head", "")
    found = [pull for pull in api.pulls if state in (pull["state"], "all")]
    if ":" in head:  # GitHub ignores what it cannot read
        found = [pull for pull in found if pull["head"]["label"] == head]
    return paged(api, seen, found)


def create_pull(api: FakeGitHub, seen: Seen) -> Answer:
    if api.forbids_pull_requests:
        return complaint(403, "GitHub Actions is not permitted to create or approve pull requests.")
    label = f"{REPOSITORY.partition('/')[0]}:{seen.body['head']}"
    if any(pull["head"]["label"] == label and pull["state"] == "open" for pull in api.pulls):
        return invalid("PullRequest", "custom", f"A pull request already exists for {label}.")
    number = 1 + max((pull["number"] for pull in api.pulls), default=0)
    pull = api.pull(number, seen.body["head"], "c" * 40)
    pull |= {key: seen.body[key] for key in ("title", "body", "base")}
    return Answer(201, pull)


def update_pull(api: FakeGitHub, seen: Seen, number: str) -> Answer:
    pull = next(pull for pull in api.pulls if pull["number"] == int(number))
    pull |= seen.body
    return Answer(200, pull)


def list_pulls_of_a_commit(api: FakeGitHub, seen: Seen, commit: str) -> Answer:
    shas = [
        (pull["head"]["sha"], pull["merge_commit_sha"], pull.get("holds")) for pull in api.pulls
    ]
    found = [pull for pull, known in zip(api.pulls, shas, strict=True) if commit in known]
    return paged(api, seen, found)


def list_comments(api: FakeGitHub, seen: Seen, number: str) -> Answer:
    return paged(api, seen, [c for c in api.comments if c["number"] == int(number)])


def create_comment(api: FakeGitHub, seen: Seen, number: str) -> Answer:
    if problem := unacceptable(seen):
        return problem
    api.comment(int(number), seen.body["body"])
    return Answer(201, api.comments[-1])


def update_comment(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    found = next((c for c in api.comments if c["id"] == int(identity)), None)
    if found is None:
        return complaint(404, "Not Found")
    if problem := unacceptable(seen):
        return problem
    found["body"] = seen.body["body"]
    return Answer(200, found)


def unacceptable(seen: Seen) -> Answer | None:
    body = seen.body["body"]
    if not body.strip():
        return complaint(422, "Validation Failed: body cannot be blank")
    if len(body) > 65_536:
        return complaint(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    return None


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "pulls", list_pulls),
    ("POST", "pulls", create_pull),
    ("PATCH", r"pulls/(\d+)", update_pull),
    ("GET", "commits/([0-9a-f]{40})/pulls", list_pulls_of_a_commit),
    ("GET", r"issues/(\d+)/comments", list_comments),
    ("POST", r"issues/(\d+)/comments", create_comment),
    ("PATCH", r"issues/comments/(\d+)", update_comment),
]
