"""Run modules as a DVC stage: errors become lines, and previous outputs survive a failure.

python -m mlops.stage PACKAGE.train

Several modules run one after the other in one process, since importing scikit-learn takes longer
than many a stage.
"""

import hashlib
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from mlops.errors import UserError, missing_libraries_named
from mlops.run import metadata


def main(*modules: str) -> None:
    """Import a stage's modules and call in each the function that is named as the module.

    DVC deletes a stage's outputs before it starts the stage. When the stage fails, in whatever
    way, they are put back. A `UserError` is printed as its lines; exit code 1.
    Ctrl-C is a line too; exit code 130.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for module in modules:
        run(module)


def run(module: str) -> None:
    """Run one module, and note how long it took and how it failed."""
    name = module.rpartition(".")[2]
    start = metadata.begin(name)
    try:
        with missing_libraries_named():
            getattr(importlib.import_module(module), name)()
    except UserError as error:
        restore_outputs()
        metadata.record(name, start, list(error.lines))
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave outputs missing
        restore_outputs()
        metadata.record(name, start, ["interrupted"])
        print(f"{name}: interrupted; `uv run dvc repro` goes on from here", file=sys.stderr)
        sys.exit(130)
    except BaseException as error:
        restore_outputs()
        metadata.record(name, start, [f"{type(error).__name__}: {error}"])
        raise
    metadata.record(name, start, [])


def restore_outputs() -> None:
    """Put the running stage's last recorded outputs back; outside DVC, do nothing."""
    name = os.environ.get("DVC_STAGE")
    if not name:
        return
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        for output in Repo().stage.load_one(name=name).outs:
            if output.hash_info and not output.persist:
                restore(output)
    except (DvcException, OSError) as error:
        print(
            f"the previous outputs of {name} were not put back ({error}): `uv run dvc checkout`",
            file=sys.stderr,
        )


def restore(output: Any) -> None:
    """Check an output out from DVC's cache, or else one that Git keeps from there.

    Where it ran, DVC's cache has what Git keeps (`cache: false`) too: the run cache puts it there.
    """
    in_git = not output.use_cache
    output.use_cache = True
    if not output.changed_cache():
        output.checkout(force=True)
    elif in_git:
        subprocess.run(["git", "restore", "--", str(output)], capture_output=True, check=False)


def code_digest(name: str, dvc_yaml: Path = Path("dvc.yaml")) -> str:
    """Digest the Python files among the dependencies of a stage of `dvc.yaml`, also in folders.

    Line endings do not count, so that a checkout on Windows gives the same digest.
    """
    stage = yaml.safe_load(dvc_yaml.read_text("utf-8"))["stages"][name]
    digest = hashlib.sha256()
    for dependency in sorted(stage["deps"]):
        path = Path(dependency)
        for file in [path] if path.suffix == ".py" else sorted(path.rglob("*.py")):
            digest.update(file.as_posix().encode() + b"\0")
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


if __name__ == "__main__":
    main(*sys.argv[1:])
