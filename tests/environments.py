"""Ready-made environments: what `uv sync` makes, and the bytecode of all that was imported before.

python tests/environments.py ORIGINAL    (in a project: gives it the environment of another)

Compiling the libraries takes longer than running a small pipeline, and every environment that uv
makes is without bytecode.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = ".venv"

# Large packages, half of all files, that no test takes out of an environment: one link for each.
SHARED = (
    *("dvc", "mypy", "mypyc", "networkx", "numpy", "pandas", "plotly", "pyarrow", "pygments"),
    *("scipy", "setuptools", "sklearn", "sqlalchemy"),
)

PARTS = ("secs_since_epoch", "nanos_since_epoch")  # of a time, to uv


def equip(project: Path, original: Path) -> None:
    """Give a project the environment of another of the same name, made of links to its files."""
    target = project / ENVIRONMENT
    (packages,) = (original / ENVIRONMENT).glob("lib/*/site-packages")

    def shared(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if name in SHARED] if folder == str(packages) else []

    shutil.copytree(
        original / ENVIRONMENT, target, symlinks=True, ignore=shared, copy_function=os.link
    )
    links = target / packages.relative_to(original / ENVIRONMENT)
    for path in (packages / name for name in SHARED):
        (links / path.name).symlink_to(path.resolve(strict=True))
    before, after = os.fsencode(original), os.fsencode(project)
    for path in naming_their_place(target):
        content = path.read_bytes()
        if before in content:
            own = path.with_name(f"{path.name}.tmp")
            own.write_bytes(content.replace(before, after))
            own.chmod(path.stat().st_mode)
            own.replace(path)
    tell_uv(project, target)
    subprocess.run(["uv", "sync", "--quiet", "--frozen"], cwd=project, check=True, env=clean())


def tell_uv(project: Path, environment: Path) -> None:
    """Note the times of the project's files where uv looks them up, lest it be built again.

    Where uv looks elsewhere, or the disk does not know them, it is built: that takes a second.
    """
    (path,) = environment.glob("lib/*/site-packages/*.dist-info/uv_cache.json")
    told = subprocess.run(
        ["stat", "--format=%.9W", "src"], cwd=project, check=False, capture_output=True, text=True
    )
    born = re.fullmatch(r"(\d+)[.,](\d+)\n", told.stdout)
    if born is None:
        return
    changed = divmod((project / "pyproject.toml").stat().st_ctime_ns, 10**9)
    noted = json.loads(path.read_text("utf-8"))
    noted["timestamp"] = dict(zip(PARTS, changed, strict=True))
    noted["directories"] = {"src": dict(zip(PARTS, map(int, born.groups()), strict=True))}
    path.unlink()  # the original has the same file
    path.write_text(json.dumps(noted), "utf-8")


def clean() -> dict[str, str]:
    """The variables without another environment's."""
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}


def naming_their_place(environment: Path) -> list[Path]:
    """The files of an environment that may name the project's folder: scripts, and its own."""
    scripts = [path for path in (environment / "bin").iterdir() if not path.is_symlink()]
    (packages,) = environment.glob("lib/*/site-packages")
    return [*scripts, *packages.glob("_editable_*.pth"), *packages.glob("*/direct_url.json")]


if __name__ == "__main__":
    equip(Path.cwd(), Path(sys.argv[1]))
