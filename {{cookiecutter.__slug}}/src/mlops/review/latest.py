"""The latest report, where it is still that of the project as it is here."""

import hashlib
import json
import os
from pathlib import Path

from mlops import layout
from mlops.config import params
from mlops.errors import UserError
from mlops.release import registry
from mlops.repository import git
from mlops.repository.lock import LOCK
from mlops.review.report import LARGEST, Report, loads
from mlops.run.metadata import RUNS

WRITTEN = (LOCK, "params.yaml", "reports/", "data/raw.json", "uv.lock")  # by uv and the pipeline


def passing_report() -> Report | None:
    """The report of the last review, if it promotes or changes nothing and is of this very state.

    What stands in its way may have been mended meanwhile, so other reports are not kept.
    """
    try:
        if layout.REPORT.stat().st_size > LARGEST:
            return None
        report = loads(layout.REPORT.read_bytes())
    except (OSError, UserError):
        return None
    good = all(line.outcome != "fail" for line in report.gate)
    return report if good and report.state and report.state == state_digest() else None


def state_digest() -> str:
    """A digest of all that a review depends on; empty where files are edited but not committed."""
    if any(not path.startswith(WRITTEN) for path in git.uncommitted()):
        return ""
    files = [Path(LOCK), params.PARAMS, RUNS]
    texts = [path.read_bytes().hex() for path in files if path.is_file()]
    base = os.environ.get("GITHUB_BASE_REF", "")
    parts = [git.commit("HEAD"), git.git("for-each-ref", "refs/remotes", "refs/heads"), base]
    whole = json.dumps([*parts, registry.production(), *texts])
    return hashlib.sha256(whole.encode()).hexdigest()
