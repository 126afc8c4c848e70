"""A table is scored whole: each format to each, every column kept, as the scorer itself says."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.predict import source
from mlops.predict.predict import predict
from mlops.scoring.scorer import Scorer, labels
from pyarrow import csv, feather

from machinery.scorers import contract, scorer

HOUSES: dict[str, list[Any]] = {
    "id": ["007", "008", "009", "010"],
    "size": [120.5, None, 0.0, 1000.0],
    "rooms": [4, 1, 2, 12],
    "town": ["Bern", None, "Chur", "Thun"],
    "kind": ["house", "flat", "flat", "house"],
    "garden": [True, False, False, True],
    "sold": [datetime.datetime(2026, 11, day) for day in (1, 2, 3, 4)],
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, table: pa.Table) -> str:
    if name.endswith(".csv"):
        csv.write_csv(table, name)
    elif name.endswith(".parquet"):
        pq.write_table(table, name)
    elif name.endswith(".arrows"):
        with pa.ipc.new_stream(name, table.schema) as file:
            file.write_table(table)
    else:
        feather.write_feather(table, name)
    return name


def read(name: str) -> pa.Table:
    if name.endswith(".csv"):
        return csv.read_csv(name, convert_options=csv.ConvertOptions(strings_can_be_null=True))
    if name.endswith(".parquet"):
        return pq.read_table(name)
    with pa.OSFile(name) as file:
        return (pa.ipc.open_stream if name.endswith("s") else pa.ipc.open_file)(file).read_all()


def expected(task: str) -> np.ndarray:
    return scorer(task).score({name: HOUSES[name] for name in contract(task).features})


@pytest.mark.parametrize("given", ["in.csv", "in.parquet", "in.feather", "in.arrow", "in.arrows"])
@pytest.mark.parametrize("wanted", ["out.csv", "out.parquet", "out.feather", "out.arrows"])
def test_each_format_becomes_each(given: str, wanted: str) -> None:
    write(given, pa.table(HOUSES))
    assert predict(given, wanted, scorer(), "v0.3.0") == 4
    found = read(wanted)
    added = ["score", "predicted", "predicted_by"]
    assert found.column_names == [*HOUSES, *added]
    assert found["score"].to_pylist() == expected("binary").tolist()
    assert found["predicted"].to_pylist() == list(labels(contract("binary"), expected("binary")))
    assert set(found["predicted_by"].to_pylist()) == {"v0.3.0"}
    for name in contract("binary").features:
        assert found[name].to_pylist() == HOUSES[name]
    assert [path.name for path in Path.cwd().iterdir() if path.name.startswith(".")] == []


def test_texts_that_training_did_not_have_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    towns = {"town": [" Bern", "Bern", None, "Chur"]}
    write("in.csv", pa.table(HOUSES | towns))
    assert predict("in.csv", "out.csv", scorer(), "v1") == 4
    expected = "expected a text of the training rows: scored as unknown (2 rows)"
    assert capsys.readouterr().err == f"in.csv: column 'town', row 2: ' Bern', {expected}\n"


def test_what_the_model_does_not_read_comes_through_as_it_is() -> None:
    texts = {name: [str(value) for value in values] for name, values in HOUSES.items()}
    texts |= {"size": ["120.5", "", "0", "1e3"], "town": ["Bern", "", "Chur", "Thun"]}
    texts |= {"price": ["?", "1,0", "", "x"], "sold": ["1.11.26", "", "n/a", "4.11.26"]}
    write("in.csv", pa.table(texts))
    predict("in.csv", "out.csv", scorer(), "v1")
    lines = Path("out.csv").read_text("utf-8").splitlines()
    assert lines[1].startswith('"007",120.5,4,"Bern","house",true,"1.11.26","?",')
    assert lines[2].startswith('"008",,1,,"flat",false,,"1,0",')
    assert lines[3].startswith('"009",0,2,"Chur","flat",false,"n/a",,')


@pytest.mark.parametrize(("unnamed", "kept"), [(1, 1), (2, 0)])
def test_one_column_without_a_name_is_kept(unnamed: int, kept: int) -> None:
    write("plain.csv", pa.table(HOUSES))
    header, *rows = Path("plain.csv").read_text("utf-8").splitlines()
    before = ['"",' * unnamed, *(f"{7 + place}," * unnamed for place in range(len(rows)))]
    lines = map("".join, zip(before, [header, *rows], strict=True))
    Path("in.csv").write_text("\n".join(lines) + "\n", "utf-8")
    predict("in.csv", "out.csv", scorer(), "v1")
    found = read("out.csv")
    assert found.column_names[:-3] == [*[""] * kept, *HOUSES]
    assert not kept or found[""].to_pylist() == [7, 8, 9, 10]


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_what_is_added_for_each_task(task: Any) -> None:
    write("in.parquet", pa.table(HOUSES))
    predict("in.parquet", "out.parquet", scorer(task), "v1")
    added = read("out.parquet").drop([*HOUSES]).to_pydict()
    scores = expected(task)
    assert added.pop("predicted_by") == ["v1"] * 4
    if task == "regression":
        assert added == {"predicted": scores.tolist()}
        return
    assert added.pop("predicted") == list(labels(contract(task), scores))
    if task == "binary":
        assert added == {"score": scores.tolist()}
    else:
        assert list(added) == ["score.low", "score.middle", "score.high"]
        assert np.array_equal(np.stack([*added.values()], axis=1), scores)


def test_rows_are_scored_in_batches_however_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "ROWS", 10)
    sizes: list[int] = []
    inner = scorer("regression")

    class Counting(Scorer):
        def score(self, columns: Mapping[str, Any]) -> np.ndarray:
            sizes.append(len(columns["size"]))
            return inner.score(columns)

    outer = Counting(inner.contract, inner.digest, inner.score)
    table = pa.table({name: values * 8 for name, values in HOUSES.items()})
    with pa.ipc.new_stream("in.arrows", table.schema) as file:
        for batch in [*table.slice(0, 7).to_batches(1), *table.slice(7).to_batches()]:
            file.write_batch(batch)
    assert predict("in.arrows", "out.parquet", outer, "v1") == 32
    assert sizes == [10, 10, 10, 2]
    found = read("out.parquet")
    assert found.drop(["predicted", "predicted_by"]).equals(table)
    assert found["predicted"].to_pylist() == expected("regression").tolist() * 8


def test_other_types_of_arrow_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table(
        {
            "size": pa.array([120, None, 0, 1000], pa.int16()),
            "rooms": pa.array([4.0, 1.0, 2.0, 12.0]),
            "town": pa.array(HOUSES["town"]).dictionary_encode(),
            "kind": pa.array(HOUSES["kind"], pa.large_string()),
            "garden": pa.array(["Yes", "no", "0", "TRUE"]),
        }
    )
    write("in.parquet", table)
    predict("in.parquet", "out.arrow", scorer("regression"), "v1")
    kept = table.to_pydict()
    same = kept | {"garden": [True, False, False, True]}
    assert read("out.arrow")["predicted"].to_pylist() == scorer("regression").score(same).tolist()
    assert read("out.arrow").drop(["predicted", "predicted_by"]).to_pydict() == kept


@pytest.mark.parametrize("wanted", ["out.csv", "out.parquet", "out.arrow", "out.arrows"])
def test_categories_whose_codes_differ_from_batch_to_batch(
    wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "ROWS", 2)
    parts = [pa.table(HOUSES).slice(place, 2) for place in (0, 2)]
    encoded = [
        part.set_column(3, "town", part["town"].combine_chunks().dictionary_encode())
        for part in parts
    ]
    with pa.ipc.new_stream("in.arrows", encoded[0].schema) as file:
        for part in encoded:
            file.write_table(part)
    assert predict("in.arrows", wanted, scorer("regression"), "v1") == 4
    assert read(wanted)["town"].to_pylist() == HOUSES["town"]
    assert read(wanted)["predicted"].to_pylist() == expected("regression").tolist()


def test_no_number_is_null() -> None:
    sizes = pa.array([np.nan, 1.0, 2.0, 3.0], from_pandas=False)
    write("in.parquet", pa.table(HOUSES | {"size": sizes}))
    predict("in.parquet", "out.parquet", scorer("regression"), "v1")
    columns = {name: HOUSES[name] for name in contract("regression").features}
    scores = scorer("regression").score(columns | {"size": [None, 1.0, 2.0, 3.0]})
    assert read("out.parquet")["predicted"].to_pylist() == scores.tolist()


def test_a_table_may_take_the_place_of_itself() -> None:
    write("in.parquet", pa.table(HOUSES))
    predict("in.parquet", "in.parquet", scorer(), "v1")
    assert read("in.parquet")["score"].to_pylist() == expected("binary").tolist()


def test_cells_may_stand_between_tabs() -> None:
    csv.write_csv(pa.table(HOUSES), "in.tsv", csv.WriteOptions(delimiter="\t"))
    assert predict("in.tsv", "out.parquet", scorer(), "v1") == 4
    found = read("out.parquet")
    assert found.column_names[: len(HOUSES)] == list(HOUSES)
    assert found["score"].to_pylist() == expected("binary").tolist()
