"""Small tables that scikit-learn carries, one for each task: for trying things and for tests."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops.config.schema import Data
from mlops.data import sources
from mlops.data.partitions import Source
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

GROWERS = ["first", "second", "third"]


def breast_cancer(data: Data) -> Source:
    """Tumours, malignant or not."""

    def table(name: str) -> "pd.DataFrame":
        from sklearn.datasets import load_breast_cancer

        frame = load_breast_cancer(as_frame=True).frame
        frame.columns = frame.columns.str.replace(" ", "_")
        frame["malignant"] = frame.pop("target") == 0
        return numbered(frame)

    return Source(files(data, "breast_cancer.csv"), table)


def wine(data: Data) -> Source:
    """Wines and who grew them."""

    def table(name: str) -> "pd.DataFrame":
        from sklearn.datasets import load_wine

        frame = load_wine(as_frame=True).frame
        frame.columns = frame.columns.str.replace("/", "_")
        frame["grower"] = frame.pop("target").map(dict(enumerate(GROWERS)))
        return numbered(frame)

    return Source(files(data, "wine_data.csv"), table)


def diabetes(data: Data) -> Source:
    """Patients and how their disease progressed."""

    def table(name: str) -> "pd.DataFrame":
        from sklearn.datasets import load_diabetes

        frame = load_diabetes(as_frame=True, scaled=False).frame
        frame = frame.rename(columns={"target": "progression"})
        frame["sex"] = frame["sex"].astype(int).astype("str")
        return numbered(frame)

    return Source(files(data, "diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"), table)


def files(data: Data, *names: str) -> list[Path]:
    """The files of the installed package that a table is read from."""
    if data.start is not None:
        raise UserError(f"data.start: the table {data.name} has no months: set it to null")
    return sources.find_files(data.source, names)


def numbered(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows with their place in the source, from 1 on."""
    return frame.assign(row=range(1, len(frame) + 1))
