"""What a person asks of `mlops adopt`."""

from dataclasses import dataclass

from mlops.config.tasks import Task


@dataclass(frozen=True)
class Request:
    """The arguments of the command; None and empty where it is for adopt to find out."""

    source: str | None
    target: str
    name: str | None = None
    task: Task | None = None
    time: str | None = None
    key: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    group: str | None = None
    drop: tuple[str, ...] = ()
    encoding: str | None = None
    sql: str | None = None
    query: str | None = None
    dry_run: bool = False


def listed(text: str | None) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
