"""Small tables that scikit-learn carries, one for each task: for trying things and for tests."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.config.explain import nearest
from mlops.config.schema import Data
from mlops.data import sources
from mlops.data.partitions import Source
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

NUCLEUS = [
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave_points", "symmetry", "fractal_dimension"),
]
BREAST_CANCER = [
    *(f"mean_{name}" for name in NUCLEUS),
    *(f"{name}_error" for name in NUCLEUS),
    *(f"worst_{name}" for name in NUCLEUS),
]
WINE = [
    *("alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols"),
    *("flavanoids", "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue"),
    *("od280_od315_of_diluted_wines", "proline"),
]
GROWERS = ["first", "second", "third"]
DIABETES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]


def read(data: Data) -> Source:
    """The files of the table that has the data's name, and how it is made."""
    tables = {"breast_cancer": breast_cancer, "diabetes": diabetes, "wine": wine}
    if data.name not in tables:
        near = nearest(data.name, list(tables))
        raise UserError(f"data.name: scikit-learn carries no table {data.name!r}; {near}")
    return tables[data.name](data)


def newest(data: Data) -> None:
    """They have no months."""


def breast_cancer(data: Data) -> Source:
    """Tumours, malignant or not."""
    (path,) = files(data, "breast_cancer.csv")

    def table(name: str) -> "pd.DataFrame":
        frame = read_plain(path, [*BREAST_CANCER, "malignant"], skiprows=1)
        return frame.assign(malignant=frame["malignant"] == 0)

    return Source([path], table)


def wine(data: Data) -> Source:
    """Wines and who grew them."""
    (path,) = files(data, "wine_data.csv")

    def table(name: str) -> "pd.DataFrame":
        frame = read_plain(path, [*WINE, "grower"], skiprows=1)
        return frame.assign(grower=frame["grower"].map(dict(enumerate(GROWERS))))

    return Source([path], table)


def diabetes(data: Data) -> Source:
    """Patients and how their disease progressed."""
    paths = files(data, "diabetes_data_raw.csv.gz", "diabetes_target.csv.gz")

    def table(name: str) -> "pd.DataFrame":
        frame = read_plain(paths[0], DIABETES, sep=" ")
        target = read_plain(paths[1], ["progression"])["progression"]
        return frame.assign(progression=target, sex=frame["sex"].astype("str"))

    return Source(paths, table)


def read_plain(path: Path, columns: list[str], **how: Any) -> "pd.DataFrame":
    """Read a file without names of columns; `row` is a row's place in it, from 1 on."""
    import pandas as pd

    frame: pd.DataFrame = pd.read_csv(path, header=None, names=columns, **how)
    return frame.assign(row=range(1, len(frame) + 1))


def files(data: Data, *names: str) -> list[Path]:
    """The files of the installed package that a table is read from."""
    if data.start is not None:
        raise UserError(f"data.start: the table {data.name} has no months: set it to null")
    return sources.find_files(data.source, names)
