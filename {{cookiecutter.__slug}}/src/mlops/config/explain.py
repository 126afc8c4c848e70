"""Say in one line which key of the configuration is wrong, and what is accepted."""

import difflib
import re
from typing import Any

import msgspec
from mlops.config.schema import Column, Config
from msgspec import inspect


def explain(message: str, values: dict[str, Any]) -> str:
    """Turn msgspec's message about `values` into `key: problem`, ending in what would do."""
    problem, _, path = message.partition(" - at ")
    key = re.sub(r"^`(key` in `)?\$\.?|`$", "", path)
    if key.startswith("data.columns[...]"):
        return explain_column(values["data"]["columns"])
    key = key.removesuffix("[...]")
    absent = re.match(r"Object (contains unknown|missing required) field `(.*)`", problem)
    if absent:
        name = f"{key}.{absent[2]}" if key else absent[2]
        if absent[1] == "missing required":
            return f"{name}: this key is missing"
        others = [other for other in names(type_at(key)) if other != absent[2]]
        return f"{name}: no such key; {nearest(absent[2], others)}"
    if "key` in" in path and "enum" not in problem:
        return f"{key}: one of its names is not text for YAML; put it in quotes"
    if "nvalid enum value" in problem or "nvalid value" in problem:
        given = problem.rpartition(" value ")[2]
        return f"{key}: {given} is not accepted; {nearest(given, choices(key))}"
    if problem.startswith("Expected `str") and "length" not in problem:
        problem += "; put it in quotes"
    problem = problem.replace("`", "")
    text = problem[0].lower() + problem[1:] if problem.startswith("Expected") else problem
    return f"{key}: {text}" if key else text


def explain_column(columns: dict[str, Any]) -> str:
    """Find the column that is wrong, since msgspec does not say which key of a mapping is."""
    for name, column in columns.items():
        try:
            msgspec.convert(column, Column)
        except msgspec.ValidationError as error:
            inner = str(error).replace("`$.", f"`$.data.columns.{name}.")
            if " - at " not in inner:
                inner += f" - at `$.data.columns.{name}`"
            return explain(inner, {})
    raise AssertionError("no column is wrong")


def nearest(given: str, accepted: list[str]) -> str:
    """Suggest the likeliest accepted word, or list them all."""
    close = difflib.get_close_matches(given.strip("'"), accepted, n=1)
    return f"did you mean {close[0]}?" if close else f"accepted: {', '.join(accepted)}"


def type_at(key: str) -> Any:
    """Describe the declared type of a dotted key."""
    found: Any = inspect.type_info(Config)
    for part in key.split(".") if key else []:
        if isinstance(found, inspect.DictType):
            found = found.value_type
        else:
            found = next(f.type for f in fields(found) if f.encode_name == part)
    return found


def fields(described: Any) -> list[Any]:
    """List the fields of a section, or of all sections in a union."""
    sections = getattr(described, "types", [described])
    return [field for section in sections for field in getattr(section, "fields", ())]


def names(described: Any) -> list[str]:
    """List the keys of a section."""
    return list(dict.fromkeys(field.encode_name for field in fields(described)))


def choices(key: str) -> list[str]:
    """List the accepted values of an enumerated key, or of the key that tells sections apart."""
    parent, _, name = key.rpartition(".")
    around = type_at(parent)
    tagged = [t for t in getattr(around, "types", ()) if getattr(t, "tag_field", None) == name]
    if tagged:
        return [str(t.tag) for t in tagged]
    found = type_at(key)
    kinds = getattr(found, "types", [getattr(found, "key_type", found)])
    return [str(value) for kind in kinds for value in getattr(kind, "values", ["null"])]
