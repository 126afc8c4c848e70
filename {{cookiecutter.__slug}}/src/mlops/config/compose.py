"""The compose stage: `conf/` becomes `params.yaml`, and nothing a person set is lost silently.

`dvc repro` composes here. Under `dvc exp run` DVC has composed already, with the overrides of
`-S`; then the values are only checked, and the keys that the overrides changed are named.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from mlops import layout
from mlops.config import composition, conf, params, record
from mlops.config.composition import NAME_KEYS, NAMED_GROUPS, Composition
from mlops.config.record import assign, differences, show
from mlops.errors import UserError

SHOWN = 12
WIDTH = 300  # characters of a line
BOTH_WAYS = (
    "keep what params.yaml says: `uv run mlops compose --adopt` writes it into conf/; "
    "drop it: `uv run mlops compose --discard`"
)


def compose() -> None:
    """Run the stage: compose, or check what DVC composed for an experiment."""
    if os.environ.get("DVC_EXP_NAME"):
        accept_experiment()
    else:
        update()


def update() -> None:
    """Write what `conf/` composes; stop where that would drop an experiment or an edit."""
    composed = composition.compose()
    for line in composition.overruled(composed.choices):
        print(line)
    if params.PARAMS.exists():
        current = record.read()
        changes = differences(current.values, composed.values)
        kept = {k: v for k, v in changes.items() if current.apart is None or k in current.apart}
        if kept:
            raise UserError(*conflict_lines(kept, composed), BOTH_WAYS)
        print_changes(changes)
    record.write(composed.values, frozenset())


def discard() -> None:
    """Write what `conf/` composes, whatever `params.yaml` held."""
    composed = composition.compose()
    try:
        print_changes(differences(record.read().values, composed.values))
    except UserError as error:
        print(f"{str(error).partition(': `')[0]}: it is written again from conf/")
    record.write(composed.values, frozenset())


def accept_experiment() -> None:
    """Check the values that DVC composed; tell what they change, and keep apart what `-S` set."""
    composition.check_files(conf.ROOT)
    values = params.read()
    for key in unset_keys(values):
        raise UserError(f"params.yaml: {key}: ??? needs a value: -S {key}=...")
    params.typed(values, "params.yaml")
    check_names(values)
    try:
        composed = composition.compose()
    except UserError:  # conf/ alone may be incomplete: the overrides completed it
        return
    overrides = choices_as_overrides(values, NAME_KEYS, composed.choices)
    chosen = composition.compose(overrides=overrides).values
    names = set(differences(values, composed.values)) & {*NAME_KEYS}
    apart = frozenset(names | set(differences(values, chosen)))
    print_since_last_run(values, apart)
    record.write(values, apart)


def name_of(values: dict[str, Any], key: str) -> str | None:
    """The name of the chosen config: `model.name`, or `experiment`."""
    group = key.partition(".")[0]
    name: str | None = values[group] if key == group else values[group]["name"]
    return name


def choices_as_overrides(
    values: dict[str, Any], keys: Iterable[str], choices: Mapping[str, str | None]
) -> list[str]:
    """Write the chosen configs as Hydra's overrides of `choices`: `model=linear`, `~experiment`."""
    overrides = []
    for key in keys:
        group, name = key.partition(".")[0], name_of(values, key)
        if name != choices.get(group):
            overrides.append(f"{group}={name}" if name else f"~{group}")
    return overrides


def print_since_last_run(values: dict[str, Any], apart: frozenset[str]) -> None:
    """Tell each change since the last run, lest an earlier experiment be dropped in silence.

    `dvc exp run` starts from `conf/` each time, not from the experiment that was applied last.
    """
    parts = last_run()
    last: dict[str, Any] = {}
    for part, value in parts.items():
        assign(last, part.split("."), value)
    changes = {
        key: pair
        for key, pair in differences(last, values).items()
        if any(f"{key}.".startswith(f"{part}.") for part in parts)
    }
    for line in clip(
        [
            f"{key}: {show(old)} -> {show(new)}" + ("" if key in apart else " (as conf/ has it)")
            for key, (old, new) in summary(changes, apart).items()
        ]
    ):
        print(line)


def last_run() -> dict[str, Any]:
    """The keys and values that the stages ran with last, as DVC has them; empty where it has none.

    A key may be that of a whole section.
    """
    parts: dict[str, Any] = {}
    try:
        lock = yaml.safe_load(Path("dvc.lock").read_text("utf-8"))
        for stage in lock["stages"].values():
            parts |= stage.get("params", {}).get("params.yaml", {})
        parts["data.columns"] = json.loads(layout.SCHEMA.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError, AttributeError):
        return {}
    return parts


def print_changes(changes: dict[str, tuple[Any, Any]]) -> None:
    """Print each key whose value changes."""
    for line in clip([f"{key}: {show(old)} -> {show(new)}" for key, (old, new) in changes.items()]):
        print(line)


def unset_keys(values: dict[str, Any], prefix: str = "") -> list[str]:
    """List the keys that Hydra left at `???`."""
    unset = []
    for key, value in values.items():
        if isinstance(value, dict):
            unset += unset_keys(value, f"{prefix}{key}.")
        elif value == "???":
            unset.append(f"{prefix}{key}")
    return unset


def summary(
    changes: dict[str, tuple[Any, Any]], apart: frozenset[str] = frozenset()
) -> dict[str, tuple[Any, Any]]:
    """Fold the keys of a config into its name, where another was chosen, but for those set apart.

    Such a key is not as the chosen config's file has it.
    """
    chosen = {key for key in changes if key in {f"{group}.name" for group in NAMED_GROUPS}}
    groups = {key.partition(".")[0] for key in chosen}
    return {
        key: pair
        for key, pair in changes.items()
        if key in chosen | apart or key.partition(".")[0] not in groups
    }


def check_names(values: dict[str, Any]) -> None:
    """Check that the recorded names are those of files."""
    for group in NAMED_GROUPS:
        name = values[group]["name"]
        if name not in conf.options(group):
            raise UserError(f"params.yaml: {group}.name: there is no conf/{group}/{name}.yaml")


def check() -> None:
    """Raise `UserError` where `params.yaml` is not what `conf/` composes; changes nothing."""
    composed = composition.compose()
    current = record.read()
    changes = differences(current.values, composed.values)
    if not changes:
        return
    remedy = BOTH_WAYS if current.apart != frozenset() else "conf/ has changed: `uv run dvc repro`"
    raise UserError(*conflict_lines(changes, composed), remedy)


def conflict_lines(
    changes: dict[str, tuple[Any, Any]], composed: Composition, root: Path = conf.ROOT
) -> list[str]:
    """Say of each key what `params.yaml` holds, and which line of `conf/` says otherwise."""
    return clip(
        [
            f"params.yaml: {key} is {show(ours)}, but "
            f"{conf.find(key, composed.choices, root)} says {show(theirs)}"
            for key, (ours, theirs) in summary(changes).items()
        ]
    )


def clip(lines: list[str]) -> list[str]:
    """Show the first lines, shortened, and count the rest."""
    more = len(lines) - SHOWN
    short = [line if len(line) <= WIDTH else f"{line[:WIDTH]} ..." for line in lines[:SHOWN]]
    return [*short, f"... and {more} more"] if more > 0 else short
