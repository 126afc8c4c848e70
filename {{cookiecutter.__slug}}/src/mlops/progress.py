"""Show that long work goes on: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

SECONDS = 10.0  # between two lines; work that is done before the first needs none


def track(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items; `what` says what is done with them, such as "features shuffled".

    The bar goes away at the end. Both are written to standard error.
    """
    from rich.console import Console
    from rich.progress import track as bar

    console = Console(stderr=True)
    if console.is_terminal:
        yield from bar(items, what, console=console, transient=True)
        return
    last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        if time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            print(f"{what}: {done} of {len(items)}", file=sys.stderr, flush=True)
