"""Write an experiment's values from `params.yaml` into `conf/`, comments and order kept."""

import io
from pathlib import Path
from typing import Any

from mlops.config import conf, record
from mlops.config.compose import is_apart
from mlops.config.composition import Composition, compose
from mlops.config.record import ABSENT, differences, show
from mlops.errors import UserError
from mlops.files import write_text


def adopt() -> None:
    """Make `conf/` compose what `params.yaml` says; on failure `conf/` is left as it was.

    Only the keys that the experiment changed are written, so that edits of `conf/` made since
    stay. Of a `params.yaml` edited by hand, all that differs is written.
    """
    before = {path: conf.text(path) for path in conf.files()}
    try:
        wanted = wanted_values()
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
                f"params.yaml: {key} is {show(ours)}: no line of conf/ can say so, write it by hand"
                for key, (ours, _) in left.items()
            )
        )
    for path in conf.files():
        if before.get(path) != conf.text(path):
            print(f"{path} adopted")
    record.write(wanted, frozenset())


def wanted_values() -> dict[str, Any]:
    """What `conf/` composes today, with the keys of the experiment laid over it."""
    current = record.read()
    values = compose().values
    for key, (ours, _) in differences(current.values, values).items():
        if is_apart(key, current.apart):
            assign(values, key.split("."), ours)
    return values


def adopt_choices(wanted: dict[str, Any]) -> None:
    """Choose the configs that the recorded names name: `model: linear`, `experiment: quick`."""
    for group in ("experiment", "data", "split", "model", "evaluation"):
        choices = compose().choices
        name = wanted[group] if group == "experiment" else wanted[group]["name"]
        if name != choices.get(group):
            write_value(conf.find_choice(group, choices), name)


def adopt_values(wanted: dict[str, Any]) -> None:
    """Set each value that still differs where `conf/` decides it."""
    composition: Composition = compose()
    for key, (ours, _) in differences(wanted, composition.values).items():
        write_value(conf.find(key, composition.choices), ours)


def write_value(place: conf.Place, value: Any) -> None:
    """Set, add or (`ABSENT`) remove one key of a file."""
    values = conf.parse(place.path)
    assign(values, list(place.inside), value)
    text = io.StringIO()
    conf.round_trip().dump(values, text)
    write_text(place.path, text.getvalue())


def assign(values: Any, inside: list[str], value: Any) -> None:
    """Set a nested key, making the mappings on the way; `ABSENT` removes it."""
    *above, last = inside
    for part in above:
        if isinstance(values, list):
            values = values[int(part)]
        else:
            if not isinstance(values.get(part), dict | list):
                values[part] = {}
            values = values[part]
    if value is ABSENT:
        values.pop(last, None)
    else:
        values[last] = value


def put_back(texts: dict[Path, str]) -> None:
    """Restore the files of `conf/`."""
    for path, text in texts.items():
        if conf.text(path) != text:
            write_text(path, text)
