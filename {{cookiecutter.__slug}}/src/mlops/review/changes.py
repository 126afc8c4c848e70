"""What a branch changes against its base: parameters, data, code, and the stages that follow."""

import json
from collections.abc import Iterable
from typing import Any

import yaml
from mlops import layout
from mlops.config import params, record
from mlops.data import drift, outcome
from mlops.errors import UserError
from mlops.repository import git, lock, objects
from mlops.review.report import Changes, Drift, File, Parameter, Period, Stage, clip
from mlops.run import metadata

CODE = ["conf", "src", "tests", "dvc.yaml", "pyproject.toml", ".dvc/config", ".github"]
COLUMNS = "data.columns."
DRIFTED = 0.1  # below this, custom calls a column stable
SHOWN = 100


def changes(base: str | None, composed: bool = True) -> Changes:
    """Compare the project as it is here with a commit.

    `composed`: the parameters are those of `conf/`, and tell what was edited there.
    """
    if base is None:
        return Changes()
    current = params.read()
    differing = record.differences(at(base, "params.yaml"), current)
    told = told_by(differing, current) if composed else set()
    values = [parameter(key, *pair) for key, pair in differing.items()]
    periods, found = changed_periods(base), validated()
    return Changes(
        parameters=[value for value in values if not value.key.startswith(COLUMNS)][:SHOWN],
        columns=[value for value in values if value.key.startswith(COLUMNS)][:SHOWN],
        periods=periods[:SHOWN],
        drift=drifted(found.get("columns", {}), [period.name for period in periods]),
        warnings=[clip(line) for line in outcome.lines(found.get("warnings", []))][:SHOWN],
        files=[
            File(clip(path), added, removed)
            for path, added, removed in git.lines_changed(base, CODE) + git.lines_untracked(CODE)
            if path not in told
        ][:SHOWN],
        stages=stages(lock.at(base), lock.read()),
    )


def parameter(key: str, old: Any, new: Any) -> Parameter:
    """Show a changed value as texts."""
    shown = [None if value is record.ABSENT else clip(record.show(value)) for value in (old, new)]
    return Parameter(clip(key), *shown)


def told_by(keys: Iterable[str], values: dict[str, Any]) -> set[str]:
    """The files of `conf/` whose changes these parameters, which differ, tell already."""
    groups = {key.partition(".")[0] for key in keys}
    chosen = {group: values[group] for group in groups if isinstance(values.get(group), dict)}
    options = {f"conf/{group}/{option.get('name')}.yaml" for group, option in chosen.items()}
    options |= {"conf/config.yaml", f"conf/experiment/{values.get('experiment')}.yaml"}
    return options if groups else set()


def changed_periods(base: str) -> list[Period]:
    """The partitions of the data that were added, removed or rewritten."""
    old, new = manifest(git.show(base, layout.RAW_MANIFEST.as_posix())), current_manifest()
    return [
        Period(clip(name), old.get(name, {}).get("rows"), new.get(name, {}).get("rows"))
        for name in sorted({*old, *new})
        if old.get(name, {}).get("sha256") != new.get(name, {}).get("sha256")
    ]


def validated() -> dict[str, Any]:
    """What validate found in the data as it is here; empty where that cannot be had."""
    try:
        digest = lock.digest(lock.read(), layout.VALIDATION.as_posix())
        found = json.loads(objects.fetch(digest or "").read_text("utf-8"))
    except (UserError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def drifted(parts: dict[str, Any], periods: list[str]) -> list[Drift]:
    """Compare the new partitions' columns with those that stayed, the furthest first."""
    new = [parts[name] for name in parts if name in periods]
    old = [parts[name] for name in parts if name not in periods]
    if not new or not old:
        return []
    found = []
    for column in new[0]:
        before, after = ([part[column] for part in side if column in part] for side in (old, new))
        index = drift.stability_index(before, after)
        if index is not None and index >= DRIFTED:
            found.append(Drift(clip(column), index))
    return sorted(found, key=lambda entry: -entry.psi)[:SHOWN]


def stages(old: lock.Lock, new: lock.Lock) -> list[Stage]:
    """Each stage: whether it has changed, and how long it took where it ran here."""
    runs = metadata.current()
    return [Stage(clip(name), new[name] != old.get(name), seconds(runs.get(name))) for name in new]


def seconds(runs: list[dict[str, Any]] | None) -> float | None:
    """How long a stage took, the runs of its modules together."""
    return sum(run.get("seconds", 0) for run in runs) if runs else None


def at(commit: str, path: str) -> dict[str, Any]:
    """The mapping in a YAML file at a commit; empty where there is none."""
    try:
        values = yaml.safe_load(git.show(commit, path) or "")
    except yaml.YAMLError:
        return {}
    return values if isinstance(values, dict) else {}


def manifest(text: str | None) -> dict[str, dict[str, Any]]:
    """What a manifest tells of each partition; empty where there is none."""
    try:
        entries = json.loads(text or "")
    except ValueError:
        return {}
    return entries if isinstance(entries, dict) else {}


def current_manifest() -> dict[str, dict[str, Any]]:
    """The manifest as it is here."""
    try:
        return manifest(layout.RAW_MANIFEST.read_text("utf-8"))
    except OSError:
        return {}
