"""`mlops profile`: skrub's report where the extra is installed, else a line."""

import re
import sys
from pathlib import Path

import pytest
from mlops.adopt import profile
from mlops.errors import UserError

from machinery.skewing import table


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skrub", None)
    with pytest.raises(UserError, match=r"^mlops profile needs skrub: `uv sync --extra profile`$"):
        profile.profile(Path("table.csv"))


@pytest.mark.parametrize("name", ["table.csv", "table;.csv", "table.parquet"])
def test_a_report_opens_offline(name: str) -> None:
    pytest.importorskip("skrub")
    rows = table(rows=50)[["size", "kind", "flag"]]
    path = Path(name)
    if path.suffix == ".parquet":
        rows.to_parquet(path)
    else:
        rows.to_csv(path, index=False, sep=";" if ";" in name else ",", encoding="utf-8-sig")
    text = profile.profile(path).read_text("utf-8")
    assert all(column in text for column in ("size", "kind", "flag"))
    assert not re.search(r"<(script|link|img)[^>]* (src|href)=.?https?:", text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("bytes.csv", b"\x95\xff\x00\x81"),
        ("cut.parquet", b"PAR1\x00"),
        ("ragged.csv", b"a,b\n1,2,3,4\n1\n1,2,3,4,5\n"),
        ("missing.csv", None),
    ],
)
def test_what_is_no_table_is_a_line(name: str, content: bytes | None) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    with pytest.raises(UserError, match=f"^{name}: ") as error:
        profile.read(Path(name))
    assert "\n" not in str(error.value)


def test_numbers_and_encodings_are_read_as_adopt_does() -> None:
    Path("table.csv").write_text("größe;preis\nklein;1,5\ngroß;2,5\n", "cp1252")
    frame = profile.read(Path("table.csv"))
    assert frame["preis"].to_list() == [1.5, 2.5]
    assert frame["größe"].to_list() == ["klein", "groß"]
