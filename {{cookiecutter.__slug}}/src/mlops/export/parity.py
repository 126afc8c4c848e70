"""The gate of the ladder: a scorer gives scikit-learn's scores and labels, or is not taken."""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.export import probes
from mlops.export.errors import UnsupportedError
from mlops.scoring import fallback, scorer
from mlops.scoring.contract import Contract
from mlops.scoring.document import Parity
from mlops.scoring.scorer import TOLERANCE, Scorer

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ONE_BY_ONE = 100  # rows, about, that are scored alone too, as a service does


class Reference(NamedTuple):
    """Tables of rows with the pipeline's own scores of them.

    `is_single` says that it refuses numbers which single precision does not have.
    """

    scored: "list[tuple[pa.Table, np.ndarray]]"
    is_single: bool


def reference(
    pipeline: Any, contract: Contract, rows: "pa.Table", limits: Mapping[str, Sequence[float]]
) -> Reference:
    """Score the probes with the pipeline; groups that it refuses are left out."""
    import pyarrow as pa

    groups = dict(probes.groups(contract, rows, limits))
    scored: list[tuple[pa.Table, np.ndarray]] = []
    refused: set[str] = set()

    def score(names: list[str]) -> None:
        table = pa.concat_tables([groups[name] for name in names])
        try:
            scored.append((table, fallback.of_pipeline(pipeline, contract, table)))
        except Exception:  # a step of one's own may raise anything
            if len(names) == 1:
                refused.add(*names)
                return
            score(names[: len(names) // 2])
            score(names[len(names) // 2 :])

    real, *others = groups
    with warnings.catch_warnings(action="ignore"):  # of unknown categories, of sums that overflow
        scored.append((groups[real], fallback.of_pipeline(pipeline, contract, groups[real])))
        score(others)  # apart from those: nulls may make another type of a column
    return Reference(scored, probes.extreme("number", probes.TOO_LARGE) in refused)


def check(tried: Scorer, against: Reference) -> Parity:
    """Compare all rows, and some of them one by one. Raise `UnsupportedError` where they differ."""
    with warnings.catch_warnings(action="ignore"):  # of sums that overflow
        found = [compare(tried, against, *scored) for scored in against.scored]
    rows = sum(len(table) for table, _ in against.scored)
    return Parity(rows=rows, difference=max(found))


def compare(tried: Scorer, against: Reference, table: "pa.Table", expected: "np.ndarray") -> float:
    """The largest difference in a table. Raise `UnsupportedError` above the tolerance."""
    contract, names = tried.contract, list(tried.contract.features)
    differences = [compared(contract, tried.score({name: table[name] for name in names}), expected)]
    alone = probes.places(len(table), 1 + ONE_BY_ONE // len(against.scored))
    cells = scorer.as_columns(table.take(alone).to_pylist(), names)
    for number, place in enumerate(alone):
        score = tried.score({name: [cells[name][number]] for name in names})
        differences.append(compared(contract, score, expected[place : place + 1]))
    return max(differences)


def compared(contract: Contract, scores: "np.ndarray", expected: "np.ndarray") -> float:
    """The largest difference. Raise `UnsupportedError` above the tolerance or for other labels."""
    import numpy as np

    if scores.shape != expected.shape:
        raise UnsupportedError(f"its scores are of shape {scores.shape}, not {expected.shape}")
    apart = scorer.apart(scores, expected)
    if not (apart <= TOLERANCE).all():
        count = int((~(apart.reshape(len(apart), -1) <= TOLERANCE)).any(axis=1).sum())
        raise UnsupportedError(
            f"{count:,} of {len(scores):,} scores differ, by up to {apart.max():.2g}"
        )
    labels, wanted = (np.array(scorer.labels(contract, each)) for each in (scores, expected))
    if changed := int((labels != wanted).sum()):
        raise UnsupportedError(f"{changed:,} of {len(scores):,} labels differ")
    return float(np.max(apart, initial=0))
