"""A table of one's own, by hand: a file in data/source and a config that says what it is."""

from pathlib import Path

import numpy as np

from baked import BakedProject, copy

CONFIG = """\
defaults:
  - override /split@_global_.split: hash
  - override /evaluation@_global_.evaluation: regression
  - override /gate@_global_.gate: regression
  - _self_
name: houses
task: regression
source: data/source/houses.csv
reader: null
reading:
  encoding: cp1252
  delimiter: ";"
  columns:
    price: {header: Preis (€), decimal: ",", thousands: "."}
    area: {header: Größe m², decimal: ","}
    sold_on: {header: Verkauft am, format: "%d.%m.%Y"}
    garden: {header: Garten, "true": [ja], "false": [nein]}
    place: {header: Ort}
start: null
through: null
target: price
time: sold_on
key: [row]
group: null
resample: row
segments: [place]
identifiers: [row]
columns:
  price: {type: number, minimum: 0}
  row: {type: integer, minimum: 1}
  sold_on: {type: timestamp}
  area: {type: number, nullable: true, minimum: 0}
  garden: {type: boolean}
  place: {type: category, categories: [Köln, Bonn]}
"""
PRODUCTS = ("data/raw", "data/prepared", "models", "reports")


def houses(rows: int) -> str:
    """Prices of houses, as a German office would write them."""
    draw = np.random.default_rng(1)
    lines = ["Nr.;Ort;Größe m²;Garten;Verkauft am;Preis (€)"]
    for number in range(rows):
        area, garden, place = (
            draw.normal(120, 30),
            draw.random() < 0.5,
            draw.choice(["Köln", "Bonn"]),
        )
        price = f"{2000 * area + 30_000 * garden + draw.normal(0, 9000):,.2f}"
        price = price.translate(str.maketrans(",.", ".,"))
        size = f"{area:.1f}".replace(".", ",") if draw.random() < 0.95 else ""
        day = f"{draw.integers(1, 28):02d}.{draw.integers(1, 12):02d}.2013"
        lines.append(f"{number};{place};{size};{['Nein', 'ja'][garden]};{day};{price}")
    return "\n".join(lines) + "\n"


def test_a_table_of_ones_own(installed: BakedProject, tmp_path: Path) -> None:
    project = copy(installed, tmp_path)
    table = project.path / "data/source/houses.csv"
    table.write_text(houses(800), "cp1252")
    (project.path / "conf/data/houses.yaml").write_text(CONFIG, "utf-8")
    project.edit("conf/config.yaml", "- data: flights", "- data: houses")
    project.edit("conf/config.yaml", "- model: hist_gradient_boosting", "- model: linear")
    for file in ("flights", "bundled"):  # nothing else needs the starter
        (project.path / f"src/late_flights/readers/{file}.py").unlink()
    (project.path / "tests/test_flights.py").unlink()

    assert "data/raw/part-0001.parquet: 800 rows ingested" in project.run("dvc", "repro").out
    report = project.json("reports/metrics.json")
    assert report["test"]["r2"]["low"] > 0.8 > report["baseline"]["r2"]["value"]
    assert project.run("dvc", "repro").stages == []
    project.run("pytest")
    newest = project.run("python", "-m", "mlops.monitor.period", check=False)
    assert newest.err.startswith("data.start: the table houses has no months to move on to: ")
    project.commit("Houses")

    before = project.snapshot(*PRODUCTS)
    rows = table.read_text("cp1252").splitlines()
    rows[500] = rows[500].rpartition(";")[0] + ";auf Anfrage"
    table.write_text("\n".join(rows) + "\n", "cp1252")
    ran = project.run("dvc", "repro", check=False)
    assert ran.code != 0
    assert "Traceback" not in ran.text
    where = "data/source/houses.csv: column 'Preis (€)', row 501"
    line = f"{where}: 'auf Anfrage', expected a number such as 1.234,5 (1 row)"
    assert line in ran.err.splitlines()
    assert project.snapshot(*PRODUCTS) == before
