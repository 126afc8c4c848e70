"""A plot as data: its points, and how they are to be drawn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Plot(NamedTuple):
    """Points, the columns that are drawn as x and y, and the column that tells lines apart.

    `diagonal` is where x and y are equal: what a perfect or, of a ROC curve, a blind model gives.
    Of points, the series `joined` is a line all the same. `log` is for x, which is above 0 then.
    A matrix has the columns `x`, `y` and `rows`; bars may have `low` and `high`, their intervals; a
    histogram has `end`, where the bin that begins at x ends.
    """

    title: str
    kind: Literal["line", "points", "bars", "matrix", "histogram"]
    x: str
    y: str
    points: "pd.DataFrame | Mapping[str, Sequence[Any] | np.ndarray]"
    series: str | None = None
    diagonal: bool = False
    joined: str | None = None
    log: bool = False
