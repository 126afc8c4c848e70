"""Run `dvc exp run` and kill it at a point of its own code: `python killing.py POINT ARGUMENTS`."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from dvc.cli import main
from dvc.repo.experiments.executor.base import BaseExecutor
from dvc.repo.experiments.executor.local import WorkspaceExecutor
from dvc.repo.experiments.queue.base import BaseStashQueue
from dvc.repo.experiments.queue.workspace import WorkspaceQueue
from scmrepo.git import Git
from scmrepo.git.stash import Stash


def die(*_: Any, **__: Any) -> None:
    """Kill this process as nothing can catch."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def after(owner: Any, name: str, calls: int = 1) -> None:
    """Die at the end of a function's call of that number."""
    whole: Callable[..., Any] = getattr(owner, name)
    done = 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal done
        result = whole(*arguments, **named)
        done += 1
        if done == calls:
            die()
        return result

    setattr(owner, name, dying)


# In the order in which DVC 3.67 comes past them; each leaves another state.
POINTS: dict[str, Callable[[], None]] = {
    "edits stashed": lambda: before(Git, "detach_head"),
    "HEAD detached": lambda: before(BaseStashQueue, "_update_params"),
    "overrides applied": lambda: after(BaseStashQueue, "_update_params"),
    "experiment recorded": lambda: after(Git, "reset", 2),
    "HEAD restored": lambda: after(Git, "reset", 3),
    "edits restored": lambda: before(Stash, "drop"),
    "prepared": lambda: after(WorkspaceQueue, "put"),
    "HEAD detached again": lambda: after(Git, "checkout", 2),
    "experiment applied": lambda: after(WorkspaceExecutor, "init_git"),
    "stages run": lambda: before(BaseExecutor, "commit"),
    "experiment committed": lambda: after(BaseExecutor, "commit"),
}

if __name__ == "__main__":
    POINTS[sys.argv[1]]()
    sys.exit(main(["exp", "run", "-q", *sys.argv[2:]]))
