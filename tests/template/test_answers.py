"""Bad answers are refused in one line before anything is written; good ones fit everywhere."""

import configparser
import json
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from answers import TAKEN

from baked import TEMPLATE, BakedProject, bake, execute

REFUSED = [
    ("project_name", "!!!", "letters, digits"),
    ("project_name", "123 flights", "a letter first"),
    ("project_name", "x", "2 to 40"),
    ("project_name", "a" * 41, "2 to 40"),
    ("project_name", "class", "keyword"),
    ("project_name", "None", "keyword"),
    ("project_name", "dvc", "hide the Python module 'dvc'"),
    ("project_name", "Pandas", "hide the Python module 'pandas'"),
    ("project_name", "email", "hide the Python module 'email'"),
    ("project_name", "Test", "hide the Python module 'test'"),
    ("project_name", "MLOps", "hide the Python module 'mlops'"),
    ("project_name", 'a "quoted" name', "without double quotes"),
    ("description", "", "one line of text"),
    ("description", 'says "hello"', "without double quotes"),
    ("description", "two\nlines", "one line of text"),
    ("author", "back\\slash", "backslashes"),
    ("data_storage", "", "a folder outside the project"),
    ("data_storage", "storage", "a folder outside the project"),
    ("data_storage", "../late-flights/storage", "a folder outside the project"),
    ("data_storage", "ftp://host/path", "s3://bucket/path"),
    ("data_storage", "https://host/path", "s3://bucket/path"),
    ("data_storage", "s3://", "s3://bucket/path"),
    ("data_storage", "ssh://me:secret@host/path", "without credentials"),
    ("data_storage", "s3://bucket/a b", "s3://bucket/path"),
]


@pytest.mark.parametrize(("question", "answer", "expected"), REFUSED)
def test_refused(tmp_path: Path, question: str, answer: str, expected: str) -> None:
    ran = bake(tmp_path, check=False, **{question: answer})
    assert ran.code != 0
    (line,) = ran.text.splitlines()
    assert line.startswith(question)
    assert expected in line
    assert list(tmp_path.iterdir()) == []


STORAGE = [
    ("../late-flights-storage", "../../late-flights-storage", ""),
    ("/srv/dvc", "/srv/dvc", ""),
    ("s3://bucket/path", "s3://bucket/path", "[s3]"),
    ("gs://bucket", "gs://bucket", "[gs]"),
    ("azure://container/path", "azure://container/path", "[azure]"),
    ("ssh://me@host:22/srv/dvc", "ssh://me@host:22/srv/dvc", "[ssh]"),
]


@pytest.mark.parametrize(("answer", "url", "extra"), STORAGE)
def test_storage_brings_its_extra(tmp_path: Path, answer: str, url: str, extra: str) -> None:
    bake(tmp_path, data_storage=answer)
    project = BakedProject(tmp_path / "late-flights")
    config = configparser.ConfigParser()
    config.read_string(project.read(".dvc/config"))
    assert config["'remote \"storage\"'"]["url"] == url
    requirements = tomllib.loads(project.read("pyproject.toml"))["project"]["dependencies"]
    assert f"dvc{extra}>=3.67,<4" in requirements


def test_awkward_but_fine_answers_fit_everywhere(tmp_path: Path) -> None:
    bake(
        tmp_path,
        project_name="Überflüge & Söhne's",
        description="What's late? 50% < 3, isn't it: #1 for $5",
        author="Zoë O'Neil",
    )
    project = BakedProject(tmp_path / "uberfluge-sohne-s")
    described = tomllib.loads(project.read("pyproject.toml"))["project"]["description"]
    assert described == "What's late? 50% < 3, isn't it: #1 for $5"
    assert project.yaml("dvc.yaml")["artifacts"]["model"]["desc"] == described
    assert "#1 for $$5\n" in project.read("src/uberfluge_sohne_s/MODEL_CARD.md")  # a template
    assert "Zoë O'Neil" in project.read("LICENSE")
    assert (project.path / "src" / "uberfluge_sohne_s" / "train.py").is_file()


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("MIT", "MIT License"),
        ("BSD-3-Clause", "Neither the name"),
        ("Apache-2.0", "Grant of Patent License"),
        ("Proprietary", "All rights reserved"),
    ],
)
def test_licence(tmp_path: Path, licence: str, words: str) -> None:
    bake(tmp_path, licence=licence, author="Zoë")
    text = BakedProject(tmp_path / "late-flights").read("LICENSE")
    assert words in text
    assert "Zoë" in text
    assert "{" not in text


def test_at_most_five_questions() -> None:
    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text("utf-8"))
    asked = [key for key in questions if not key.startswith("_")]
    assert asked == ["project_name", "description", "author", "licence", "data_storage"]
    assert set(questions["__prompts__"]) == set(asked)


def test_every_module_of_a_generated_project_is_a_refused_name() -> None:
    listed = execute("uv", "export", "-q", "--no-hashes", "--only-group", "project", cwd=TEMPLATE)
    wanted = {line.split("==")[0].strip() for line in listed.out.splitlines() if "==" in line}
    modules = {
        module
        for module, packages in metadata.packages_distributions().items()
        if module.isidentifier() and not module.startswith("_")
        if wanted & {package.lower().replace("_", "-").replace(".", "-") for package in packages}
    }
    assert len(modules) > 100
    assert modules <= TAKEN
