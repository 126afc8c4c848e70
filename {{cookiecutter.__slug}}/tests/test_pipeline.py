"""The pipeline's own promises: no stage is ever stale, and none imports what it does not use."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]


def modules_of(stage: str) -> list[str]:
    """The modules that the stage's command runs."""
    command: list[str] = STAGES[stage]["cmd"].split()
    assert command[:3] == ["python", "-m", "mlops.stage"]
    return command[3:]


def files_of(stage: str) -> set[Path]:
    """The files that the stage needs."""
    starts = [file_of(module) for module in modules_of(stage)]
    if stage == "ingest":  # which imports its readers by name
        starts += SOURCE.glob("*/readers/*.py")
    if stage == "export":  # the model names functions of it
        starts += SOURCE.glob("*/features.py")
    if stage in {"train", "export", "evaluate"}:  # conf/model/ names classes
        starts += map(file_of, named_classes())
    if stage == "evaluate":  # conf/evaluation/ names functions of it
        starts += SOURCE.glob("*/metrics.py")
    return set().union(*(files_behind(start) for start in starts if start))


def named_classes() -> Iterator[str]:
    """The estimators that `conf/model/` names, ours and those of libraries."""
    for path in (ROOT / "conf" / "model").glob("*.yaml"):
        chosen = yaml.safe_load(path.read_text("utf-8"))
        yield from (str(chosen.get(key)) for key in ("classifier", "regressor"))


def imported_modules(path: Path) -> Iterator[str]:
    """Name what a file imports, anywhere in it, relative imports made absolute."""
    package = path.relative_to(SOURCE).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def file_of(module: str) -> Path | None:
    """The file of one of our modules; of `package.module.name`, the module's."""
    parts = module.split(".")
    for length in (len(parts), len(parts) - 1):
        path = SOURCE.joinpath(*parts[:length]).with_suffix(".py")
        if length and path.is_file():
            return path
    return None


def files_behind(path: Path) -> set[Path]:
    """The files that a file needs, itself included, however far away."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += filter(None, map(file_of, imported_modules(file)))
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_deps_name_every_module_that_the_stage_imports(stage: str) -> None:
    deps = [ROOT / dependency for dependency in STAGES[stage]["deps"]]
    missing = {
        file.relative_to(ROOT).as_posix()
        for file in files_of(stage) | files_behind(SOURCE / "mlops" / "stage.py")
        if not any(file == dep or dep in file.parents for dep in deps)
    }
    assert not missing, f"add to stages.{stage}.deps in dvc.yaml: {', '.join(sorted(missing))}"


@pytest.mark.parametrize("stage", ["compose", "ingest", "validate", "split"])
def test_table_stages_import_no_scikit_learn(stage: str) -> None:
    modules = {name.split(".")[0] for file in files_of(stage) for name in imported_modules(file)}
    assert not modules & {"sklearn", "skops", "dvclive"}


@pytest.mark.parametrize("stage", ["compose", "ingest", "validate", "split", "card"])
def test_starting_a_light_stage_imports_nothing_heavy(stage: str) -> None:
    heavy = {"pandas", "pyarrow", "numpy", "sklearn", "skops", "pandera", "hydra", "dvclive", "dvc"}
    code = f"import sys, {', '.join(modules_of(stage))}; print(*{heavy} & set(sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert loaded.split() == []


def test_packages_run_nothing_when_they_are_imported() -> None:
    assert [path for path in SOURCE.rglob("__init__.py") if path.read_text("utf-8").strip()] == []
