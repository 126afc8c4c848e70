"""A service in processes of its own: what they cost, all together."""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil
from timing import HIDDEN

LONGEST = 120  # seconds until the first answer
PAUSE = 0.01  # seconds between two tries
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # of scikit-learn's trees: two would wait for each other


@dataclass
class Server:
    """A command line that serves on a port, which stands as `{port}` in it; the block ends it."""

    line: str
    folder: Path
    environment: dict[str, str]

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        with (self.folder / "server.log").open("wb") as log:
            self.process = psutil.Popen(
                self.line.format(port=self.port).split(),
                cwd=self.folder,
                env=kept | ONE_THREAD | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, *_: object) -> None:
        processes = self.processes()
        self.process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=10)
        for process in alive:
            process.kill()
        self.process.wait()

    def processes(self) -> list[psutil.Process]:
        """The process that was started, and all below it."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """The processor time of all its processes so far, also of those that have ended."""
        return sum(sum(process.cpu_times()[:4]) for process in self.processes())

    def seconds(self) -> float:
        """The time since it was started."""
        return time.time() - self.process.create_time()

    def megabytes(self) -> float:
        """The resident memory of all its processes, in MB of 10⁶ bytes."""
        return sum(process.memory_info().rss for process in self.processes()) / 1e6

    def wait(self, ask: Callable[[int], bytes]) -> bytes:
        """Ask again and again until there is an answer; the answer."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and self.process.is_running():
            try:
                return ask(self.port)
            except (OSError, ValueError) as error:
                last = error
                time.sleep(PAUSE)
        raise SystemExit(f"{self.line}\n{last}\n{(self.folder / 'server.log').read_text()}")
