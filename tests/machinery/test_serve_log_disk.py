"""Several processes, one that died, and a disk that is full: the prediction log stays right."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlops.serve import log_files
from mlops.serve.log import PredictionLog

from baked import IN_PLACE
from machinery.disks import limited
from machinery.logged import entry, hours, settle, told, writing


def test_several_write_side_by_side_and_only_the_dead_are_tidied(tmp_path: Path) -> None:
    with writing(tmp_path, 2**26) as dead, writing(tmp_path, 2**26) as alive:
        told(dead, 3)
        told(alive, 3)
        dead.kill()
        dead.wait()
        log = PredictionLog(tmp_path, every=0.01)
        log.start()
        log.put(entry(0))
        log.close()
        streams, files = (sorted(tmp_path.glob(f"*{end}")) for end in (".arrows", ".parquet"))
        assert [path.stem.partition("-")[2] for path in streams] == [str(alive.pid)]
        assert len(files) == 2
        more = told(alive)
        assert sum(n == 0 for n in hours(tmp_path)) == 3
    log_files.tidy(tmp_path)
    assert len(hours(tmp_path)) > more
    assert not list(tmp_path.glob("*.arrows"))


def test_nothing_is_imported_before_there_is_a_row(tmp_path: Path) -> None:
    lines = (
        "import sys, pathlib; from mlops.serve.log import PredictionLog;"
        f"log = PredictionLog(pathlib.Path({str(tmp_path)!r})); log.start(); log.close();"
        "print([name for name in ('pyarrow', 'numpy', 'pandas') if name in sys.modules])"
    )
    command = [sys.executable, "-c", lines]
    assert subprocess.check_output(command, text=True, env=os.environ | IN_PLACE) == "[]\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    tmp_path.joinpath("disk").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path / "disk")]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a disk")
    yield tmp_path / "disk"
    subprocess.run(["umount", str(tmp_path / "disk")], check=True)


def test_on_a_full_disk_rows_are_dropped_until_there_is_room(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = PredictionLog(disk / "log", every=0.001)
    log.start()
    settle(log, entry(0))
    fill(disk / "other")
    with caplog.at_level(logging.WARNING):
        for number in range(1, 5):
            settle(log, entry(number, rows=1000))
    assert (log.written, log.dropped) == (1, 4000)
    assert [record.message for record in caplog.records] == [
        "prediction log: rows are dropped: [Errno 28] No space left on device"
    ]
    (disk / "other").unlink()
    settle(log, entry(5))
    assert hours(disk / "log") == [0, 5]
    log.close()
    assert hours(disk / "log") == [0, 5]


def test_a_disk_that_is_full_from_the_beginning_is_no_problem_later(disk: Path) -> None:
    fill(disk / "other")
    log = PredictionLog(disk / "log", every=0.001)
    log.start()
    settle(log, entry(0))
    (disk / "other").unlink()
    log.put(entry(1))
    log.close()
    assert hours(disk / "log") == [1]
    assert [path.suffix for path in (disk / "log").iterdir()] == [".parquet"]


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def test_part_of_a_batch_is_taken_back(tmp_path: Path) -> None:
    """A file that may not grow, where a disk of its own cannot be had."""
    log = PredictionLog(tmp_path, every=0.001)
    log.start()
    settle(log, entry(0))
    (path,) = tmp_path.glob("*.arrows")
    with limited(path.stat().st_size + 100):
        settle(log, entry(1))
    log.put(entry(2))
    log.close()
    assert hours(tmp_path) == [0, 2]
