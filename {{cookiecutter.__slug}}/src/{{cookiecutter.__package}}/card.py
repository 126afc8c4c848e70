"""Card: models/MODEL_CARD.md, from the template MODEL_CARD.md and what the stages before found."""

from mlops.config import params
from mlops.files import write_text
from mlops.release import about, figures, provenance, reliance, scored
from mlops.release.card import read, read_json, render

from .paths import CARD, CARD_TEMPLATE, MODEL, RAW, REPORTS, SCORER


def card() -> None:
    """Fill in the template. For a placeholder of your own, add a key to `facts`."""
    config = params.load()
    metrics = read_json(REPORTS / "metrics.json")
    validation = read_json(REPORTS / "validation.json")
    explanation = read_json(REPORTS / "explanation.json")
    facts = {
        "task": about.task(config),
        "data": about.data(config, validation),
        "schema": about.schema(config.data),
        "limits": about.limits(config, validation) + reliance.leaks(explanation),
        "metrics": figures.metrics(config, metrics),
        "segments": figures.segments(config, metrics),
        "fairness": figures.fairness(config, metrics),
        "calibration": figures.calibration(config, metrics),
        "importance": reliance.importance(config, explanation),
        "scored": scored.scored(SCORER),
        "predict": about.predict(config),
        "parameters": provenance.parameters(params.read()),
        "digests": provenance.digests([MODEL, SCORER], RAW),
        "libraries": provenance.libraries(config),
    }
    write_text(CARD, render(read(CARD_TEMPLATE), facts, CARD_TEMPLATE.as_posix()))
    print(f"{CARD} is filled in from {CARD_TEMPLATE.as_posix()}")
