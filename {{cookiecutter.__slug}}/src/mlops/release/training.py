"""Who trained a model, when, how long and with what: where `reports/run.json` knows that model."""

import msgspec
from mlops.run import metadata
from msgspec import Struct

TRAINED, MADE_WITH = "Trained", "Made-with"


class Training(Struct):
    """What is noted of a run of the stage `train`; `started` is in UTC, `model` an MD5 digest."""

    started: str
    seconds: float
    python: str
    system: str
    cores: int | None
    libraries: dict[str, str]
    by: str = ""
    model: str = ""


def facts(digest: str) -> dict[str, str]:
    """What a tag tells of the training of a model; empty where the last one made another model."""
    try:
        run = msgspec.convert(metadata.read().get("train"), Training)
    except msgspec.ValidationError:
        return {}
    if run.model != digest:
        return {}
    started = run.started[:16].replace("T", " ")
    libraries = ", ".join(f"{name} {version}" for name, version in run.libraries.items())
    return {
        TRAINED: f"{started} UTC{f' by {run.by}' if run.by else ''} in {run.seconds:,.1f} s",
        MADE_WITH: f"Python {run.python}, {libraries}; {run.system}, {run.cores} cores",
    }
