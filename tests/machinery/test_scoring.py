"""A scorer's file: what is refused, and what a scorer does with cells of all kinds."""

import io
import json
import math
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from mlops.errors import UserError
from mlops.scoring import archive, scorer
from mlops.scoring.archive import DOCUMENT
from mlops.scoring.scorer import Scorer

from baked import IN_PLACE
from machinery import exporting

Members = dict[str, bytes]

ROW = {
    **{"number": 0.5, "whole": 3, "flag": True, "share": 0.25, "kind": "a", "place": "P1"},
    **{"size": "small", "count": 2},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scorer by masks."""
    folder = tmp_path_factory.mktemp("scorer")
    config = exporting.config("binary", "lightgbm", *exporting.few_trees("lightgbm"))
    frame = exporting.table("binary")
    exporting.exported(config, frame, exporting.fitted(config, frame), folder)
    return folder / "scorer.zip"


@pytest.fixture(scope="module")
def made(file: Path) -> Scorer:
    return scorer.load(file)


def score(made: Scorer, **cells: Any) -> float:
    (found,) = made.score({name: [cell] for name, cell in (ROW | cells).items()})
    return float(found)


def refused(path: Path, digest: str | None = None) -> str:
    """The one line that says why a file is not loaded."""
    with pytest.raises(UserError) as error:
        scorer.load(path, digest)
    (line,) = error.value.lines
    assert "\n" not in line
    assert line.startswith(str(path))
    return line


def test_the_digest_is_checked_before_anything_is_read(file: Path, tmp_path: Path) -> None:
    digest = md5(file.read_bytes()).hexdigest()
    assert scorer.load(file, digest).digest == digest
    other = tmp_path / "scorer.zip"
    other.write_bytes(b"no archive at all")
    assert f"{digest} was expected: not loaded" in refused(other, digest)


@pytest.mark.parametrize("length", [0, 10, 5000, -1])
def test_a_file_that_is_cut_is_refused(file: Path, tmp_path: Path, length: int) -> None:
    (tmp_path / "cut.zip").write_bytes(file.read_bytes()[:length])
    assert "not a readable scorer" in refused(tmp_path / "cut.zip")


def test_what_the_pipeline_made_is_brought_back_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dvc.yaml").write_text("stages:\n  export:\n    outs:\n      - models/scorer.zip\n")
    Path("models").mkdir()
    for path in (Path("models/scorer.zip"), Path("scorer.zip")):
        path.write_bytes(b"cut off")
    remedy = "`uv run dvc pull --force models/scorer.zip`"
    assert refused(Path("models/scorer.zip")).endswith(f": {remedy}")
    assert refused(Path("models/scorer.zip"), "0" * 32).endswith(f": {remedy}")
    assert refused(Path("scorer.zip")).endswith(": get it again")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "`uv run dvc pull`" in refused(tmp_path / "none.zip")


def test_a_compressed_file_is_refused(file: Path, tmp_path: Path) -> None:
    _, members = archive.read(file, None)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in members.items():
            bomb.writestr(name, content)
    assert "it is compressed" in refused(tmp_path / "bomb.zip")


def array(name: str, change: Callable[[np.ndarray], Any]) -> Callable[[Members], None]:
    """A change of an array: in place, or the array that is given back."""

    def edit(members: Members) -> None:
        values = np.lib.format.read_array(io.BytesIO(members[name]))
        found = change(values)
        members[name] = archive.packed(values if found is None else found)

    return edit


def document(**changes: Any) -> Callable[[Members], None]:
    """A change of keys of the contract."""

    def edit(members: Members) -> None:
        found = json.loads(members[DOCUMENT])
        found["contract"] |= changes
        members[DOCUMENT] = json.dumps(found).encode()

    return edit


def pickled(members: Members) -> None:
    target = io.BytesIO()
    np.save(target, np.array([print], dtype=object), allow_pickle=True)
    members["lines.npy"] = target.getvalue()


CHANGES: dict[str, Callable[[Members], Any]] = {
    "no document": lambda members: members.pop(DOCUMENT),
    "no leaves": lambda members: members.pop("leaves.npy"),
    "document cut": lambda members: members.update({DOCUMENT: members[DOCUMENT][:100]}),
    "array cut": lambda members: members.update({"masks.npy": members["masks.npy"][:100]}),
    "code": pickled,
    "line too large": array("lines.npy", lambda lines: lines.__setitem__(0, 10**6)),
    "line below 0": array("lines.npy", lambda lines: lines.__setitem__(0, -1)),
    "tree too large": array("trees.npy", lambda trees: trees.__setitem__(0, 99)),
    "no leaf left": array("masks.npy", lambda masks: masks.fill(0)),
    "fewer masks": array("masks.npy", lambda masks: masks[1:]),
    "fewer thresholds": array("thresholds.npy", lambda thresholds: thresholds[1:]),
    "falling thresholds": array("thresholds.npy", lambda thresholds: thresholds[::-1]),
    "counts below 0": array("counts.npy", lambda counts: counts.__setitem__(0, -5)),
    "leaves of another shape": array("leaves.npy", lambda leaves: leaves[:, :, :7]),
    "leaves of another type": array("leaves.npy", lambda leaves: leaves.astype(int)),
    "no trees": array("leaves.npy", lambda leaves: leaves[:, :0]),
    "other leaves": array("leaves.npy", lambda leaves: leaves + 1),
    "leaves that are no numbers": array("leaves.npy", lambda leaves: leaves * np.nan),
    "another rung": document(rung="exec"),
    "a rung without its members": document(rung="pipeline"),
    "another task": document(task="ranking"),
    "other scores": document(expected=[0.1, 0.2, 0.3]),
    "too few scores": document(expected=[0.1]),
    "no features": document(features={}),
}


def test_what_other_code_made_is_made_again(file: Path, tmp_path: Path) -> None:
    _, members = archive.read(file, None)
    CHANGES["other leaves"](members)
    archive.write(members, tmp_path / "scorer.zip")
    made = tmp_path / "scorer.zip"
    problem = "(its examples get other scores)"
    assert f"{problem}: somebody altered it, or other code" in refused(made)
    assert f"{problem}: other code" in refused(made, md5(made.read_bytes()).hexdigest())


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_was_changed_is_refused(file: Path, tmp_path: Path, change: str) -> None:
    _, members = archive.read(file, None)
    CHANGES[change](members)
    archive.write(members, tmp_path / "changed.zip")
    refused(tmp_path / "changed.zip")


def test_null_and_nan_are_the_same(made: Scorer) -> None:
    assert score(made, number=None) == score(made, number=math.nan)
    assert score(made, number=None) != score(made, number=0.5)


def test_integers_floats_and_truth_values_are_numbers(made: Scorer) -> None:
    assert score(made, whole=3) == score(made, whole=3.0)
    assert score(made, flag=True) == score(made, flag=1)
    assert score(made, whole=10**30) == score(made, whole=1e30)


def test_extremes_are_scored(made: Scorer) -> None:
    for number in (1e308, -1e308, 5e-324, math.inf, -math.inf):
        assert 0 < score(made, number=number) < 1


def test_other_columns_are_not_looked_at(made: Scorer) -> None:
    assert score(made, target=None, more="x") == score(made)


@pytest.mark.parametrize("rows", [0, 1, 2, 700])
def test_any_number_of_rows_is_scored(made: Scorer, rows: int) -> None:
    lists = {name: [cell] * rows for name, cell in ROW.items()}
    kinds = {"whole": pa.int64(), "flag": pa.bool_(), "count": pa.int64()}
    arrays = {name: pa.array(cells, kinds.get(name)) for name, cells in lists.items()}
    for name in ("number", "share"):
        arrays[name] = arrays[name].cast(pa.float64())
    for name in ("kind", "place", "size"):
        arrays[name] = arrays[name].cast(pa.string())
    assert made.score(lists).tolist() == made.score(arrays).tolist()
    np.testing.assert_allclose(made.score(lists), [score(made)] * rows, rtol=1e-15)


def test_a_missing_column_is_named(made: Scorer) -> None:
    with pytest.raises(UserError, match="column place is missing"):
        made.score({name: [cell] for name, cell in ROW.items() if name != "place"})


def test_nothing_heavy_is_imported_to_score(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mlops.scoring import scorer;"
        f"made = scorer.load(Path({str(file)!r}));"
        f"made.score({{name: [cell] for name, cell in {ROW!r}.items()}});"
        "print(*{'pandas', 'sklearn', 'skops', 'scipy', 'treelite', 'pyarrow'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.check_output(command, text=True, env=os.environ | IN_PLACE)
    assert found.split() == []
