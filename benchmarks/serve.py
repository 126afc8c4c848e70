"""What serving costs: `mlops serve` against a constant, FastAPI, BentoML and MLflow.

uv run python benchmarks/serve.py [PROJECT]

Each serves the same fitted pipeline with one worker, and all have to give the same probabilities.
A turn starts each service afresh, asks it for rows one by one and by the hundred, and ends it.
PROJECT is a generated project whose pipeline has run; without it, one is baked and run.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import load
import peers
import pyarrow.parquet as pq
from peers import Peer, Row
from server import Server
from timing import shell

TEMPLATE = Path(__file__).parent.parent
ROUNDS = 5
SECONDS = 4  # of load
WARMING = 1  # seconds of load before
CONNECTIONS = 8
ROWS = 1000
MANY = 100  # rows of a large request
NO_FEATURES = ("late", "departure", "flight")
CLOSE = 1e-6
COLD = "CPU s", "wall s", "MB"
LOADED = "CPU ms", "requests a second", "MB"

Figures = dict[str, list[tuple[float, ...]]]  # of each service, turn by turn


def main() -> None:
    """Compare the answers, then the costs."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else baked(Path(folder))
        services = peers.all_of(project, Path(folder))
        rows = some_rows(project)
        check(services, rows)
        cold: Figures = {service.name: [] for service in services}
        single: Figures = {service.name: [] for service in services}
        large: Figures = {service.name: [] for service in services}
        for turn in range(ROUNDS):
            for service in services:
                with Server(service.line, service.folder, service.environment) as server:
                    cold[service.name].append(first_answer(server, service, rows[turn]))
                    single[service.name].append(loaded(server, service, rows, 1))
                    large[service.name].append(loaded(server, service, rows, MANY))
    print("**One row a request**\n\n" + table(single, LOADED))
    print(f"\n**{MANY} rows a request**\n\n" + table(large, LOADED))
    print("\n**From nothing to the first prediction**\n\n" + table(cold, COLD))


def baked(folder: Path) -> Path:
    """Bake a project and run its pipeline."""
    shell(f"cookiecutter {TEMPLATE} --no-input", folder)
    for line in ("uv sync", "uv run dvc repro"):
        shell(line, folder / "late-flights")
    return folder / "late-flights"


def some_rows(project: Path) -> list[Row]:
    """Test rows from all over the table, with the features only."""
    table = pq.read_table(project / "data/prepared/test.parquet").drop_columns(NO_FEATURES)
    return table.to_pylist()[:: len(table) // ROWS][:ROWS]


def bodies(service: Peer, rows: list[Row], size: int) -> list[str]:
    """The bodies of requests for all the rows."""
    starts = range(0, len(rows), size)
    return [json.dumps(service.body(rows[start : start + size])) for start in starts]


def check(services: list[Peer], rows: list[Row]) -> None:
    """Ask all services for all rows, a hundred at once and some alone: they have to agree."""
    expected: list[float] = []
    for service in services:
        if service.probabilities is None:
            continue
        with Server(service.line, service.folder, service.environment) as server:
            asked = [*bodies(service, rows, MANY), *bodies(service, rows[:MANY], 1)]
            given: list[float] = []
            for body in asked:
                answer = server.wait(partial(load.ask, path=service.path, body=body))
                given += service.probabilities(json.loads(answer))
        expected = expected or given
        worst = max(abs(one - other) for one, other in zip(expected, given, strict=True))
        if worst > CLOSE:
            raise SystemExit(f"{service.name}: a probability differs by {worst}")


def first_answer(server: Server, service: Peer, row: Row) -> tuple[float, ...]:
    """Processor seconds and seconds until the first answer, and MB of memory then."""
    (body,) = bodies(service, [row], 1)
    server.wait(partial(load.ask, path=service.path, body=body))
    return server.cpu_seconds(), server.seconds(), server.megabytes()


def loaded(server: Server, service: Peer, rows: list[Row], size: int) -> tuple[float, ...]:
    """Processor milliseconds of a request, requests a second, and MB of memory, under load."""
    command = [sys.executable, load.__file__, str(server.port), service.path, str(CONNECTIONS)]
    asked = json.dumps(bodies(service, rows, size))
    for seconds in (WARMING, SECONDS):
        before = server.cpu_seconds()
        done = subprocess.run([*command, str(seconds)], input=asked, capture_output=True, text=True)
        used = server.cpu_seconds() - before
        if done.returncode:
            raise SystemExit(f"{service.name}\n{done.stderr}")
    result = json.loads(done.stdout)
    rate = result["answered"] / result["seconds"]
    return 1000 * used / result["answered"], rate, server.megabytes()


def table(figures: Figures, heads: tuple[str, ...]) -> str:
    """Medians, and the ratios of the first column to the first service, turn by turn."""
    base = next(iter(figures.values()))
    lines = [f"| | {' | '.join(heads)} | CPU ratio |", "|---" * (len(heads) + 2) + "|"]
    for name, turns in figures.items():
        ratio = statistics.median(a[0] / b[0] for a, b in zip(turns, base, strict=True))
        medians = [shown(statistics.median(column)) for column in zip(*turns, strict=True)]
        lines.append(f"| {name} | {' | '.join(medians)} | {shown(ratio)} |")
    return "\n".join(lines)


def shown(value: float) -> str:
    """A number with three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


if __name__ == "__main__":
    main()
