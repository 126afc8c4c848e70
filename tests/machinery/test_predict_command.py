"""`mlops predict` as a process: files, pipes, kills; and what it says is what scikit-learn says."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlops.model.tasks import task as tasks
from pyarrow import csv

from baked import IN_PLACE, PROJECT, environment
from machinery import exporting

Ran = subprocess.CompletedProcess[bytes]
PREDICT = [sys.executable, "-m", "mlops", "predict"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scorer and a table; not to be changed."""
    folder = tmp_path_factory.mktemp("linear")
    config, frame = exporting.config("binary", "linear"), exporting.table("binary")
    (folder / "models").mkdir()
    pipeline = exporting.fitted(config, frame)
    scorer = exporting.exported(config, frame, pipeline, folder / "models")
    output = {"path": "models/scorer.zip", "md5": scorer.digest}
    lock = {"schema": "2.0", "stages": {"export": {"cmd": "export", "outs": [output]}}}
    (folder / "dvc.lock").write_text(json.dumps(lock), "utf-8")
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "in.parquet")
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), folder / "in.csv")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the current folder."""
    monkeypatch.chdir(shutil.copytree(made, tmp_path / "project"))
    return Path.cwd()


def run(*arguments: str, given: bytes = b"", check: bool = True) -> Ran:
    ran = subprocess.run(
        [*PREDICT, *arguments], input=given, capture_output=True, env=environment() | IN_PLACE
    )
    assert not check or ran.returncode == 0, ran.stderr.decode()
    return ran


def test_through_pipes_as_through_files(folder: Path) -> None:
    done = run("in.csv", "out.csv")
    assert done.stdout.decode().startswith("3,000 rows scored by model ")
    piped = run("-", "-", given=Path("in.csv").read_bytes())
    assert piped.stdout == Path("out.csv").read_bytes()
    assert piped.stderr == done.stdout
    scores = csv.read_csv("out.csv")["score"].to_pylist()
    parquet = run("in.csv", "-", "--format", "parquet").stdout
    assert pq.read_table(io.BytesIO(parquet))["score"].to_pylist() == scores
    arrow = run("-", "-", "--format", "arrow", given=as_stream(read())).stdout
    assert pa.ipc.open_stream(arrow).read_all()["score"].to_pylist() == scores
    assert not list(folder.glob(".*"))


def read() -> pa.Table:
    return pq.read_table("in.parquet")


def as_stream(table: pa.Table) -> bytes:
    with pa.BufferOutputStream() as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def test_a_bad_row_in_a_pipe_lets_nothing_through(folder: Path) -> None:
    lines = Path("in.csv").read_text("utf-8").splitlines()
    cells = lines[2900].split(",")
    cells[lines[0].split(",").index('"whole"')] = "many"
    lines[2900] = ",".join(cells)
    ran = run("-", "-", given="\n".join(lines).encode(), check=False)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.decode() == (
        "standard input: column 'whole', row 2,901: 'many', expected a whole number (1 row)\n"
    )


def test_an_odd_text_in_a_pipe_is_told_beside_the_rows(folder: Path) -> None:
    table = read()
    kinds = [" odd", *table["kind"].to_pylist()[1:]]
    place = table.column_names.index("kind")
    csv.write_csv(table.set_column(place, "kind", [kinds]), "odd.csv")
    ran = run("-", "-", given=Path("odd.csv").read_bytes())
    assert ran.stdout.count(b"\n") == 3001
    expected = "expected a text of the training rows: scored as unknown (1 row)"
    told = ran.stderr.decode().splitlines()[0]
    assert told == f"standard input: column 'kind', row 2: ' odd', {expected}"


def test_a_pipe_of_another_format_is_told_the_option(folder: Path) -> None:
    pq.write_table(read(), "in.parquet")
    ran = run("-", "-", given=Path("in.parquet").read_bytes(), check=False)
    assert ran.stderr.decode() == ("standard input: this is a Parquet file: say --format parquet\n")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_leaves_what_was_there(folder: Path, how: signal.Signals) -> None:
    table = read()
    with pq.ParquetWriter("large.parquet", table.schema) as writer:
        for _ in range(600):
            writer.write_table(table)
    Path("out.parquet").write_text("before", "utf-8")
    process = subprocess.Popen(
        [*PREDICT, "large.parquet", "out.parquet"],
        env=environment() | IN_PLACE,
        stderr=subprocess.PIPE,
    )
    patience = time.monotonic() + 60
    while not list(folder.glob(".out.parquet.*.tmp")) and time.monotonic() < patience:
        time.sleep(0.01)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"Traceback" not in said
    assert Path("out.parquet").read_text("utf-8") == "before"
    if how == signal.SIGINT:
        assert not list(folder.glob(".*"))
    assert run("large.parquet", "out.parquet").stdout.startswith(b"1,800,000 rows")
    assert pq.read_metadata("out.parquet").num_rows == 1_800_000


def test_a_file_that_is_written_as_a_project_s_own(folder: Path) -> None:
    """As `data.reading` in params.yaml says: decimal commas, semicolons, another header."""
    shutil.copy(PROJECT / "params.yaml", folder)
    text = Path("params.yaml").read_text("utf-8")
    reading = (
        '{delimiter: ";", nulls: ["-"], columns: {share: {decimal: ",", header: Anteil},'
        " flag: {'true': [ja], 'false': [nein]}}}"
    )
    columns = "    share: {type: number}\n    flag: {type: boolean}\n"
    text = text.replace("  reading: null\n", f"  reading: {reading}\n")
    text = text.replace("  columns:\n", f"  columns:\n{columns}")
    Path("params.yaml").write_text(text, "utf-8")
    frame = read().to_pandas().astype({"count": "Int64"})
    written = frame.drop(columns=["share", "flag"]).assign(
        Anteil=frame["share"].map(lambda value: f"{value!r}".replace(".", ",")),
        flag=frame["flag"].map({True: "JA", False: "nein"}),
    )
    written.to_csv("own.csv", sep=";", na_rep="-", index=False)
    run("own.csv", "out.parquet")
    run("in.parquet", "plain.parquet")
    found = pq.read_table("out.parquet")
    assert found["score"].equals(pq.read_table("plain.parquet")["score"])
    assert found.column_names == [*written.columns, "score", "predicted", "predicted_by"]
    assert found["Anteil"].to_pylist() == frame["share"].to_list()


MODELS = [
    ("binary", "hist_gradient_boosting"),
    ("multiclass", "random_forest"),
    ("regression", "linear"),
]


@pytest.mark.parametrize(("task", "model"), MODELS)
def test_it_says_what_scikit_learn_says(tmp_path: Path, task: Any, model: str) -> None:
    from mlops.predict.predict import predict

    config = exporting.config(task, model, *exporting.few_trees(model))
    frame = exporting.table(task)
    pipeline = exporting.fitted(config, frame)
    scorer = exporting.exported(config, frame, pipeline, tmp_path)
    rows = exporting.table(task, rows=100_000, seed=7)
    rows.loc[::50, "place"] = "somewhere else"
    rows.loc[::70, ["kind", "number", "count"]] = None
    given, wanted = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), given)
    predict(str(given), str(wanted), scorer, "v1")
    found = pd.read_parquet(wanted)
    features = list(config.data.features)
    expected = tasks.predict(task, pipeline, rows[features], config.data.classes)
    if task == "regression":
        assert np.allclose(found["predicted"], expected, rtol=1e-6, atol=1e-6)
    elif task == "binary":
        assert np.abs(found["score"] - expected).max() <= 1e-6
        assert (found["predicted"] == (expected >= 0.5)).all()
    else:
        scores = found[[f"score.{name}" for name in config.data.classes]].to_numpy()
        assert np.abs(scores - expected).max() <= 1e-6
        likeliest = [config.data.classes[place] for place in expected.argmax(axis=1)]
        assert (found["predicted"] == likeliest).all()
    assert os.listdir(tmp_path).count("out.parquet") == 1
