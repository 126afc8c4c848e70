"""The files of `conf/`: list them, read them, and find which line sets a key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlops.errors import UserError

ROOT = Path("conf")


class Place(NamedTuple):
    """A key's place in a file: `line` is None where the file does not set it yet."""

    path: Path
    inside: tuple[str, ...]
    line: int | None

    def __str__(self) -> str:
        return str(self.path) if self.line is None else f"{self.path}:{self.line}"


def files(root: Path = ROOT) -> list[Path]:
    """List every YAML file of `conf/`, in order."""
    return sorted(root.rglob("*.yaml"))


def options(group: str, root: Path = ROOT) -> list[str]:
    """List the configs of a group by name."""
    return sorted(path.stem for path in (root / group).glob("*.yaml")) if group else []


def text(path: Path) -> str:
    """Read a file as UTF-8."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not readable as UTF-8 text ({error})") from None


def parse(path: Path) -> Any:
    """Parse a file so that comments and lines are kept (ruamel.yaml), as a mapping."""
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import MarkedYAMLError

    try:
        values = round_trip().load(text(path))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join((error.problem or "unreadable").split())
        raise UserError(f"{path}:{line}: not valid YAML: {problem}") from None
    if values is None:
        return CommentedMap()
    if not isinstance(values, CommentedMap):
        raise UserError(f"{path}:1: expected keys with values")
    return values


def texts(values: Any, key: str = "", line: int = 1) -> Iterator[tuple[str, str, int]]:
    """Walk the texts of a parsed file, mapping keys among them, with dotted key and line."""
    if isinstance(values, dict):
        positions: Any = getattr(values, "lc", None)
        for name, value in values.items():
            inner = f"{key}.{name}" if key else str(name)
            line = positions.key(name)[0] + 1
            yield inner, str(name), line
            yield from texts(value, inner, line)
    elif isinstance(values, list):
        for value in values:
            yield from texts(value, key, line)
    elif isinstance(values, str):
        yield key, values, line


def round_trip() -> Any:
    """Make the reader and writer that keep comments, quotes and order."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def find(key: str, choices: Mapping[str, str | None], root: Path = ROOT) -> Place:
    """Find the file and line that decide a dotted key.

    The chosen experiment decides over the group's config, and that over `config.yaml`. For the
    name of a config, and for the experiment's, it is the line of the defaults list.
    """
    parts = tuple(part.partition("[")[0] for part in key.split(".")) if key else ()
    if key == "experiment" or (len(parts) == 2 and parts[0] in choices and parts[1] == "name"):
        return find_choice(parts[0], choices, root)
    candidates = []
    if choices.get("experiment"):
        candidates.append((root / "experiment" / f"{choices['experiment']}.yaml", parts))
    group = parts[0] if parts else ""
    if choices.get(group):
        candidates.append((root / group / f"{choices[group]}.yaml", parts[1:]))
    candidates.append((root / "config.yaml", parts))
    for path, inside in candidates:
        line = line_of(path, inside)
        if line is not None:
            return Place(path, inside, line)
    path, inside = next((c for c in candidates if "experiment" not in c[0].parts), candidates[-1])
    return Place(path, inside, None)


def find_choice(group: str, choices: Mapping[str, str | None], root: Path = ROOT) -> Place:
    """Find the line of a defaults list that chooses a group's config."""
    candidates = [(root / "config.yaml", group)]
    if choices.get("data"):
        path = root / "data" / f"{choices['data']}.yaml"
        candidates.insert(0, (path, f"override /{group}@_global_.{group}"))
    if choices.get("experiment") and group != "experiment":
        path = root / "experiment" / f"{choices['experiment']}.yaml"
        candidates.insert(0, (path, f"override /{group}"))
    for path, entry_key in candidates:
        defaults = parse(path).get("defaults", [])
        for index, entry in enumerate(defaults):
            if isinstance(entry, dict) and entry_key in entry:
                line = defaults.lc.item(index)[0] + 1
                return Place(path, ("defaults", str(index), entry_key), line)
    return Place(root / "config.yaml", ("defaults",), None)


def line_of(path: Path, inside: tuple[str, ...]) -> int | None:
    """Find the line on which a file sets a key, or None."""
    if not path.is_file():
        return None
    values = parse(path)
    line: int | None = None
    for part in inside:
        if part not in (values if isinstance(values, dict) else ()):
            return None
        line = values.lc.key(part)[0] + 1
        values = values[part]
    return line
