"""Ready-made environments: what `uv sync` makes, and the bytecode of all that was imported before.

python tests/environments.py ORIGINAL    (in a project: gives it the environment of another)

Compiling the libraries takes longer than running a small pipeline, and every environment that uv
makes is without bytecode.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = ".venv"


def equip(project: Path, original: Path) -> None:
    """Give a project the environment of another of the same name, made of links to its files."""
    target = project / ENVIRONMENT
    shutil.copytree(original / ENVIRONMENT, target, symlinks=True, copy_function=os.link)
    before, after = os.fsencode(original), os.fsencode(project)
    for path in naming_their_place(target):
        content = path.read_bytes()
        if before in content:
            own = path.with_name(f"{path.name}.tmp")
            own.write_bytes(content.replace(before, after))
            own.chmod(path.stat().st_mode)
            own.replace(path)
    subprocess.run(["uv", "sync", "--quiet", "--frozen"], cwd=project, check=True, env=clean())


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
