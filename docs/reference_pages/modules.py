"""The pages of the Python API: one for each room of `mlops`, filled in by autodoc."""

from pathlib import Path

TITLE = """\
# Python API

`src/mlops/` of a generated project. Your modules in `src/PACKAGE/` call it; it never imports them.
It is replaced whole by an update of the template: what you edit there is yours to merge.
"""
UNTOLD = ("__main__", "cli", "commands")  # the commands have a page of their own


def pages(machinery: Path) -> dict[str, str]:
    """The text of each page by name; `index` lists the others."""
    rooms: dict[str, list[Path]] = {}
    for path in sorted(machinery.rglob("*.py")):
        inside = path.relative_to(machinery)
        if path.name != "__init__.py" and inside.parts[0].removesuffix(".py") not in UNTOLD:
            room = inside.parts[0] if len(inside.parts) > 1 else ""
            rooms.setdefault(room, []).append(path)
    found = {name(room): page(room, modules, machinery) for room, modules in rooms.items()}
    listed = "\n".join(sorted(found))
    found["index"] = f"{TITLE}\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    return found


def name(room: str) -> str:
    """The name of a room's page."""
    return f"mlops.{room}" if room else "mlops"


def page(room: str, modules: list[Path], machinery: Path) -> str:
    """All modules of a room."""
    parts = [f"# {name(room)}"]
    for path in modules:
        dotted = ".".join(path.relative_to(machinery.parent).with_suffix("").parts)
        parts.append(f"## {dotted}\n\n```{{eval-rst}}\n.. automodule:: {dotted}\n```")
    return "\n\n".join(parts) + "\n"
