"""What scoring a table costs: `mlops predict` beside scikit-learn's own prediction in chunks.

uv run python benchmarks/predict.py [ROWS ...]

Both read a Parquet file of 20 columns and write one, each in a process of its own, in turns. The
peer holds a chunk of the table at a time as pandas, and has its model from joblib.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import workload
from timing import HIDDEN, shell

SIZES = (1_000_000, 10_000_000)
TRAINED_ON = 100_000
ROUNDS = 5
QUIET = {"OMP_WAIT_POLICY": "passive"}  # a thread that waits costs nothing
DUMP = "import joblib; from mlops.model import persistence; from pathlib import Path;"
DUMP += "joblib.dump(persistence.load(Path('models/model.skops')), 'model.joblib')"
PEER = """
import sys

import joblib
import pyarrow as pa
import pyarrow.parquet as pq

pipeline = joblib.load("model.joblib")
source = pq.ParquetFile(sys.argv[1])
writer = None
for batch in source.iter_batches(100_000):
    frame = batch.to_pandas()
    frame["score"] = pipeline.predict_proba(frame[pipeline.feature_names_in_])[:, 1]
    frame["predicted"] = frame["score"] >= 0.5
    table = pa.Table.from_pandas(frame, preserve_index=False)
    writer = writer or pq.ParquetWriter(sys.argv[2], table.schema)
    writer.write_table(table)
writer.close()
"""
COMMANDS = {
    "scikit-learn in chunks": [".venv/bin/python", "peer.py"],
    "`mlops predict`": [".venv/bin/mlops", "predict"],
}


def main() -> None:
    """Train on a synthetic table, and score others."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        project = workload.project(Path(folder), TRAINED_ON)
        shell("uv run dvc repro", project)
        shell(f'.venv/bin/python -c "{DUMP}"', project)
        (project / "peer.py").write_text(PEER)
        print("| rows | | wall s | CPU s | peak MiB | CPU ratio |\n|---|---|---|---|---|---|")
        for size in sizes:
            shell(f".venv/bin/python {Path(__file__)} make {size}", project)
            compare(project, size)


def make(size: int) -> None:
    """Write a table of so many rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for place, name in enumerate(workload.months(size // workload.LARGEST)):
        frame = workload.table(place, name, workload.LARGEST)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pq.ParquetWriter(f"{size}.parquet", table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def compare(project: Path, size: int) -> None:
    """Time both in turns; print their medians."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(max(1, ROUNDS * SIZES[0] // size)):
        for name, command in COMMANDS.items():
            found[name].append(run([*command, f"{size}.parquet", "scored.parquet"], project))
    first, *_ = found.values()
    for name, runs in found.items():
        wall, cpu, peak = (statistics.median(values) for values in zip(*runs, strict=True))
        ratio = statistics.median(a[1] / b[1] for a, b in zip(first, runs, strict=True))
        print(
            f"| {size:,} | {name} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {ratio:.2f} |", flush=True
        )


def run(command: list[str], project: Path) -> tuple[float, float, float]:
    """Run a command: wall and processor seconds, peak memory in MiB."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN} | QUIET
    quiet, start = subprocess.DEVNULL, time.perf_counter()
    process = subprocess.Popen(command, cwd=project, env=kept, stdout=quiet, stderr=quiet)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} ended with {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(int(sys.argv[2]))
    else:
        main()
