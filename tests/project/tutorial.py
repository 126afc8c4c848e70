"""A tutorial read as its readers do: commands in their order, edits, and what they should print."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from baked import edit, environment

BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(?P<kind>console|text|diff)\n(?::caption: (?P<caption>[^\n]*)\n)?"
    r"(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PATIENCE = 300.0  # seconds for a block
SOON = 60.0  # seconds for what comes about by itself, as a service that starts


@dataclass(frozen=True)
class Step:
    """Commands, or the edit of the file `where`; `shown` is what the commands print, if told."""

    kind: str
    where: str
    body: str
    shown: str | None


def steps(text: str) -> Iterator[Step]:
    """The steps of a tutorial."""
    blocks = list(BLOCK.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block["kind"] != "text":
            told = following["body"] if following and following["kind"] == "text" else None
            yield Step(block["kind"], block["caption"] or "", block["body"], told)


def pattern(shown: str) -> re.Pattern[str]:
    """What is printed: a line `...` stands for any lines, `…` for anything within a line."""
    lines = [
        r"(?:.*\n)*" if line == "..." else re.escape(line).replace("…", ".*?") + r"\n"
        for line in map(str.rstrip, shown.splitlines())
    ]
    return re.compile("".join(lines))


def printed(output: str) -> str:
    """What a terminal shows: no space at the end of lines, and a last line that ends."""
    return "".join(f"{line.rstrip()}\n" for line in output.splitlines())


class Reader:
    """Somebody who does what the tutorial says, below a folder."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.place, self.environment = folder, environment() | variables
        self.left_at = folder / "place"

    def do(self, step: Step) -> None:
        """Do a step, and compare what is printed with what the tutorial shows."""
        if step.kind == "diff":
            taken, given = (
                "".join(f"{line[1:]}\n" for line in step.body.splitlines() if line[0] == sign)
                for sign in "-+"
            )
            edit(self.place / step.where, taken, given)
            return
        found, ends = self.type(step.body), time.monotonic() + SOON
        while step.body.startswith("curl ") and not matches(found, step):
            assert time.monotonic() < ends, f"{step.body}{found}"
            time.sleep(1)
            found = self.type(step.body)
        assert matches(found, step), f"{step.body}{found}"

    def type(self, commands: str) -> str:
        """Type commands; return all that is printed. The folder that they go to stays."""
        script = f"trap 'pwd > {self.left_at}' EXIT\n{commands}"
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.place,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0 or commands.startswith("curl "), f"{commands}{done.stdout}"
        self.place = Path(self.left_at.read_text("utf-8").strip())
        return printed(done.stdout)

    @contextmanager
    def second_terminal(self, step: Step) -> Iterator[None]:
        """Type a command elsewhere, and go on when it has printed what the tutorial shows."""
        log = self.place.parent / "second-terminal"
        with log.open("wb") as file:
            running = subprocess.Popen(
                ["bash", "-c", f"exec {step.body}"],
                cwd=self.place,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        try:
            ends = time.monotonic() + SOON
            while not matches(log.read_text("utf-8"), step):
                assert time.monotonic() < ends, log.read_text("utf-8")
                time.sleep(0.2)
            yield
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.wait(SOON)


def matches(output: str, step: Step) -> bool:
    """Tell whether all that is printed is as shown; anything is, where nothing is shown."""
    return step.shown is None or bool(pattern(step.shown).fullmatch(printed(output)))
