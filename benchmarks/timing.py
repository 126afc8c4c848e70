"""Time commands side by side: in turns, each a process of its own, medians at the end."""

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

GIT = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Benchmark"), ("EMAIL", "benchmark@example.org"))
}
HIDDEN = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Timed:
    """A command line, or several that run one after the other, and what each round took.

    The lines `before` are not timed; `{round}` in them counts the rounds, from 1 on.
    """

    name: str
    lines: list[str]
    before: list[str] = field(default_factory=list)
    rounds: int = 0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        """Time one round, in seconds; processor time includes all child processes."""
        self.rounds += 1
        for line in self.before:
            shell(line.replace("{round}", str(self.rounds)), folder)
        before, start = cpu_seconds(), time.perf_counter()
        for line in self.lines:
            shell(line, folder)
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(cpu_seconds() - before)


def cpu_seconds() -> float:
    """The processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shell(line: str, folder: Path) -> None:
    """Run a line to its end, without the benchmark's own environment; it has to succeed."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    done = subprocess.run(line, shell=True, cwd=folder, env=kept | GIT, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{line}\n{done.stdout.decode()}\n{done.stderr.decode()}")


def in_turns(folder: Path, rounds: int, *timed: Timed) -> str:
    """Run all, once to warm up and then in turns; a table with ratios to the first."""
    for entry in timed:
        entry.run(folder)
        entry.wall.clear()
        entry.cpu.clear()
    for _ in range(rounds):
        for entry in timed:
            entry.run(folder)
    lines = ["| | wall s | CPU s | wall ratio | CPU ratio |", "|---|---|---|---|---|"]
    for entry in timed:
        wall, cpu = statistics.median(entry.wall), statistics.median(entry.cpu)
        ratios = [
            statistics.median(a / b for a, b in zip(mine, first, strict=True))
            for mine, first in ((entry.wall, timed[0].wall), (entry.cpu, timed[0].cpu))
        ]
        lines.append(
            f"| {entry.name} | {wall:.2f} | {cpu:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} |"
        )
    return "\n".join(lines)
