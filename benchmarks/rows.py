"""What the stages over rows cost as rows become more: processor time and peak memory.

uv run python benchmarks/rows.py [ROWS ...]
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import workload
from pipeline import CLEAN, SCRIPT
from timing import HIDDEN, shell

SIZES = (100_000, 1_000_000, 10_000_000)
ROUNDS = 3
STAGES = ("ingest", "validate", "split")


def main() -> None:
    """Make a project for each size, and run the stages in turns, all in one process."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        projects = {}
        for size in sizes:
            here = Path(folder, str(size))
            here.mkdir()
            projects[size] = workload.project(here, size)
            (projects[size] / "bare.py").write_text(SCRIPT)
            shell(".venv/bin/python bare.py compose ingest", projects[size])  # bytecode
        found: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
        for _ in range(ROUNDS):
            for size, project in projects.items():
                shell(CLEAN, project)
                found[size].append(run(project))
    print("| rows | CPU s | CPU µs a row | peak MiB |\n|---|---|---|---|")
    for size, runs in found.items():
        cpu, peak = (statistics.median(values) for values in zip(*runs, strict=True))
        print(f"| {size:,} | {cpu:.1f} | {cpu / size * 1e6:.1f} | {peak:.0f} |")


def run(project: Path) -> tuple[float, float]:
    """Run the stages; processor seconds and peak memory in MiB."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    process = subprocess.Popen(
        [".venv/bin/python", "bare.py", *STAGES],
        cwd=project,
        env=kept,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{project}: the stages ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
