"""What the tests of skew share: tables of the three tasks, and what validate says of them."""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlops.config import params
from mlops.config.composition import compose
from mlops.config.schema import Config
from mlops.data import checks, outcome, reference, tables
from mlops.data.outcome import Outcome
from mlops.data.reference import Reference

from baked import PROJECT

ROWS = 1_000
BASE = {
    "binary": "flights",
    "multiclass": "wine",
    "regression": "diabetes",
}
TARGETS: dict[str, dict[str, Any]] = {
    "binary": {"type": "boolean"},
    "multiclass": {"type": "category", "categories": ["a", "b", "c"]},
    "regression": {"type": "number"},
}


def config(
    task: str = "binary", months: bool = False, limits: Mapping[str, Any] | None = None
) -> Config:
    """The template's configuration with a small table of a task; limits may be given."""
    values = compose(PROJECT / "conf", (f"data={BASE[task]}",)).values
    values["data"] |= {
        **{"name": "t", "source": "data/source", "target": "y", "time": "at", "key": ["id"]},
        **{"start": None, "through": None, "resample": "row", "segments": []},
        "identifiers": ["id"],
        "columns": {
            "y": TARGETS[task],
            "at": {"type": "timestamp"},
            "id": {"type": "integer", "minimum": 0},
            "size": {"type": "number", "nullable": True, "minimum": -50},
            "count": {"type": "integer", "maximum": 50},
            "kind": {"type": "category"},
            "shade": {"type": "category", "categories": ["dark", "light"]},
            "flag": {"type": "boolean"},
        },
    }
    if months:
        values["data"] |= {"start": "2013-01", "through": "2013-03"}
    values["split"] = {"name": "hash", "method": "hash", "validation_share": 0.1, "test_share": 0.2}
    values["validation"] |= limits or {}
    return params.typed(values, "conf")


def table(task: str = "binary", seed: int = 0, rows: int = ROWS) -> pd.DataFrame:
    """Rows that are as the configuration declares them."""
    draw = np.random.default_rng(seed)
    target: dict[str, Any] = {
        "binary": draw.random(rows) < 0.3,
        "multiclass": draw.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2]),
        "regression": draw.normal(100, 10, rows),
    }
    size = pd.Series(draw.normal(size=rows)).mask(draw.random(rows) < 0.05)
    return pd.DataFrame(
        {
            "y": target[task],
            "at": pd.Timestamp("2013-01-01") + pd.to_timedelta(np.arange(rows), unit="min"),
            "id": np.arange(rows) + seed * rows,
            "size": size,
            "count": draw.poisson(3, rows),
            "kind": draw.choice(["k", "l", "m"], rows),
            "shade": draw.choice(["dark", "light"], rows),
            "flag": draw.random(rows) < 0.5,
        }
    )


def profiled(config: Config, parts: Mapping[str, pd.DataFrame]) -> checks.Profile:
    """Write partitions to `raw` in the current folder, and profile them."""
    for path in Path("raw").glob("*"):
        path.unlink()
    for name, frame in parts.items():
        tables.write(frame, Path("raw", f"{name}.parquet"))
    paths = sorted(Path("raw").glob("*.parquet"))
    return reduce(checks.Profile.merge, [checks.profile(path, config.data) for path in paths])


def taken(config: Config, **parts: pd.DataFrame) -> Reference:
    """The reference that some partitions make."""
    found = profiled(config, parts)
    return reference.take("t", found.rows, found.columns)


def judged(config: Config, known: Reference | None, **parts: pd.DataFrame) -> Outcome:
    """What validate finds in some partitions."""
    return outcome.outcome(profiled(config, parts), known, config, Path("raw"))


def said(found: Outcome) -> list[str]:
    """The lines of all problems and warnings."""
    return outcome.lines([*found["problems"], *found["warnings"]])
