"""The prediction log holds what was asked and answered, and never holds the service up."""

import logging
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from mlops.errors import UserError
from mlops.monitor import predictions
from mlops.serve import log_files
from mlops.serve.log import Entry, PredictionLog, kept

from machinery.logged import Task, contract, entry, hours, settle

NEVER = 3600.0  # seconds from one flush to the next: only what the test asks for is written


def logged(folder: Path, *entries: Entry, **options: Any) -> PredictionLog:
    """Log requests from begin to end."""
    log = PredictionLog(folder, **options)
    log.start()
    for one in entries:
        log.put(one)
    log.close()
    return log


def table(folder: Path) -> pa.Table:
    (found,) = predictions.read(folder)
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_what_was_asked_and_answered_comes_back(tmp_path: Path) -> None:
    log = logged(tmp_path, entry(7), entry(20, rows=3, version=None))
    assert (log.written, log.dropped, log.waiting) == (4, 0, 0)
    assert names(tmp_path) == [".parquet"]
    first, *_, last = table(tmp_path).to_pylist()
    assert first == {
        "served.time": datetime.fromtimestamp(1.8e9 + 7, UTC),
        "served.id": "r7",
        "served.row": 0,
        "served.version": "v0.1.0",
        "served.model": "binary4",
        "served.milliseconds": 0.25,
        "distance": 3.5,
        "hour": 7,
        "carrier": "c7",
        "late before": False,
        "late": None,
        "id": "7",
        "score": 0.07,
        "served.label": False,
    }
    assert (last["served.id"], last["served.row"], last["served.version"]) == ("r20", 2, None)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("multiclass", {"score.a": 0.75, "score.b": 0.25, "served.label": "a"}),
        ("regression", {"score": 0.75}),
    ],
)
def test_each_task_has_its_scores(tmp_path: Path, task: Task, answer: dict[str, Any]) -> None:
    logged(tmp_path, entry(75, model=contract(task)))
    (row,) = table(tmp_path).to_pylist()
    assert dict(list(row.items())[12:]) == answer


def test_single_rows_are_kept_without_lists_and_written_alike(tmp_path: Path) -> None:
    made = contract()
    asked: list[Any] = [entry(number).columns for number in range(3)]
    rows = [{name: one[name] for name in made.features} for one in asked]
    for folder, kept_as in (("lists", rows), ("kept", [kept(made, row) for row in rows])):
        singles = [entry(n)._replace(columns=one) for n, one in enumerate(kept_as)]
        logged(tmp_path / folder, *singles)
        logged(tmp_path / f"{folder} mixed", *singles, entry(3), entry(4, rows=2))
    assert isinstance(kept(made, rows[0]), tuple)
    assert table(tmp_path / "kept").equals(table(tmp_path / "lists"))
    assert table(tmp_path / "kept mixed").equals(table(tmp_path / "lists mixed"))


def test_more_than_features_or_than_a_row_is_kept_as_it_is() -> None:
    more: Any = entry(1).columns
    two = {name: values * 2 for name, values in more.items() if name in contract().features}
    assert kept(contract(), more) is more
    assert kept(contract(), two) is two


def test_a_value_of_another_type_is_null_and_harms_no_other(tmp_path: Path) -> None:
    strange: dict[str, Any] = {
        "distance": [2**70],
        "hour": [2**70],
        "carrier": ["\ud800"],
        "late": [{"a": 1}],
    }
    logged(tmp_path, entry(1), entry(2, **strange), entry(3))
    found = table(tmp_path)
    assert found["distance"].to_pylist() == [0.5, 2.0**70, 1.5]
    assert found["hour"].to_pylist() == [1, None, 3]
    assert found["carrier"].to_pylist() == ["c1", "?", "c3"]
    assert found["late"].to_pylist() == [None, '{"a":1}', None]


def test_where_too_much_waits_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, every=NEVER, rows=10)
    for number in range(0, 15, 3):
        log.put(entry(number, rows=3))
    assert (log.waiting, log.dropped) == (9, 6)
    log.start()
    log.close()
    assert (log.waiting, log.written, log.dropped) == (0, 9, 6)
    assert hours(tmp_path) == list(range(9))


def test_half_a_queue_is_written_before_its_time(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, every=NEVER, rows=10)
    log.start()
    settle(log, entry(0, rows=6))
    log.put(entry(6))
    assert hours(tmp_path) == [0, 1, 2, 3, 4, 5]
    log.close()
    assert hours(tmp_path) == list(range(7))


def test_a_large_or_old_stream_becomes_a_file_and_another_begins(tmp_path: Path) -> None:
    for options in ({"size": 1}, {"age": 0.0}):
        log = PredictionLog(tmp_path, every=0.001, **options)
        log.start()
        for number in range(3):
            settle(log, entry(number))
        log.close()
        assert names(tmp_path) == [".parquet"] * 3
        assert hours(tmp_path) == [0, 1, 2]
        shutil.rmtree(tmp_path)


def test_another_version_goes_on_and_other_columns_begin_a_file(tmp_path: Path) -> None:
    wider = contract(weather="category")
    logged(tmp_path, entry(0), entry(1, version="v0.2.0"), entry(2, model=wider), entry(3))
    tables = list(predictions.read(tmp_path))
    assert [found["hour"].to_pylist() for found in tables] == [[0, 1], [2], [3]]
    assert tables[0]["served.version"].to_pylist() == ["v0.1.0", "v0.2.0"]
    assert tables[1]["weather"].to_pylist() == [None]


def test_a_period_is_read(tmp_path: Path) -> None:
    logged(tmp_path, *(entry(number) for number in range(9)))
    start = datetime.fromtimestamp(1.8e9, UTC)
    read = predictions.read(tmp_path, start + timedelta(seconds=2), start + timedelta(seconds=5))
    assert [found["hour"].to_pylist() for found in read] == [[2, 3, 4]]
    assert not list(predictions.read(tmp_path, start + timedelta(days=1)))
    assert not list(predictions.read(tmp_path / "nothing here"))


def test_only_old_files_of_its_own_are_deleted(tmp_path: Path) -> None:
    logged(tmp_path, entry(0))
    (old,) = tmp_path.iterdir()
    other = tmp_path / "mine.parquet"
    other.write_bytes(b"")
    for path in (old, other):
        os.utime(path, (1e9, 1e9))
    logged(tmp_path, entry(1))
    assert hours(tmp_path) == [0, 1]
    logged(tmp_path, entry(2), days=30)
    assert hours(tmp_path) == [1, 2]
    assert other.exists()


def test_a_folder_that_is_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path / "log", every=0.001)
    log.start()
    for number in range(2):
        settle(log, entry(number))
        if not number:
            shutil.rmtree(tmp_path / "log")
    log.close()
    assert hours(tmp_path / "log") == [1]


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match=r"file/log: Not a directory: `--log FOLDER`, or "):
        PredictionLog(tmp_path / "file/log")


def test_a_cut_stream_gives_what_is_whole(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, every=NEVER)
    log.start()
    ends = []
    for number in range(3):
        log.put(entry(number))
        log._write()
        (path,) = tmp_path.glob("*.arrows")
        ends.append(path.stat().st_size)
    whole = path.read_bytes()
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    tails = [(end, tail) for end in ends for tail in (b"\0" * 99, b"\xff" * 99)]
    for size, tail in [*((size, b"") for size in range(0, len(whole), 13)), *tails]:
        cut.write_bytes(whole[:size] + tail)
        assert hours(cut.parent) == list(range(sum(size >= end for end in ends))), size
    log_files.tidy(cut.parent)
    assert names(cut.parent) == [".parquet"]
    log.close()


def test_killed_between_two_steps_nothing_counts_twice(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, every=0.001)
    log.start()
    settle(log, entry(0))
    (path,) = tmp_path.glob("*.arrows")
    whole = path.read_bytes()
    log.close()
    path.write_bytes(whole)  # the file was made, and the stream not yet deleted
    (tmp_path / f".{path.stem}.parquet.123.tmp").write_bytes(b"half of another")
    assert hours(tmp_path) == [0]
    logged(tmp_path, entry(1))
    assert names(tmp_path) == [".parquet"] * 2
    assert hours(tmp_path) == [0, 1]


def test_what_cannot_be_converted_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with caplog.at_level(logging.WARNING):
        logged(tmp_path, entry(0))
    assert "stays as it is: [Errno 28] No space left on device" in caplog.text
    assert names(tmp_path) == [".arrows"]
    assert hours(tmp_path) == [0]
    monkeypatch.undo()
    log_files.tidy(tmp_path)
    assert names(tmp_path) == [".parquet"]
