"""What validating costs: the whole stage against pandera alone on the same rows, in one process.

uv run python benchmarks/validate.py [ROWS]

The stage reads its partitions, checks them by the same pandera schema, looks for doubled keys, sums
up each column, compares half of the partitions with a reference, and writes report and page.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

import workload
from pipeline import SCRIPT
from timing import shell

ROUNDS = 5
TURNS = """\
import contextlib, io, json, sys, time
from pathlib import Path

import pandas as pd
from late_flights.validate import validate
from mlops.config import params
from mlops.data import checks, reference

PARTS = sorted(Path("data/raw").glob("*.parquet"))


def timed(work):
    cpu, wall = time.process_time(), time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        work()
    return time.perf_counter() - wall, time.process_time() - cpu


data = params.load().data
reference.PATH.unlink(missing_ok=True)
timed(validate)
found = json.loads(Path("reports/validation.json").read_text())
half = [path.stem for path in PARTS[: len(PARTS) // 2]]
kept = [{name: found[key][name] for name in half} for key in ("partitions", "columns")]
reference.write(reference.take(data.name, *kept))
frame = pd.concat([pd.read_parquet(path) for path in PARTS], ignore_index=True)
declared = checks.schema(data.columns)
work = {"pandera": lambda: declared.validate(frame, lazy=True), "stage": validate}
rounds = [{name: timed(one) for name, one in work.items()} for _ in range(int(sys.argv[1]) + 1)]
print(json.dumps(rounds[1:]))
"""


def main() -> None:
    """Make a project with a table, and let pandera and the stage check it in turns."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        project = workload.project(Path(folder), rows)
        declare(project / "conf/data/synthetic.yaml")
        (project / "bare.py").write_text(SCRIPT)
        shell(".venv/bin/python bare.py compose ingest", project)
        (project / "turns.py").write_text(TURNS)
        shell(f".venv/bin/python turns.py {ROUNDS} > turns.json", project)
        rounds = json.loads((project / "turns.json").read_text())
    print(f"**{rows:,} rows, 20 columns**\n")
    print("| | wall s | CPU s | wall ratio | CPU ratio |\n|---|---|---|---|---|")
    for name, words in {"pandera": "pandera alone", "stage": "the stage validate"}.items():
        seconds = [statistics.median(turn[name][which] for turn in rounds) for which in (0, 1)]
        ratios = [
            statistics.median(turn[name][which] / turn["pandera"][which] for turn in rounds)
            for which in (0, 1)
        ]
        shown = " | ".join(f"{value:.2f}" for value in [*seconds, *ratios])
        print(f"| {words} | {shown} |")


def declare(path: Path) -> None:
    """Declare ranges and categories, as an adopted table has them."""
    text = path.read_text("utf-8")
    names = ", ".join(f"value {code}" for code in range(50))
    text = text.replace("type: number,", "type: number, minimum: -100, maximum: 100,")
    path.write_text(text.replace("type: category", f"type: category, categories: [{names}]"))


if __name__ == "__main__":
    main()
