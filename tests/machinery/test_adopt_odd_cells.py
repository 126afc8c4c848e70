"""A cell that may be wrong is named, with what takes it back; it is taken nevertheless."""

from pathlib import Path
from typing import Any

import pytest

from baked import execute
from machinery.adopting import rows, take

CONF = Path("conf/data/table.yaml")
SCHOOLS = rows(id=range(1, 61), school=[9, 10, 11, 12], target=["a", "b"])


def test_a_word_among_few_numbers_is_shown_and_how_to_take_it_back(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("table.csv").write_text(SCHOOLS)
    take("table.csv")
    execute("git", "add", "--all", cwd=shop)
    execute("git", "commit", "-q", "-m", "Adopt", cwd=shop)
    assert "look at" not in capsys.readouterr().out
    before = CONF.read_text()
    Path("table.csv").write_text(SCHOOLS.replace(",12,", ",1O,", 1))
    take("table.csv")
    said = capsys.readouterr().out
    assert "note      school: integer until now, category in this file\n" in said
    assert "look at   table.csv: column 'school', row 5: '1O' is no number, as the others" in said
    assert "mend the file, `git checkout conf/data/table.yaml`, and adopt it again" in said
    execute("git", "checkout", "-q", str(CONF), cwd=shop)
    Path("table.csv").write_text(SCHOOLS)
    take("table.csv")
    assert CONF.read_text() == before


def test_what_takes_a_wrong_cell_back_keeps_edits_that_git_does_not_have(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("table.csv").write_text(SCHOOLS)
    take("table.csv")
    odd = SCHOOLS.replace(",12,", ",1O,", 1)
    way = "mend the file, undo in conf/data/table.yaml what the diff shows"
    for saved in (False, True):
        if saved:
            execute("git", "add", "--all", cwd=shop)
            execute("git", "commit", "-q", "-m", "Adopt", cwd=shop)
        CONF.write_text(CONF.read_text() + "# Asked of the school board.\n")
        Path("table.csv").write_text(odd)
        edited = CONF.read_text()
        capsys.readouterr()
        take("table.csv")
        assert way in capsys.readouterr().out
        assert edited != CONF.read_text()
        CONF.write_text(edited)


@pytest.mark.parametrize(
    ("column", "good", "cell", "told"),
    [
        ("paid", ["no", "yes"], "", "an empty cell is no boolean, as all were until now (1 row)"),
        ("paid", ["no", "yes"], "maybe", "'maybe' is no boolean, as all were until now (1 row)"),
        ("paid", ["no", "yes"], "2", "'2' is no boolean, as all were until now (1 row)"),
        ("size", [0, 1], "yes", "'yes' is no integer, as all were until now (1 row)"),
        ("size", range(1, 61), "12.5", "'12.5' is no integer, as all were until now (1 row)"),
    ],
)
def test_a_cell_of_another_type_is_named(
    shop: Path,
    capsys: pytest.CaptureFixture[str],
    column: str,
    good: Any,
    cell: str,
    told: str,
) -> None:
    table = rows(id=range(1, 61), target=["a", "b"], **{column: good})
    Path("table.csv").write_text(table)
    take("table.csv")
    lines = table.splitlines()
    lines[30] = ",".join([*lines[30].split(",")[:-1], cell])
    Path("table.csv").write_text("\n".join(lines) + "\n")
    capsys.readouterr()
    take("table.csv")
    said = capsys.readouterr().out
    assert f"look at   table.csv: column '{column}', row 31: {told}\n" in said
    assert "where a cell is wrong, mend the file" in said


def test_another_word_for_yes_changes_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = rows(id=range(1, 61), target=["a", "b"], paid=["no", "yes"])
    Path("table.csv").write_text(table)
    take("table.csv")
    before = CONF.read_text()
    Path("table.csv").write_text(table.replace(",yes\n", ",y\n", 1))
    take("table.csv")
    assert CONF.read_text() == before


def test_a_point_among_decimal_commas_is_named(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wage = [f"5_{number}" for number in range(100, 160)]
    plain = rows(id=range(1, 61), target=["a", "b"], wage=wage)
    table = plain.replace(",", ";").replace("_", ",")
    odd = table.replace("5,130", "6.104")
    Path("table.csv").write_text(odd)
    take("table.csv")
    said = capsys.readouterr().out
    where = "look at   table.csv: column 'wage', row 32"
    assert f"{where}: '6.104' is read as 6104, for '.' between thousands\n" in said
    CONF.unlink()
    Path("table.csv").write_text(table)
    take("table.csv")
    capsys.readouterr()
    Path("table.csv").write_text(odd)
    take("table.csv")
    assert f"{where}: 6.104, read as 6104, is above maximum " in capsys.readouterr().out
