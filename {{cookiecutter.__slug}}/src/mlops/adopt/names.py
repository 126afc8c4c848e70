"""Names: from what a file calls its columns to what code and configuration can call them."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from mlops.config.explain import nearest
from mlops.config.schema import RESERVED
from mlops.errors import UserError

ROW = "row"  # what ingest calls a row's number, where nothing else names a row
NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off"}  # to readers of YAML


def identifier(text: str) -> str:
    """A name in snake_case: `PassengerId` is `passenger_id`, `Größe (m²)` is `grosse_m2`.

    Empty where nothing of the text can be in a name.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    plain = unicodedata.normalize("NFKD", words.casefold().replace("%", " percent "))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    name = re.sub(r"\W+|_+", "_", letters).strip("_")
    return f"column_{name}" if name[:1].isdigit() else name


def of_columns(headers: Sequence[str]) -> dict[str, str]:
    """A name for each header, by header; no two are the same, and none is what evaluate adds."""
    names: dict[str, str] = {}
    for place, header in enumerate(headers, start=1):
        name = identifier(header) or f"column_{place}"
        if name == ROW:
            name = "row_in_file"
        if RESERVED.fullmatch(name) or name in NOT_TEXT:
            name = f"{name}_value"
        stem, count = name, 1
        while name in names.values():
            count += 1
            name = f"{stem}_{count}"
        names[header] = name
    return names


def check_dropped(dropped: Collection[str], called: Mapping[str, str], file: str) -> None:
    """Raise `UserError` where a column that is to be left out is not there."""
    for name in dropped:
        if name not in called and name not in called.values():
            known = nearest(name, list(called.values()))
            raise UserError(f"{file}: there is no column {name!r} for --drop; {known}")


def table(given: str | None, stem: str) -> str:
    """The table's name, which is that of its file in `conf/data/`: as given, or from a file's name.

    Raise `UserError` where it would be no name, or a file elsewhere.
    """
    name = identifier(stem.partition(".")[0]) if given is None else given
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name) or name in NOT_TEXT:
        raise UserError(
            f"--name {name!r}: expected a name of small letters, digits and underscores,"
            " such as --name houses"
        )
    return name
