"""Types and their limits in words."""

import inspect
import re
from typing import Any

from msgspec import inspect as types

WORDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def described(kind: types.Type) -> str:
    """A type of the configuration and its limits."""
    match kind:
        case types.NoneType():
            return "`null`"
        case types.BoolType():
            return "`true` or `false`"
        case types.StrType():
            return "one character" if kind.max_length == 1 else "text"
        case types.IntType():
            return f"a whole number{bounds(kind)}"
        case types.FloatType():
            return f"a number{bounds(kind)}"
        case types.LiteralType():
            words = ", ".join(f"`{value}`" for value in kind.values)
            return words if len(kind.values) == 1 else f"one of {words}"
        case types.UnionType():
            return ", or ".join(described(one) for one in kind.types)
        case types.ListType():
            least = ", not empty" if kind.min_length else ""
            return f"a list{least}, each {described(kind.item_type)}"
        case types.DictType():
            return f"names, each with {described(kind.value_type)}"
        case types.StructType():
            return "the keys below" if is_told_below(kind) else inline(kind)
    return "any value"


def is_told_below(kind: types.StructType) -> bool:
    """Tell whether the fields of a class have comments, and so are told one by one."""
    fields = "|".join(field.name for field in kind.fields)
    return bool(re.search(rf"^ {{4}}({fields}): .*  # ", inspect.getsource(kind.cls), re.MULTILINE))


def inline(kind: types.StructType) -> str:
    """The fields of a class in one go."""
    return "; ".join(f"`{field.name}`: {described(field.type)}" for field in kind.fields)


def bounds(kind: Any) -> str:
    """The limits of a number."""
    found = {text: getattr(kind, name) for name, text in WORDS.items()}
    said = [f"{text} {value:g}" for text, value in found.items() if value is not None]
    return f", {' and '.join(said)}" if said else ""
