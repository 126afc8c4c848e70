"""What ingest of a CSV file costs, against Arrow alone: time and peak memory.

uv run python benchmarks/ingest.py [MEGABYTES ...]

Arrow streams the file to one Parquet file, with the same compression. Ingest also brings each
column to its declared type, checks the rows, and writes a million rows, or a month, to a file.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import HIDDEN

MACHINERY = Path(__file__).parent.parent / "{{cookiecutter.__slug}}/src"
SIZES = (100, 1000)
ROUNDS = 3
BLOCK = 100_000  # rows that are made at a time
KINDS = ("arrow", "parts", "months")


def main() -> None:
    """Make a file of each size; read it in turns, each time in a process of its own."""
    print("| MB | | wall s | CPU s | peak MiB | wall ratio | CPU ratio |")
    print("|---|---|---|---|---|---|---|")
    for size in [int(size) for size in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "data/source").mkdir(parents=True)
            made = subprocess.run([sys.executable, __file__, "make", str(size)], cwd=folder)
            made.check_returncode()
            runs: dict[str, list[tuple[float, ...]]] = {kind: [] for kind in KINDS}
            for _ in range(ROUNDS + 1):
                for kind in KINDS:
                    runs[kind].append(run(kind, Path(folder)))
            for kind, found in runs.items():
                pairs = zip(found[1:], runs["arrow"][1:], strict=True)  # the first one warms up
                ratios = zip(*((a[0] / b[0], a[1] / b[1]) for a, b in pairs), strict=True)
                wall, cpu, peak = map(statistics.median, zip(*found[1:], strict=True))
                wall_ratio, cpu_ratio = map(statistics.median, ratios)
                figures = f"{wall:.1f} | {cpu:.1f} | {peak:.0f} | {wall_ratio:.2f}"
                name = "Arrow alone" if kind == "arrow" else kind
                print(f"| {size:,} | {name} | {figures} | {cpu_ratio:.2f} |", flush=True)


def run(kind: str, folder: Path) -> tuple[float, ...]:
    """Read the file once: seconds by the clock, processor seconds, peak memory in MiB."""
    shutil.rmtree(folder / "data/raw", ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    kept |= {"PYTHONPATH": str(MACHINERY), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, kind],
        cwd=folder,
        env=kept,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{kind} ended with {status}")
    wall = time.perf_counter() - start
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def make(size: int) -> None:
    """Write so many megabytes: numbers, integers, categories, truths, times, nulls."""
    import numpy as np
    import pandas as pd

    with Path("data/source/table.csv").open("w") as file:
        place = 0
        while file.tell() < size * 1_000_000:
            draw = np.random.default_rng(place)
            frame = pd.DataFrame({"row": np.arange(place, place + BLOCK)})
            minutes = np.sort(draw.integers(0, 365 * 24 * 60, BLOCK))
            frame["moment"] = np.datetime64("2001-01-01T00:00:00") + minutes * np.timedelta64(60)
            for name in range(8):
                values = draw.normal(size=BLOCK)
                values[draw.random(BLOCK) < 0.02] = np.nan
                frame[f"number_{name}"] = values.round(6)
            for name in range(4):
                frame[f"count_{name}"] = draw.integers(0, 10_000, BLOCK)
            for name in range(4):
                codes = pd.Series(draw.integers(0, 50, BLOCK))
                frame[f"category_{name}"] = codes.map(lambda code: f"value {code}")
            frame["positive"] = draw.random(BLOCK) < 0.5
            frame["flag"] = draw.random(BLOCK) < 0.5
            frame.to_csv(file, index=False, header=place == 0)
            place += BLOCK


def arrow() -> None:
    """Let Arrow stream the file to Parquet."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    Path("data/raw").mkdir()
    batches = csv.open_csv("data/source/table.csv")
    with pq.ParquetWriter("data/raw/all.parquet", batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def ingest(window: tuple[str, str] | None) -> None:
    """Do what the stage does."""
    from mlops.config.schema import Column, Data
    from mlops.data.reading import snapshots

    columns = {"row": Column(type="integer"), "moment": Column(type="timestamp")}
    columns |= {f"number_{name}": Column(type="number", nullable=True) for name in range(8)}
    columns |= {f"count_{name}": Column(type="integer") for name in range(4)}
    columns |= {f"category_{name}": Column(type="category") for name in range(4)}
    columns |= {"positive": Column(type="boolean"), "flag": Column(type="boolean")}
    start, through = window or (None, None)
    table = Data(
        name="table",
        task="binary",
        source="data/source/table.csv",
        start=start,
        through=through,
        target="positive",
        time="moment",
        key=["row"],
        group=None,
        resample="row",
        segments=[],
        identifiers=["row"],
        columns=columns,
    )
    snapshots.update(Path("data/raw"), table, "code")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", size]:
            make(int(size))
        case ["arrow"]:
            arrow()
        case ["parts"]:
            ingest(None)
        case ["months"]:
            ingest(("2001-01", "2001-12"))
        case _:
            main()
