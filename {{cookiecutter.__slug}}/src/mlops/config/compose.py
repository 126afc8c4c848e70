"""The compose stage: `conf/` becomes `params.yaml`, and nothing a person set is lost silently.

`dvc repro` composes here. Under `dvc exp run` DVC has composed already, with the overrides of
`-S`; then the values are only checked, and the keys that the overrides changed are named.
"""

import os
from pathlib import Path
from typing import Any

from mlops import stage
from mlops.config import conf, params, record
from mlops.config.composition import NAMED_GROUPS, Composition, check_files, compose
from mlops.config.record import differences, show
from mlops.errors import UserError

SHOWN = 12
BOTH_WAYS = (
    "keep what params.yaml says: `uv run mlops compose --adopt` writes it into conf/; "
    "drop it: `uv run mlops compose --discard`"
)


def main() -> None:
    """Compose, or check what DVC composed for an experiment."""
    if os.environ.get("DVC_EXP_NAME"):
        accept_experiment()
    else:
        update()


def update() -> None:
    """Write what `conf/` composes; stop where that would drop an experiment or an edit."""
    composition = compose()
    if params.PARAMS.exists():
        current = record.read()
        changes = differences(current.values, composition.values)
        kept = {key: pair for key, pair in changes.items() if is_apart(key, current.apart)}
        if kept:
            raise UserError(*conflict_lines(kept, composition), BOTH_WAYS)
        for line in clip([f"{k}: {show(old)} → {show(new)}" for k, (old, new) in changes.items()]):
            print(line)
    record.write(composition.values, frozenset())


def is_apart(key: str, apart: frozenset[str] | None) -> bool:
    """Tell whether an experiment or an edit set this key, not `conf/`.

    Where an experiment chose another config (`model.name`), all of its keys are the experiment's.
    """
    return apart is None or key in apart or f"{key.partition('.')[0]}.name" in apart


def accept_experiment() -> None:
    """Check the values that DVC composed, and name the keys that the overrides changed."""
    check_files(conf.ROOT)
    values = params.read()
    for key in unset_keys(values):
        raise UserError(f"params.yaml: {key}: ??? needs a value: -S {key}=...")
    params.typed(values, "params.yaml")
    check_names(values)
    try:
        composed = compose().values
    except UserError:  # conf/ alone may be incomplete: the overrides completed it
        return
    record.write(values, frozenset(summary(differences(values, composed))))


def unset_keys(values: dict[str, Any], prefix: str = "") -> list[str]:
    """List the keys that Hydra left at `???`."""
    unset = []
    for key, value in values.items():
        if isinstance(value, dict):
            unset += unset_keys(value, f"{prefix}{key}.")
        elif value == "???":
            unset.append(f"{prefix}{key}")
    return unset


def summary(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Fold the keys of a config into its name, where another config was chosen."""
    chosen = {key for key in changes if key in {f"{group}.name" for group in NAMED_GROUPS}}
    groups = {key.partition(".")[0] for key in chosen}
    return {
        key: pair
        for key, pair in changes.items()
        if key in chosen or key.partition(".")[0] not in groups
    }


def check_names(values: dict[str, Any]) -> None:
    """Check that the recorded names are those of files."""
    for group in NAMED_GROUPS:
        name = values[group]["name"]
        if name not in conf.options(group):
            raise UserError(f"params.yaml: {group}.name: there is no conf/{group}/{name}.yaml")


def check() -> None:
    """Raise `UserError` where `params.yaml` is not what `conf/` composes; changes nothing."""
    composition = compose()
    current = record.read()
    changes = differences(current.values, composition.values)
    if not changes:
        return
    remedy = BOTH_WAYS if current.apart != frozenset() else "conf/ has changed: `uv run dvc repro`"
    raise UserError(*conflict_lines(changes, composition), remedy)


def discard() -> None:
    """Write what `conf/` composes, whatever `params.yaml` held."""
    composition = compose()
    record.write(composition.values, frozenset())


def conflict_lines(
    changes: dict[str, tuple[Any, Any]], composition: Composition, root: Path = conf.ROOT
) -> list[str]:
    """Say of each key what `params.yaml` holds, and which line of `conf/` says otherwise."""
    return clip(
        [
            f"params.yaml: {key} is {show(ours)}, but "
            f"{conf.find(key, composition.choices, root)} says {show(theirs)}"
            for key, (ours, theirs) in summary(changes).items()
        ]
    )


def clip(lines: list[str]) -> list[str]:
    """Show the first lines and count the rest."""
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], f"... and {more} more"] if more > 0 else lines


if __name__ == "__main__":
    stage.run(main)
