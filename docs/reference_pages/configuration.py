"""The page of all keys of `conf/`: the classes that check them, and the comments beside both."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from mlops.config.schema import Config
from msgspec import NODEFAULT
from msgspec import inspect as types
from sphinx.errors import ExtensionError

from reference_pages.described import described, is_told_below

TITLE = """\
# Configuration

What `conf/` may hold. `dvc repro` composes it into `params.yaml` and checks every key: an unknown
one, a wrong type or a value out of its limits stops the run with a line that names file and key. So
does one that is left out, unless it is *optional* here. *Generated* is what a new project has.

`uv run dvc exp run -S KEY=VALUE` tries a value without an edit.
"""
SHORT = 60  # characters of a value that is shown
NAMED = {"name": "what this configuration is called"}

Values = dict[str, Any]
Said = dict[str, str]  # about keys


def page(project: Path) -> str:
    """The page; `project` is the template's folder of the generated project."""
    values = read(project / "params.yaml")
    parts = [TITLE, *section("config", "", struct(Config), values, project / "conf")]
    for field in struct(Config).fields:
        for kind in structs(field.type):
            name = str(kind.tag) if kind.tag_field else values[field.name]["name"]
            folder = project / "conf" / field.name
            shown = {field.name: read(folder / f"{name}.yaml")} if kind.tag_field else values
            parts += section(name, field.name, kind, shown, folder)
    return "\n\n".join(parts) + "\n"


def section(
    name: str, path: str, kind: types.StructType, values: Values, folder: Path
) -> Iterator[str]:
    """All keys of a file."""
    yield f"## `{(folder / name).relative_to(folder.parent if path else folder)}.yaml`"
    said = above(folder / f"{name}.yaml")
    told = said.pop("name", "") if path != "data" else ""
    yield sentence(told or re.sub(r"^`.*?`: ", "", first_line(kind.cls)))
    others = sorted(file.stem for file in folder.glob("*.yaml") if file.stem != name)
    if path and others and not kind.tag_field:
        yield "Beside it: " + ", ".join(f"`{other}`" for other in others) + "."
    yield from keys(path, kind, values, {} if path == "data" else said)


def keys(path: str, kind: types.StructType, values: Values, said: Said) -> Iterator[str]:
    """A definition for each key of a class, and of the classes in it."""
    own = beside(kind.cls)
    for field in kind.fields:
        key, inner = f"{path}.{field.name}".strip("."), list(structs(field.type))
        if inner and not path:
            continue  # a section of its own
        facts = [sentence(described(field.type)), default(field), generated(key, values)]
        told = own.get(field.name) or said.get(field.name) or NAMED.get(field.name)
        if told is None:
            where = "put a comment beside it there, or above it in conf/"
            raise ExtensionError(f"{kind.cls.__module__}: {key} is not described: {where}")
        text = sentence(told)
        yield f"`{key}`\n: {text}\n\n  [{' '.join(filter(None, facts))}]{{.facts}}"
        for one in filter(is_told_below, inner):
            below = f"{key}.NAME" if isinstance(field.type, types.DictType) else key
            yield from keys(below, one, values, said={})


def struct(kind: Any) -> types.StructType:
    """What msgspec knows of a class."""
    found = types.type_info(kind)
    assert isinstance(found, types.StructType)
    return found


def structs(kind: types.Type) -> Iterator[types.StructType]:
    """The classes that a type holds."""
    match kind:
        case types.StructType():
            yield kind
        case types.UnionType():
            for one in kind.types:
                yield from structs(one)
        case types.DictType():
            yield from structs(kind.value_type)


def default(field: types.Field) -> str:
    """What holds where the key is left out, if that may be."""
    if field.required:
        return ""
    value = field.default if field.default is not NODEFAULT else field.default_factory()
    return f"Optional: {shown(value)}."


def generated(key: str, values: Values) -> str:
    """The value that a new project has."""
    found: Any = values
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            return ""
        found = found[part]
    text = shown(found)
    return f"Generated: {text}." if len(text) < SHORT else ""


def shown(value: Any) -> str:
    """A value as YAML writes it on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=1000, sort_keys=False)
    return "`" + text.removesuffix("...\n").strip() + "`"


def beside(cls: Any) -> Said:
    """The comments beside the fields of a class."""
    own = [inspect.getsource(one) for one in cls.__mro__ if one.__module__.startswith("mlops.")]
    found = re.findall(r"^ {4}(\w+): .*?  # (.*)$", "\n".join(own), re.MULTILINE)
    return {name: text.replace("None: ", "null: ") for name, text in found}


def above(file: Path) -> Said:
    """The comments above or beside the keys of a YAML file."""
    found, block = dict[str, str](), list[str]()
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("#"):
            block.append(comment(line))
            continue
        if match := re.match(r"(\w+):.*?(?: # (.*))?$", line):
            found[match[1]] = " ".join(block) or match[2] or ""
        block = []
    return found


def comment(line: str) -> str:
    """The text of a comment; what it sets off is code, or an option with its meaning."""
    text = line.removeprefix("#").removeprefix(" ")
    if not text.startswith("  "):
        return text
    option = re.match(r" +(\w+) {2,}(.*)", text)
    return f"`{option[1]}`: {option[2]};" if option else f"`{text.strip()}`"


def first_line(cls: Any) -> str:
    """What the docstring of a class begins with."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def sentence(text: str) -> str:
    """Text with a capital and a full stop."""
    return text and f"{text[0].upper()}{text[1:].rstrip('.;')}."


def read(file: Path) -> Values:
    """A YAML file that is a mapping."""
    found: Values = yaml.safe_load(file.read_text("utf-8"))
    return found
