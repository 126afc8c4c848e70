"""Compose `conf/` into plain values with Hydra; what is not usable is refused in one line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from mlops.config import conf
from mlops.config.explain import explain
from mlops.config.schema import Config
from mlops.errors import UserError

NAMED_GROUPS = ("data", "validation", "split", "model", "evaluation", "explanation", "gate")
NAME_KEYS = ("experiment", *(f"{group}.name" for group in NAMED_GROUPS))
ENVIRONMENT = re.compile(r"\$\{.*oc\.env", re.DOTALL)


class Composition(NamedTuple):
    """The composed values, and the option chosen of each config group."""

    values: dict[str, Any]
    choices: dict[str, str | None]


def compose(root: Path = conf.ROOT, overrides: Sequence[str] = ()) -> Composition:
    """Compose `conf/config.yaml` and check it. Raise `UserError` naming file and key.

    `overrides` are Hydra's, such as `model=linear`.
    """
    check_files(root)
    composition = compose_unchecked(root, overrides)
    check_values(composition, root)
    return composition


def compose_unchecked(root: Path, overrides: Sequence[str]) -> Composition:
    """Let Hydra compose, its exceptions turned into a line."""
    from hydra import compose, initialize_config_dir
    from hydra.errors import HydraException, MissingConfigException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    choices: dict[str, str | None] = {}
    try:
        with initialize_config_dir(str(root.resolve()), version_base=None):
            composed = compose("config", list(overrides), return_hydra_config=True)
            choices = dict(composed.hydra.runtime.choices)
            OmegaConf.set_struct(composed, False)
            del composed["hydra"]
            for key in sorted(OmegaConf.missing_keys(composed)):
                raise UserError(f"{conf.find(key, choices, root)}: {key}: ??? needs a value")
            values: Any = OmegaConf.to_container(composed, resolve=True)
    except MissingConfigException as error:
        raise UserError(missing_config(error, root)) from None
    except OmegaConfBaseException as error:
        key = getattr(error, "full_key", None) or ""
        problem = str(error.msg or error).splitlines()[0]
        raise UserError(f"{conf.find(key, choices, root)}: {key}: {problem}") from None
    except HydraException as error:
        raise UserError(f"{root}/config.yaml: {' '.join(str(error).split())}") from None
    own = {group: option for group, option in choices.items() if not group.startswith("hydra/")}
    return Composition({str(key): value for key, value in values.items()}, own)


def missing_config(error: Any, root: Path) -> str:
    """Say which config is not there, and which are."""
    group, _, option = str(error.missing_cfg_file).rpartition("/")
    there = conf.options(group, root)
    if not there:
        return f"{root}/config.yaml: there is no {root}/{error.missing_cfg_file}.yaml"
    return f"{root}/config.yaml: {group}: no config {option!r}; there are: {', '.join(there)}"


def overrides(values: Any) -> dict[str, str]:
    """The groups of which a parsed file overrides the choice, as Hydra has it, and its own."""
    found = {}
    for entry in values.get("defaults") or []:
        for key, option in entry.items() if isinstance(entry, dict) else ():
            if key.startswith("override /"):
                found[key.removeprefix("override /").partition("@")[0]] = option
    return found


def overruled(choices: Mapping[str, str | None], root: Path = conf.ROOT) -> Iterator[str]:
    """Say of each choice in `conf/config.yaml` that does not count which file decides it."""
    files = [root / group / f"{choices.get(group)}.yaml" for group in ("experiment", "data")]
    decided = {path: overrides(conf.parse(path)) for path in files if path.is_file()}
    for entry in conf.parse(root / "config.yaml").get("defaults") or []:
        for group, option in entry.items() if isinstance(entry, dict) else ():
            for path, found in decided.items():
                if group in found and option != choices.get(group) == found[group]:
                    yield (
                        f"{root}/config.yaml: `{group}: {option}` has no effect: {path} overrides"
                        f" it with {found[group]}"
                    )


def check_files(root: Path) -> None:
    """Check that each file of `conf/` is YAML and takes nothing from the environment."""
    if not (root / "config.yaml").is_file():
        raise UserError(f"{root}/config.yaml is missing: run this in the project's folder")
    for path in conf.files(root):
        for key, text, line in conf.texts(conf.parse(path)):
            if ENVIRONMENT.search(text):
                raise UserError(
                    f"{path}:{line}: {key}: oc.env would write a value of the environment"
                    " into params.yaml, and so into Git: write the value itself"
                )


def check_values(composition: Composition, root: Path) -> None:
    """Check types, unknown keys and that each config carries its file's name."""
    values, choices = composition
    try:
        msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        problem = explain(str(error), values)
        place = conf.find(problem.partition(":")[0], choices, root)
        raise UserError(f"{place}: {problem}") from None
    for key in ("reader", "reading"):  # DVC wants each parameter of a stage to be there
        if key not in values["data"]:
            where = f"{root}/data/{choices['data']}.yaml"
            raise UserError(f"{where}: data.{key}: this key is missing; it may be null")
    for group in NAMED_GROUPS:
        if values[group]["name"] != choices.get(group):
            raise UserError(
                f"{root}/{group}/{choices.get(group)}.yaml: {group}.name: is"
                f" {values[group]['name']!r}, expected the file's name, {choices.get(group)!r}"
            )
    if values["experiment"] and choices.get("experiment") is None:
        chosen = f"`- experiment: {values['experiment']}`"
        raise UserError(f"{root}/config.yaml: experiment: choose it under `defaults:`, {chosen}")
    if values["experiment"] != choices.get("experiment"):
        raise UserError(
            f"{root}/experiment/{choices.get('experiment')}.yaml: experiment: is"
            f" {values['experiment']!r}, expected the file's name, {choices.get('experiment')!r}"
        )
