"""`kill -9` of a process that logs predictions loses only what was not yet written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from mlops.serve import log_files

from campaigns.portion import repetitions
from machinery.logged import hours, told, writing

SIZES = (2**26, 50_000, 15_000)  # bytes of a stream: it is never converted, sometimes, always


@pytest.mark.parametrize("number", repetitions("kills of a prediction log"))
def test_killed_it_loses_only_what_was_not_yet_written(
    tmp_path: Path, number: int, note: Callable[[str], None]
) -> None:
    with writing(tmp_path, SIZES[number % 3]) as process:
        written = told(process, lines=2 + number * 7 % 30)
        process.kill()
        assert process.stdout is not None
        written = max([written, *map(int, process.stdout.read().splitlines()[:-1])])
    before = hours(tmp_path)
    assert before == list(range(len(before)))
    assert len(before) >= written
    log_files.tidy(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".parquet"}
    assert hours(tmp_path) == before
    note("killed, and right")
