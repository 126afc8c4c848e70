"""The page of a run: whole, alone, and harmless."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from mlops.config import composition, record
from mlops.errors import UserError
from mlops.files import write_json
from mlops.model.plot import Plot
from mlops.model.plots import write_plots
from mlops.run import page, reports

from baked import PROJECT

HOSTILE = "</table><script src=//evil.example></script><img src=x onerror=alert(1)>"
TASKS = {
    "flights": ("roc_auc", "log_loss", "recall"),
    "wine": ("f1_macro", "roc_auc_ovr", "accuracy"),
    "diabetes": ("r2", "rmse", "median_absolute_error"),
}


class Page(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def written(folder: Path, data: str, name: str = "AA") -> Page:
    """The page of a run on one of the data sets; a segment, a class and a column have a name."""
    values = composition.compose(PROJECT / "conf", (f"data={data}",)).values
    record.write(values, frozenset(), folder / "params.yaml")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    write_json(Path("reports/metrics.json"), metrics(TASKS[data], name))
    column = values["data"]["target"]
    validation = {"rows": 1234, "partitions": {"2013-01": 617, "2013-02": 617}, "nulls": {}}
    found = {"rows": 617, "nulls": 0, "quantiles": [25.0, 100.0, 346.0]}
    validation |= {"columns": {"2013-01": {column: found}}, "classes": {name: 617, "other": 617}}
    write_json(Path("reports/validation.json"), validation)
    importance = {"column": name, "value": 0.123, "low": 0.1, "high": 0.15}
    leak = {"column": name, "metric": "r2", "value": 0.987}
    explanation = {"metric": "r2", "rows": 99, "importance": [importance], "leaks": [leak]}
    lines = [{"x": x, "y": 0.5, "class": one} for x in (1, 2.5) for one in (name, "other")]
    explanation |= {"dependence": {name: lines, "hour": [{"x": "AA", "y": 1}]}}
    write_json(Path("reports/explanation.json"), explanation)
    points: dict[str, list[Any]] = {"value": [0.1], "column": [name]}
    write_plots({"bars": Plot("Bars", "bars", "value", "column", points)}, Path("reports"))
    run = {"started": "2026-11-21T11:44:21Z", "seconds": 7.4, "by": name, "python": "3.11.9"}
    run |= {"problems": [], "commit": "c" * 40, "edited": True, "libraries": {"numpy": "2.4.1"}}
    write_json(Path("reports/run.json"), {"train": run, "evaluate": run | {"seconds": 2.5}})
    page.page()
    return Page(Path("reports/report.html").read_text("utf-8"))


def metrics(names: tuple[str, ...], part: str) -> dict[str, Any]:
    def figures(start: float) -> dict[str, dict[str, float]]:
        values = {name: start + place / 100 for place, name in enumerate(names)}
        return {
            name: {"value": value, "low": value - 0.004, "high": value + 0.004}
            for name, value in values.items()
        }

    return {
        "test": figures(0.712),
        "baseline": figures(0.212),
        "segments": {"carrier": {part: figures(0.512) | {"rows": 345}}},
        "classes": {part: figures(0.612) | {"rows": 456}},
        "calibration": {"error": 0.01, "bins": [{"rows": 678, "predicted": 0.1, "observed": 0.1}]},
    }


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("data", TASKS)
def test_it_holds_every_figure(here: Path, data: str) -> None:
    found = written(here, data)
    text = found.text.replace("\N{NO-BREAK SPACE}", " ")
    for place, name in enumerate(TASKS[data]):
        for start in (0.712, 0.212, 0.512, 0.612):
            value = start + place / 100
            assert f"{value:.3f} ({value - 0.004:.3f} to {value + 0.004:.3f})" in text, name
        assert name in text
    for said in ("345", "456", "678", "1,234", "0.123 (0.100 to 0.150)", "0.987", "7.4", "2.5"):
        assert said in text
    for said in ("3.11.9", "2.4.1", "cccccccc", "2026-11-21 11:44", f"data.name{data}"):
        assert said in text
    assert found.tags.count("svg") == 6  # headline, one plot, three of the explanation, times


def test_it_opens_without_network_and_script(here: Path) -> None:
    found = written(here, "flights")
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(found.tags)
    assert found.tags.count("style") == 1
    loading = {"src", "href", "xlink:href", "srcset", "action"}
    assert not loading & {name for name, _ in found.attributes}
    text = Path("reports/report.html").read_text("utf-8")
    assert "url(" not in text
    assert "@import" not in text
    assert text.replace('xmlns="http://www.w3.org/2000/svg"', "").count("http") == 1  # http-equiv


def test_foreign_names_change_no_element(here: Path) -> None:
    plain, hostile = written(here, "wine"), written(here, "wine", HOSTILE)
    assert [tag for tag in hostile.tags if tag != "wbr"] == [
        tag for tag in plain.tags if tag != "wbr"
    ]
    assert "<script src=//evil.example>" in hostile.text


def test_it_is_written_where_only_git_has_been(here: Path) -> None:
    written(here, "wine")
    for name in ("validation", "explanation", "run"):
        Path(f"reports/{name}.json").unlink()
    page.write()
    assert "uv run dvc pull" in Path("reports/report.html").read_text("utf-8")
    Path("reports/metrics.json").unlink()
    with pytest.raises(UserError, match=r"metrics.json is missing: `uv run dvc repro`"):
        page.write()


def test_training_is_drawn_from_its_log(here: Path) -> None:
    reports.WATCHED.mkdir(parents=True)
    (reports.WATCHED / "validation_rmse.tsv").write_text(
        "step\tvalidation_rmse\n0\t3.0\n1\t2.5\n", "utf-8"
    )
    found = written(here, "diabetes")
    assert "validation rmse" in found.text
    assert json.loads(Path("reports/run.json").read_text())["train"]["seconds"] == 7.4
