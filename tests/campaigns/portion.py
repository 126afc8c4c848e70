"""How often each campaign is repeated: a portion in CI, the whole of it by `make campaigns`."""

import os

REPETITIONS = {  # the whole, and the portion
    "races of one commit": (50, 1),
    "races of two commits": (10, 1),
    "races with a rollback": (10, 1),
    "kills of dvc repro": (40, 1),
    "kills of dvc repro, another task": (12, 0),
    "kills of mlops promote": (30, 1),
    "kills of mlops rollback": (30, 2),
    "kills of dvc exp run": (10, 1),
    "kills of a prediction log": (400, 4),
}
WHOLE = os.environ.get("CAMPAIGN") == "whole"


def repetitions(campaign: str) -> range:
    """The numbers of a campaign's repetitions in this run."""
    whole, portion = REPETITIONS[campaign]
    return range(whole if WHOLE else portion)


def among(choices: list[str]) -> list[str]:
    """All things that a campaign tries one after the other, or the first only."""
    return choices if WHOLE else choices[:1]
