"""The gate of the ladder: a scorer gives scikit-learn's scores and labels, or is not taken."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.export import probes
from mlops.export.errors import Unsupported
from mlops.scoring import fallback, scorer
from mlops.scoring.contract import Contract
from mlops.scoring.document import Parity
from mlops.scoring.scorer import TOLERANCE, Scorer

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ONE_BY_ONE = 100  # rows that are scored alone too, as a service does


class Reference(NamedTuple):
    """Rows and the pipeline's own scores of them.

    `is_single` says that it refuses numbers which single precision does not have.
    """

    rows: "pa.Table"
    scores: "np.ndarray"
    is_single: bool


def reference(
    pipeline: Any, contract: Contract, rows: "pa.Table", limits: Mapping[str, Sequence[float]]
) -> Reference:
    """Score the probes with the pipeline; groups that it refuses are left out."""
    import numpy as np
    import pyarrow as pa

    groups = dict(probes.groups(contract, rows, limits))
    found: dict[str, np.ndarray] = {}
    for name, group in groups.items():
        try:
            found[name] = fallback.of_pipeline(pipeline, contract, group)
        except (ValueError, TypeError, OverflowError):
            continue
    accepted = pa.concat_tables([groups[name] for name in found])
    scores = np.concatenate(list(found.values())).astype(float)
    refused = groups.keys() - found.keys()
    return Reference(accepted, scores, probes.extreme("number", probes.TOO_LARGE) in refused)


def check(tried: Scorer, against: Reference) -> Parity:
    """Compare all rows, and some of them one by one. Raise `Unsupported` where they differ."""
    import numpy as np

    columns = {name: against.rows[name] for name in tried.contract.features}
    scores = tried.score(columns)
    difference = compared(tried.contract, scores, against.scores)
    places = np.unique(np.linspace(0, len(against.rows) - 1, ONE_BY_ONE).round().astype(int))
    rows = against.rows.take(places).to_pylist()
    names = list(columns)
    alone = np.concatenate([tried.score(scorer.as_columns([row], names)) for row in rows])
    difference = max(difference, compared(tried.contract, alone, against.scores[places]))
    return Parity(rows=len(scores), difference=difference)


def compared(contract: Contract, scores: "np.ndarray", expected: "np.ndarray") -> float:
    """The largest difference. Raise `Unsupported` above the tolerance, and for other labels."""
    import numpy as np

    if scores.shape != expected.shape:
        raise Unsupported(f"its scores are of shape {scores.shape}, not {expected.shape}")
    apart = scorer.apart(scores, expected)
    if not (apart <= TOLERANCE).all():
        count = int((~(apart.reshape(len(apart), -1) <= TOLERANCE)).any(axis=1).sum())
        raise Unsupported(f"{count:,} of {len(scores):,} scores differ, by up to {apart.max():.2g}")
    labels, wanted = (np.array(scorer.labels(contract, each)) for each in (scores, expected))
    if changed := int((labels != wanted).sum()):
        raise Unsupported(f"{changed:,} of {len(scores):,} labels differ")
    return float(np.max(apart, initial=0))
