"""A generated project with a synthetic table: 20 columns, in months of equally many rows."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from timing import shell

if TYPE_CHECKING:
    import pandas as pd

TEMPLATE = Path(__file__).parent.parent
LARGEST = 100_000  # rows of a month
LEAST = 10  # months
NUMBERS = [f"number_{place}" for place in range(12)]
CATEGORIES = [f"category_{place}" for place in range(4)]

CONFIG = """\
defaults:
  - override /split@_global_.split: time
  - override /evaluation@_global_.evaluation: binary
  - override /gate@_global_.gate: binary
  - _self_
name: synthetic
task: binary
source: data/source
reader: null
reading: null
start: "2001-01"
through: "{through}"
target: positive
time: moment
key: [row]
group: null
resample: day
segments: [category_0]
identifiers: [row]
columns:
  positive: {{type: boolean}}
  moment: {{type: timestamp}}
  row: {{type: integer, minimum: 0}}
  flag: {{type: boolean}}
{columns}"""


def project(folder: Path, rows: int) -> Path:
    """Bake a project below a folder, and give it a table of so many rows."""
    shell(f"cookiecutter {TEMPLATE} --no-input", folder)
    made = folder / "late-flights"
    shell("uv sync", made)
    size = min(LARGEST, rows // LEAST)
    names = months(rows // size)
    kinds = [*(f"{name}: {{type: number, nullable: true}}" for name in NUMBERS)]
    kinds += [f"{name}: {{type: category}}" for name in CATEGORIES]
    config = CONFIG.format(through=names[-1], columns="".join(f"  {kind}\n" for kind in kinds))
    (made / "conf/data/synthetic.yaml").write_text(config)
    edit(made / "conf/config.yaml", "- data: flights", "- data: synthetic")
    shell(f".venv/bin/python {Path(__file__)} {len(names)} {size}", made)
    return made


def months(count: int) -> list[str]:
    """The names of so many months, from January 2001 on."""
    return [f"{2001 + place // 12}-{place % 12 + 1:02d}" for place in range(count)]


def write(names: list[str], size: int) -> None:
    """Write months of so many rows to `data/source`, the same each time."""
    for place, name in enumerate(names):
        table(place, name, size).to_parquet(Path("data/source", f"{name}.parquet"), index=False)


def table(place: int, name: str, size: int) -> "pd.DataFrame":
    """A month of so many rows, by its place and its name."""
    import numpy as np
    import pandas as pd

    draw = np.random.default_rng(place)
    numbers = draw.normal(size=(size, len(NUMBERS)))
    codes = draw.integers(0, 50, size=(size, len(CATEGORIES)))
    signal = numbers[:, 0] + numbers[:, 1] * numbers[:, 2] + (codes[:, 0] % 5 - 2) / 2
    numbers[draw.random(numbers.shape) < 0.02] = np.nan
    start = np.datetime64(f"{name}-01T00:00:00")
    minutes = np.sort(draw.integers(0, 28 * 24 * 60, size))
    frame = pd.DataFrame(numbers, columns=NUMBERS)
    for column, values in zip(CATEGORIES, codes.T, strict=True):
        frame[column] = pd.Series(values).map(lambda code: f"value {code}")
    frame["positive"] = signal + draw.normal(size=size) > 1
    frame["flag"] = draw.random(size) < 0.5
    frame["moment"] = start + minutes.astype("timedelta64[m]")
    frame["row"] = np.arange(place * size, (place + 1) * size)
    return frame


def edit(path: Path, old: str, new: str) -> None:
    """Replace text that has to be there exactly once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path}: {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


if __name__ == "__main__":
    write(months(int(sys.argv[1])), int(sys.argv[2]))
