"""What a fresh project holds, before anything is installed in it."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from baked import PROJECT, TEMPLATE, BakedProject, bake, environment, execute

BLOCK = "{" + "%"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    folder = tmp_path_factory.mktemp("fresh")
    bake(folder)
    return BakedProject(folder / "late-flights")


def test_one_commit_and_nothing_left_over(fresh: BakedProject) -> None:
    assert fresh.git("log", "--format=%s").splitlines() == ["Start from cookiecutter-dvc-mlops"]
    assert fresh.git("status", "--porcelain") == ""
    assert fresh.git("branch", "--show-current").strip() == "main"


def test_top_level(fresh: BakedProject) -> None:
    names = {path.name for path in fresh.path.iterdir()}
    expected = "dvc.yaml params.yaml conf data src models reports tests deploy .dvc .github"
    expected += " .editorconfig .pre-commit-config.yaml"
    assert set(expected.split()) <= names


def test_nothing_of_the_template_language_is_left(fresh: BakedProject) -> None:
    for path in fresh.path.rglob("*"):
        if path.is_file() and not {".git", "__pycache__"} & {*path.parts}:
            text = re.sub(r"\$\{\{.*?\}\}", "", path.read_text("utf-8"))  # GitHub's own
            assert "cookiecutter." not in text, path
            assert BLOCK not in text, path


def test_the_next_two_commands_are_printed(tmp_path: Path) -> None:
    ran = bake(tmp_path, project_name="Churn")
    lines = [line.strip() for line in ran.out.splitlines() if line.strip()]
    assert lines == ["Next:", "cd churn", "uv run dvc repro"]
    assert ran.err == ""


def test_machinery_and_python_hold_no_template_language() -> None:
    for path in (PROJECT / "src" / "mlops").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "cookiecutter" not in text, path
    for path in PROJECT.rglob("*.py"):
        assert BLOCK not in path.read_text("utf-8"), path


def test_machinery_never_imports_the_recipe() -> None:
    for path in (PROJECT / "src" / "mlops").rglob("*.py"):
        imports = re.findall(r"^\s*(?:from|import) (\S+)", path.read_text("utf-8"), re.MULTILINE)
        assert not [name for name in imports if name.startswith(".")], path


def test_without_git_the_project_is_intact(tmp_path: Path) -> None:
    binaries = tmp_path / "bin"
    binaries.mkdir()
    python = execute("which", "cookiecutter", cwd=tmp_path).out.strip()
    os.symlink(python, binaries / "cookiecutter")
    command = [str(binaries / "cookiecutter"), str(TEMPLATE), "--no-input"]
    path = {"PATH": str(binaries)}
    ran = execute(*command, "--output-dir", str(tmp_path), cwd=tmp_path, extra=path)
    assert "warning: no first commit: git was not found" in ran.err
    assert "uv run dvc repro" in ran.out
    assert (tmp_path / "late-flights" / "dvc.yaml").is_file()


def test_without_an_identity_the_project_is_intact(tmp_path: Path) -> None:
    nobody = {name: "" for name in environment() if name.startswith(("GIT_AUTHOR", "GIT_COMM"))}
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nuseConfigOnly = true\n")
    command = ["cookiecutter", str(TEMPLATE), "--no-input", "--output-dir", str(tmp_path)]
    nobody |= {"GIT_CONFIG_GLOBAL": str(settings), "EMAIL": ""}
    ran = execute(*command, cwd=tmp_path, extra=nobody)
    assert "warning: no first commit: Git does not know who you are" in ran.err
    assert (tmp_path / "late-flights" / ".git").is_dir()
    assert (tmp_path / "late-flights" / "dvc.yaml").is_file()


def test_inside_another_repository_nothing_is_initialised(tmp_path: Path) -> None:
    execute("git", "init", "-q", cwd=tmp_path)
    ran = bake(tmp_path)
    assert "inside another Git repository" in ran.err
    assert not (tmp_path / "late-flights" / ".git").exists()


def test_template_and_project_require_the_same_packages(fresh: BakedProject) -> None:
    groups = tomllib.loads((TEMPLATE / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    generated = tomllib.loads(fresh.read("pyproject.toml"))
    stubs = {"pandas-stubs>=3", "types-pyyaml>=6", "types-requests>=2.32"}
    extras = set().union(*generated["project"]["optional-dependencies"].values())
    required = set(generated["project"]["dependencies"])
    assert set(groups["project"]) - stubs == required | extras
    assert stubs <= set(generated["dependency-groups"]["dev"])


def test_no_secret_and_no_telemetry_in_the_settings(fresh: BakedProject) -> None:
    config = fresh.read(".dvc/config")
    assert "analytics = false" in config
    assert 'type = "reflink,copy"' in config
    assert "enabled = True" in config
    assert not re.search("password|secret|token|key_id", config)
