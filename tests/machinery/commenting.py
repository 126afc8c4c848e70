"""Publishing a report as the workflow does, and what GitHub then shows."""

import json
from pathlib import Path

from mlops.review import report
from mlops.review.publication import comment

from machinery.github_api import REPOSITORY, TOKEN, FakeGitHub

OLDER, NEWER = "a" * 40, "b" * 40
RUN = f"https://github.com/{REPOSITORY}/actions/runs/1"
NOTE = f"[The run]({RUN}) ended with **success**."
FAILED = f"[The run]({RUN}) ended with **failure**."
NO_REPORT = "❌ **No report.** The run ended without a valid report of its results.\n\n"


def publish(
    content: report.Report | bytes | None = None,
    sha: str = NEWER,
    repository: str | None = REPOSITORY,
    branch: str | None = "topic",
    conclusion: str = "success",
) -> str:
    """Publish a report as the workflow would for a run; the token shows nowhere in what is said."""
    path, event = Path("incoming/pull-request.json"), Path("event.json")
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else report.dumps(content).encode())
    source = repository and {
        "full_name": repository,
        "owner": {"login": repository.partition("/")[0]},
    }
    run = {
        "id": 1,
        "event": "pull_request",
        "head_sha": sha,
        "head_branch": branch,
        "head_repository": source,
        "html_url": RUN,
        "conclusion": conclusion,
        "pull_requests": [],
    }
    event.write_text(json.dumps({"action": "completed", "workflow_run": run}), "utf-8")
    said = comment.publish(path, event)
    assert TOKEN not in said
    assert "\n" not in said
    return said


def only(api: FakeGitHub, number: int = 7) -> str:
    """The one comment of ours on a pull request, as GitHub was given it."""
    (body,) = api.bodies(number)
    marker, _, shown = body.partition("\n")
    assert marker == comment.MARKER
    assert TOKEN not in body
    return shown
