"""What a tag says of its version beside its name: model, data, figures, why and instead of what.

They are lines `Key: value` below the first line of the tag's message, so that anybody who has Git
can read them: `git show model@v1.2.0`.
"""

import json
import re
from pathlib import Path
from typing import Any

from mlops import layout
from mlops.config.params import parse
from mlops.errors import UserError
from mlops.release import registry
from mlops.release.registry import Tag, Version
from mlops.repository import git, lock
from mlops.repository.lock import Lock
from mlops.review.report import clip

LINE = re.compile(r"^(?P<key>[A-Z][a-z-]*): (?P<value>.+)$", re.MULTILINE)


def message(title: str, facts: dict[str, str]) -> str:
    """Write a tag's message. Facts that are empty are left out."""
    lines = [f"{key}: {clip(value)}" for key, value in facts.items() if value]
    return "\n".join([title, "", *lines])


def read(tag: Tag) -> dict[str, str]:
    """The facts in a tag's message; of a tag that GTO made, its message as the reason."""
    found = {match["key"]: match["value"] for match in LINE.finditer(tag.message)}
    return found or {"Why": clip(tag.message)}


def of_version(tag: Tag) -> dict[str, str]:
    """The facts of a registered version, from its tag or, where GTO made it, from its commit."""
    found = read(tag)
    return found if "Model" in found else of_commit(tag.commit)


def files(locked: Lock) -> dict[Path, str]:
    """The digests of what a lock has of a model: the scorer, which serves, and the pipeline."""
    found = {path: lock.digest(locked, path.as_posix()) for path in (layout.SCORER, layout.MODEL)}
    return {path: digest for path, digest in found.items() if digest}


def identity(locked: Lock) -> str | None:
    """The digest that tells one model from another: what serves; None where there is no model.

    Before there were scorers, it was the pipeline.
    """
    return next(iter(files(locked).values()), None)


def version_with(found: list[Tag], digest: str) -> Version | None:
    """The newest registered version whose model has an identity."""
    tags = {tag.name: tag for tag in found}
    same = [
        version
        for version in registry.versions(found).values()
        if served(of_version(tags[version.tag])) == digest
    ]
    return max(same, key=lambda version: registry.order(version.name), default=None)


def served(told: dict[str, str]) -> str:
    """The identity of the model of which facts tell."""
    return told.get("Scorer") or told.get("Model", "")


def of_commit(commit: str) -> dict[str, str]:
    """What a commit tells of its model; what it does not hold is left out."""
    locked = lock.at(commit)
    return {
        "Model": lock.digest(locked, layout.MODEL.as_posix()) or "",
        "Scorer": lock.digest(locked, layout.SCORER.as_posix()) or "",
        "Metric": metric(commit),
        "Data": data(commit, lock.digest(locked, layout.RAW.as_posix())),
    }


def metric(commit: str) -> str:
    """The main metric on the test rows: `roc_auc 0.717 (0.678 to 0.749)`."""
    try:
        name = parse(git.show(commit, "params.yaml") or "", "params.yaml", "")["evaluation"]
        name = name["metric"]
        found = loaded(git.show(commit, layout.METRICS.as_posix()))["test"][name]
        return f"{name} {found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
    except (UserError, KeyError, TypeError, ValueError):
        return ""


def data(commit: str, digest: str | None) -> str:
    """The data's first and last month, its rows, and its digest."""
    parts = loaded(git.show(commit, layout.RAW_MANIFEST.as_posix()))
    if not parts or digest is None:
        return ""
    periods, rows = sorted(parts), sum(part.get("rows", 0) for part in parts.values())
    months = periods[0][:1].isdigit()  # else `all`, or parts
    window = f"{periods[0]} to {periods[-1]}, " if months else ""
    return f"{window}{rows:,} rows, {digest.removesuffix(lock.DIRECTORY)}"


def loaded(text: str | None) -> dict[str, Any]:
    """The mapping in a JSON text; empty where it is none."""
    try:
        values = json.loads(text or "")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
