"""Follow a stage: what is promoted, or rolled back to, answers without a request being lost."""

import logging
import os
import threading
import time
from collections.abc import Callable

from mlops.errors import UserError
from mlops.release import registry
from mlops.release.origin import ORIGIN
from mlops.release.registry import Version
from mlops.repository import git
from mlops.serve import lines, source
from mlops.serve.locking import lock
from mlops.serve.model import Held
from mlops.serve.settings import Settings

LONGEST = 600.0  # seconds until a version that was refused is tried again
FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", ORIGIN)
LOCK = "mlops-follow"  # in .git: of several processes, the one that has it fetches


class Follower:
    """Looks at the tags of a stage, in a thread of its own.

    A version that cannot be had, or is not what it should be, is refused: the present one goes on,
    and the other is tried again after ever longer times.
    """

    def __init__(
        self, stage: str, held: Held, settings: Settings, refused: Callable[[], None]
    ) -> None:
        """Follow a stage; `refused` is called for each version that is not taken up.

        Raise `UserError` where there is no repository with tags.
        """
        registry.tags()
        self._stage, self._held, self._settings, self._refused = stage, held, settings, refused
        self._failed: Version | None = None
        self._failures, self._again = 0, 0.0
        self._said = ""
        self._lead: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="follow", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and let another process fetch. What is under way is not waited for."""
        self._stopping.set()
        if self._lead is not None:
            os.close(self._lead)
            self._lead = None

    def _work(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(self._settings.follow_every)

    def look(self) -> None:
        """Bring the tags of origin, and take up what is in the stage if it is another version."""
        try:
            self._fetch()
            self._say("")
        except Exception as error:  # of Git, or of the disk: the tags here are still there
            self._say(f"the tags of {ORIGIN} cannot be fetched: {error}")
        try:
            found = registry.in_stage(registry.tags(), self._stage)
        except UserError as error:
            self._say(str(error))
            return
        if found is None or self._held.is_newest(found.name, found.commit):
            self._failed = None
        elif found != self._failed or time.monotonic() >= self._again:
            self._take(found)

    def _take(self, version: Version) -> None:
        """Load a version and let it answer. A refusal is said once."""
        try:
            model = source.from_registry(version, self._settings)
        except Exception as error:  # of a scorer that nobody has seen before
            if version != self._failed:
                said = f"{version.name} is refused, the present model goes on: {error}"
                lines.say(logging.ERROR, said, version=version.name)
                self._failed, self._failures = version, 0
                self._refused()
            self._failures += 1
            pause = min(self._settings.follow_every * 2**self._failures, LONGEST)
            self._again = time.monotonic() + pause
            return
        self._failed = None
        self._held.offer(model)
        lines.say(logging.INFO, f"{version.name} answers from now on", version=version.name)

    def _fetch(self) -> None:
        """Bring the tags of origin, if there is one and no other process does it."""
        if self._leads():
            git.git(*FETCH, *(f"{pattern}:{pattern}" for pattern in registry.PATTERNS))

    def _leads(self) -> bool:
        if self._lead is None and ORIGIN in git.git("remote").split():
            path = git.git("rev-parse", "--git-path", LOCK).strip()
            file = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
            if lock(file, wait=False):
                self._lead = file
            else:
                os.close(file)
        return self._lead is not None

    def _say(self, trouble: str) -> None:
        """Say what is wrong, once until it is another or over."""
        if trouble and trouble != self._said:
            lines.say(logging.WARNING, trouble)
        self._said = trouble
