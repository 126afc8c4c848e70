"""A newer file of the same table: the configuration follows, edits stay; and nothing by halves."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from dvc.repo import Repo
from mlops.errors import UserError

from baked import IDENTITY, IN_PLACE
from machinery.adopting import rows, state, take, written

BEFORE = rows(id=range(1, 61), size=[1.5, 2.5, 4], place=["u", "v"], old=[7, 8], target=["a", "b"])
CONF = Path("conf/data/table.yaml")


def edit(*pairs: tuple[str, str]) -> None:
    text = CONF.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    CONF.write_text(text)


def test_the_same_file_changes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("table.csv").write_text(BEFORE)
    take("table.csv")
    before = state(shop)
    capsys.readouterr()
    take("table.csv")
    assert state(shop) == before
    assert "conf/data/table.yaml: as it was" in capsys.readouterr().out


def test_a_newer_file_is_followed_and_edits_stay(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("table.csv").write_text(BEFORE)
    take("table.csv")
    edit(
        ("  size: {type: number", "  # the floor's\n  size: {type: number"),
        ("segments: [place]", "segments: [] # none that matters"),
        ("/split@_global_.split: cross_validation", "/split@_global_.split: hash"),
    )
    newer = rows(
        id=range(1, 61), size=[1.5, 250, ""], place=["u", "w"], new=[1, 2], target=["a", "b"]
    )
    Path("table.csv").write_text(newer)
    capsys.readouterr()
    config = take("table.csv")
    text, columns = CONF.read_text(), config.data.columns
    assert "  # the floor's\n  size: {type: number, minimum: 0, maximum:" in text
    assert "segments: [] # none that matters\n" in text
    assert config.split.name == "hash"
    assert columns["size"].nullable
    assert columns["size"].maximum is not None
    assert columns["size"].maximum >= 250
    assert columns["place"].categories == ["u", "v", "w"]
    assert set(columns) == {"target", "id", "size", "place", "new"}
    assert Path("data/source/table.csv").read_text() == newer
    said = capsys.readouterr().out
    assert re.search("task +binary +as before", said)
    assert re.search(r"(?m)^place +category +u, v, w *$", said)  # as the diff has it
    assert "maximum: 400, nullable: true}" in text
    assert "look at   table.csv: column 'place', row 3: w is no category until now\n" in said
    assert re.search(r"column 'size', row 3: 250 is above maximum [0-9.]+ until now\n", said)
    assert "-  place: {type: category, categories: [u, v]}" in said
    assert "+  place: {type: category, categories: [u, v, w]}" in said


def test_what_only_a_slip_brought_in_is_noted(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = rows(id=range(1, 61), size=[1.5, 2.5, 4], target=["no", "yes"])
    slip = good.replace(",no\n", ",maybe\n", 1)
    Path("table.csv").write_text(slip)
    assert take("table.csv").data.task == "multiclass"
    said = capsys.readouterr().out
    assert "look at   table.csv: column 'target', row 2: 'maybe' stands in 1 row only\n" in said
    way = "where a cell is wrong, mend the file, delete conf/data/table.yaml, and adopt it again"
    assert way in said
    Path("table.csv").write_text(good)
    take("table.csv")
    assert "target: no row is 'maybe' any more: take it out" in capsys.readouterr().out
    before = state(shop)
    with pytest.raises(UserError, match=r"^--task binary: .*, or delete it and adopt again"):
        take("table.csv", task="binary")
    assert state(shop) == before
    CONF.unlink()
    Path("table.csv").write_text(good.replace("yes", "Yes", 1))
    assert take("table.csv").data.task == "binary"
    Path("table.csv").write_text(good.replace(",4,", ",,", 1))
    capsys.readouterr()
    take("table.csv")
    assert "column 'size', row 4: no value, which was not allowed" in capsys.readouterr().out


def test_a_boolean_that_becomes_nullable_keeps_its_words(shop: Path) -> None:
    Path("table.csv").write_text(rows(id=range(1, 61), paid=["no", "yes"], target=["a", "b"]))
    assert take("table.csv").data.columns["paid"].type == "boolean"
    Path("table.csv").write_text(rows(id=range(1, 61), paid=["no", "yes", ""], target=["a", "b"]))
    paid = take("table.csv").data.columns["paid"]
    assert (paid.type, paid.nullable, paid.categories) == ("category", True, ["no", "yes"])


def test_a_choice_that_the_file_has_otherwise_is_refused(shop: Path) -> None:
    text = rows(id=range(1, 61), customer=range(1, 21), price=[1, 2], target=["a", "b"])
    Path("table.csv").write_text(text)
    take("table.csv")
    before = state(shop)
    with pytest.raises(
        UserError, match=r"^--group customer: conf/data/table\.yaml is there already"
    ):
        take("table.csv", group="customer")
    assert state(shop) == before
    Path("conf/data/table.yaml").unlink()
    take("table.csv", group="customer")
    before = state(shop)
    take("table.csv", group="customer")
    assert state(shop) == before


def test_a_newer_file_under_another_name_is_asked_about(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("table.csv").write_text(BEFORE)
    take("table.csv")
    Path("other.csv").write_text(rows(id=range(1, 61), price=[1, 2], target=["a", "b"]))
    take("other.csv")
    assert "a table beside" not in capsys.readouterr().out
    Path("table-2025.csv").write_text(BEFORE)
    take("table-2025.csv")
    said = capsys.readouterr().out
    assert "a table beside table; a newer file of that is: `--name table`\n" in said
    source = "data/source/table_2025.csv"
    assert f"`uv run dvc remove {source}.dvc`, and delete conf/data/table_2025.yaml" in said


def test_the_split_that_is_told_is_the_one_that_stays(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 31)]
    Path("table.csv").write_text(rows(on=days, size=[1.5, 2.5, 4], target=["a", "b"]))
    take("table.csv")
    before = sorted(Path("conf/split").iterdir())
    longer = days + [f"2024-02-{day:02}" for day in range(1, 30)]
    Path("table.csv").write_text(rows(on=longer, size=[1.5, 2.5, 4], target=["a", "b"]))
    capsys.readouterr()
    config = take("table.csv")
    assert sorted(Path("conf/split").iterdir()) == before
    said = capsys.readouterr().out
    assert re.search(rf"^split +{config.split.name} +as before *$", said, re.M)


def test_what_was_taken_out_stays_out_and_what_was_renamed_keeps_its_name(shop: Path) -> None:
    Path("table.csv").write_text(BEFORE)
    take("table.csv")
    text = CONF.read_text()
    lines = [line for line in text.splitlines() if not line.startswith("  old:")]
    renamed = "\n".join(lines).replace("  size: {type", "  area: {type") + "\n"
    CONF.write_text(renamed.replace("  columns:\n", "  columns:\n    area: {header: size}\n", 1))
    Path("table.csv").write_text(BEFORE.replace("1.5", "2"))
    columns = take("table.csv").data.columns
    assert set(columns) == {"target", "id", "area", "place"}
    assert written()["reading"]["columns"]["area"] == {"header": "size"}


def test_a_dry_run_shows_it_all_and_writes_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("table.csv").write_text(BEFORE)
    before = state(shop)
    assert take("table.csv", dry_run=True).data.name == "flights"
    assert state(shop) == before
    said = capsys.readouterr().out
    assert "+name: table\n" in said
    assert "nothing was written" in said


@pytest.mark.parametrize("limit", [20_000, 3_000, 700])
def test_a_full_disk_leaves_all_as_it_was(shop: Path, limit: int) -> None:
    Path("table.csv").write_text(BEFORE)
    take("table.csv")
    Path("table.csv").write_text(BEFORE.replace("1.5", "99") + "\n" * 50_000)
    before = state(shop)
    ran = limited(limit, "adopt", "table.csv", "--target", "target")
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert line.endswith(": File too large: nothing was changed")
    assert state(shop) == before
    assert line.startswith("data/source/table.csv: ") == (limit > 1000)
    assert not list(Path(".dvc/tmp").glob("adopt-*"))


def test_beside_a_dvc_that_is_at_work(shop: Path) -> None:
    Path("table.csv").write_text(BEFORE)
    before = state(shop)
    with Repo() as repo, repo.lock, pytest.raises(UserError) as error:
        take("table.csv")
    assert str(error.value).startswith("data/source/table.csv: DVC could not track it (Unable to")
    assert state(shop) == before


def limited(size: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command where no file can have more than some bytes, as on a full disk.

    It keeps no bytecode: that would be cut, too, and stay so for the next process.
    """
    return subprocess.run(
        [sys.executable, "-c", "from mlops.cli import main; main()", *arguments],
        env=os.environ | IDENTITY | IN_PLACE | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_a_project_whose_conf_does_not_compose_is_left_alone(shop: Path) -> None:
    Path("table.csv").write_text(BEFORE)
    Path("conf/config.yaml").write_text(Path("conf/config.yaml").read_text() + "sead: 1\n")
    before = state(shop)
    with pytest.raises(UserError, match=r"^conf/config.yaml:.*sead"):
        take("table.csv")
    assert state(shop) == before


def test_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^conf/config.yaml is missing: run this in the pro"):
        take("table.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_header_in_other_letters_is_the_same_column(shop: Path) -> None:
    text = rows(id=range(1, 61), size=[1.5, 2.5, "unknown"], target=[1.5, 2.5, 7])
    Path("table.csv").write_text(text)
    before = take("table.csv").data
    Path("table.csv").write_text(text.replace("size", "Size").replace("target", "TARGET"))
    data = take("table.csv").data
    assert (data.target, data.columns) == (before.target, before.columns)
    assert data.reading is not None
    headers = {name: said.header for name, said in data.reading.columns.items()}
    assert headers == {"size": "Size", "target": "TARGET"}
    lines = ["  columns:\n    ", "  nulls: [", "\n# All of it is one table"]
    places = [CONF.read_text().index(line) for line in lines]
    assert places == sorted(places)
