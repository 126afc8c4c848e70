"""Write plots: points as CSV, a picture, and `reports/dvc.yaml`, which tells DVC how to draw."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from mlops.files import write_text
from mlops.model.plot import Plot
from mlops.pictures import picture

TEMPLATES = {
    "line": "linear",
    "points": "scatter",
    "bars": "bar_horizontal",
    "matrix": "confusion_counts",
    "histogram": "linear",
}


def write_plots(plots: Mapping[str, Plot], folder: Path) -> None:
    """Write `plots/NAME.csv` and `.svg` below the folder; the plots of another task go."""
    import pandas as pd

    directory = folder / "plots"
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.iterdir():
        if path.stem not in plots:
            path.unlink()
    for name, plot in plots.items():
        points = pd.DataFrame(plot.points)
        text = points.to_csv(index=False, float_format="%.6f", lineterminator="\n")
        write_text(directory / f"{name}.csv", text)
        write_text(directory / f"{name}.svg", picture.draw(plot))
    declared = [{f"plots/{name}.csv": declaration(plot)} for name, plot in plots.items()]
    text = yaml.safe_dump({"plots": declared}, sort_keys=False, width=100)
    write_text(folder / "dvc.yaml", f"# Written by the stage that drew these plots.\n{text}")


def declaration(plot: Plot) -> dict[str, Any]:
    """How DVC draws a plot."""
    return {"title": plot.title, "x": plot.x, "y": plot.y, "template": TEMPLATES[plot.kind]}
