"""Run a project's stages with several configurations in one process, without DVC.

Standard input is JSON, overrides by name; the last line of standard output is JSON, what each gave.
"""

import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

STAGES = ("ingest", "validate", "split", "train", "export", "evaluate", "explain", "card")
PRODUCTS = ("data/raw", "data/prepared", "models", "reports")


def run(overrides: list[str]) -> dict[str, Any]:
    """The report, the configuration's metric, and the digest of each file that was made."""
    from mlops.config import composition, params, record

    record.write(composition.compose(overrides=overrides).values, frozenset())
    for stage in STAGES:
        getattr(import_module(f"late_flights.{stage}"), stage)()
    files = [path for folder in PRODUCTS for path in sorted(Path(folder).rglob("*.*"))]
    digests = {
        path.as_posix(): hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        for path in files
        if path.is_file()
    }
    report = json.loads(Path("reports/metrics.json").read_text("utf-8"))
    metric = params.load().evaluation.metric
    found = {name: report[name] for name in ("test", "baseline")}
    return {**found, "metric": metric, "digests": digests}


if __name__ == "__main__":
    runs = json.load(sys.stdin)
    print(json.dumps({name: run(overrides) for name, overrides in runs.items()}))
