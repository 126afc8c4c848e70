"""Show that long work goes on: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")

SECONDS = 10.0  # between two lines; work that is done before the first needs none


def track(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items; `what` says what is done with them, such as "features shuffled".

    The bar goes away at the end. Both are written to standard error.
    """
    with counting(len(items), what) as advance:
        for item in items:
            yield item
            advance(1)


@contextmanager
def counting(total: int | None, what: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more are done; `total` is None where nobody knows.

    It shows what `track` shows.
    """
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(*columns(total), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda count: bar.advance(task, count)
        return
    done, last = 0, time.monotonic()

    def advance(count: int) -> None:
        nonlocal done, last
        done += count
        if time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            of = f" of {total:,}" if total is not None else ""
            print(f"{what}: {done:,}{of}", file=sys.stderr, flush=True)

    yield advance


def columns(total: int | None) -> Sequence[Any]:
    """What a bar is made of: its words, itself, how far it is, and how long it still takes."""
    from rich.progress import BarColumn, Progress, TextColumn

    if total is not None:
        return Progress.get_default_columns()
    return TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}")
