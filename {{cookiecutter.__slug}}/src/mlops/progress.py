"""Show that long work goes on: a bar on a terminal, a line at its start and end elsewhere."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


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
    print(f"{what}: 0 of {len(items)}", file=sys.stderr, flush=True)
    yield from items
    print(f"{what}: {len(items)} of {len(items)}", file=sys.stderr, flush=True)
