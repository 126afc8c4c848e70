"""Write an experiment's values from `params.yaml` into `conf/`, comments and order kept."""

from pathlib import Path
from typing import Any

from mlops.config import conf, record
from mlops.config.compose import check_names, choices_as_overrides, name_of
from mlops.config.composition import NAME_KEYS, Composition, compose
from mlops.config.edit import edited
from mlops.config.record import assign, differences, show
from mlops.errors import UserError
from mlops.files import write_text


def adopt() -> None:
    """Make `conf/` compose what `params.yaml` says; on failure `conf/` is left as it was.

    Only the keys that the experiment changed are written, so that edits of `conf/` made since
    stay. Of a `params.yaml` edited by hand, all that differs is written.
    """
    wanted = wanted_values()
    bring_about(wanted)
    record.write(wanted, frozenset())


def bring_about(wanted: dict[str, Any]) -> None:
    """Make `conf/` compose some values, and say what was written; on failure it is as it was."""
    before = {path: conf.text(path) for path in conf.files()}
    try:
        adopt_choices(wanted)
        adopt_values(wanted)
        left = differences(wanted, compose().values)
    except BaseException:
        put_back(before)
        raise
    if left:
        put_back(before)
        raise UserError(
            *(
                f"{key} is to be {show(ours)}: no line of conf/ can say so, write it by hand"
                for key, (ours, _) in left.items()
            )
        )
    for path in conf.files():
        if before.get(path) != conf.text(path):
            print(f"{path} adopted")


def wanted_values() -> dict[str, Any]:
    """What `conf/` composes today with the experiment's choices, its own keys laid over it."""
    current = record.read()
    check_names(current.values)
    names = [key for key in NAME_KEYS if current.apart is None or key in current.apart]
    overrides = choices_as_overrides(current.values, names, compose().choices)
    values = compose(overrides=overrides).values
    for key, (ours, _) in differences(current.values, values).items():
        if current.apart is None or key in current.apart:
            assign(values, key.split("."), ours)
    return values


def adopt_choices(wanted: dict[str, Any]) -> None:
    """Choose the configs that the recorded names name: `model: linear`, `experiment: quick`."""
    for key in NAME_KEYS:
        choices, group, name = compose().choices, key.partition(".")[0], name_of(wanted, key)
        if name != choices.get(group):
            write_value(conf.find_choice(group, choices), name)


def adopt_values(wanted: dict[str, Any]) -> None:
    """Set each value that still differs where `conf/` decides it."""
    composition: Composition = compose()
    for key, (ours, _) in differences(wanted, composition.values).items():
        write_value(conf.find(key, composition.choices), ours)


def write_value(place: conf.Place, value: Any) -> None:
    """Set, add or (`ABSENT`) remove one key of a file."""
    write_text(place.path, edited(place.path, {place.inside: value}))


def put_back(texts: dict[Path, str]) -> None:
    """Restore the files of `conf/`."""
    for path, text in texts.items():
        if conf.text(path) != text:
            write_text(path, text)
