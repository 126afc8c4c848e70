"""What Git, editors and Dependabot are told, in the template and in a fresh project."""

import configparser
import os
import tomllib
from pathlib import Path

import pytest
import yaml
from mlops.repository.git import UNHOOKED

from baked import PROJECT, TEMPLATE, BakedProject, Ran, bake, execute

BOTH = pytest.mark.parametrize("folder", [TEMPLATE, PROJECT], ids=["template", "project"])
HOUSES = "area,rooms,price\n" + "".join(f"{n % 97 + 30},{n % 6 + 1},{n % 97}\n" for n in range(400))


class Project(BakedProject):
    """A fresh project whose `uv run` is the template's environment: nothing is installed."""

    def hooks(self, check: bool = True) -> Ran:
        """Run what runs before a commit, over all that is in Git."""
        return self.inside("pre-commit", "run", "--all-files", check=check)

    def inside(self, *command: str, check: bool = True) -> Ran:
        aside = self.path.parent
        path = f"{aside / 'bin'}:{os.environ['PATH']}"
        extra = {"PATH": path, "PYTHONPATH": "src", "PRE_COMMIT_HOME": str(aside / "store")}
        return execute(*command, cwd=self.path, check=check, extra=extra)


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    bake(tmp_path)
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nshift\nexec "$@"\n', "utf-8")
    program.chmod(0o755)
    return Project(tmp_path / "late-flights")


@BOTH
def test_dependabot(folder: Path) -> None:
    path = str(folder / ".github" / "dependabot.yml")
    execute("check-jsonschema", "--builtin-schema", "vendor.dependabot", path, cwd=TEMPLATE)
    execute("zizmor", "--offline", "--strict-collection", "--quiet", path, cwd=TEMPLATE)


@BOTH
def test_the_hooks_are_the_projects_own_tools(folder: Path) -> None:
    path = folder / ".pre-commit-config.yaml"
    execute("pre-commit", "validate-config", str(path), cwd=TEMPLATE)
    repositories = yaml.safe_load(path.read_text("utf-8"))["repos"]
    assert [entry["repo"] for entry in repositories] == ["local"]
    assert all(hook["language"] == "system" for hook in repositories[0]["hooks"])


def test_the_machinerys_own_git_knows_the_hooks() -> None:
    (entry,) = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    later = {hook["id"] for hook in entry["hooks"] if "stages" in hook}
    assert {*UNHOOKED["SKIP"].split(",")} == later


@BOTH
def test_editors_are_told_the_length_of_lines(folder: Path) -> None:
    ruff = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    found = configparser.ConfigParser()
    found.read_string("[top]\n" + (folder / ".editorconfig").read_text("utf-8"))
    assert int(found["*"]["max_line_length"]) == ruff["line-length"]


def test_a_fresh_project_passes_and_so_does_an_adopted_table(fresh: Project) -> None:
    fresh.hooks()
    (fresh.path / "houses.csv").write_text(HOUSES, "utf-8")
    fresh.inside("python", "-m", "mlops", "adopt", "houses.csv", "--target", "price")
    fresh.git("add", "--all")
    before = fresh.git("diff", "--cached")
    fresh.hooks()
    assert fresh.git("diff") == ""
    assert fresh.git("diff", "--cached") == before


def test_what_does_not_belong_into_git_is_refused(fresh: Project) -> None:
    (fresh.path / "table.csv").write_text("0\n" * 600_000, "utf-8")
    (fresh.path / "conf" / "own.yaml").write_text("a: [1\n", "utf-8")
    fresh.git("add", "--all")
    said = fresh.hooks(check=False).out
    assert "table.csv (1172 KB) exceeds 1000 KB" in said
    assert "own.yaml" in said


def test_only_python_is_formatted(fresh: Project) -> None:
    """What the pipeline writes may look as it likes."""
    fresh.edit("params.yaml", "seed: 1\n", "seed:   1   \n")
    (fresh.path / "models" / "MODEL_CARD.md").write_text("# A card   \n\n\n\nends", "utf-8")
    (fresh.path / "own.py").write_text("a = [ 1 ]\n", "utf-8")
    fresh.git("add", "--all")
    assert fresh.hooks(check=False).code == 1
    assert fresh.git("diff", "--name-only") == "own.py\n"
    assert fresh.read("own.py") == "a = [1]\n"
