"""A model as serving loads it: `models/scorer.zip`, which the export stage has made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from mlops.errors import UserError
from mlops.scoring import archive, rungs
from mlops.scoring.archive import DOCUMENT, OTHERS, Members
from mlops.scoring.columns import Columns
from mlops.scoring.contract import Contract
from mlops.scoring.document import Document

TOLERANCE = 1e-6  # of a score; of one above 1, relative to it


class Scorer:
    """Gives the scores of rows, and knows what it needs for that.

    `digest` is the MD5 of its file, as dvc.lock has it.
    """

    def __init__(
        self, contract: Contract, digest: str, scores: Callable[[Columns], np.ndarray]
    ) -> None:
        self.contract = contract
        self.digest = digest
        self._scores = scores

    def score(self, columns: Columns) -> np.ndarray:
        """The probability of true or the number, shape (rows,), or of each class, (rows, classes).

        `columns` has each feature of the contract, of one length: a list of numbers, texts, truth
        values and None, or an Arrow array. Others are not looked at. Raise `UserError` where one is
        missing. A row that the estimator itself would refuse, since a sum overflows, gives a score
        that is not finite.
        """
        try:
            return self._scores(columns)
        except KeyError as error:
            raise UserError(f"column {error.args[0]} is missing") from None


def load(path: Path, digest: str | None = None) -> Scorer:
    """Load a scorer. Raise `UserError` where the file's MD5 is not `digest`, before it is read.

    Its arrays are checked, and it has to give its examples the scores that it was exported with.
    """
    found, members = archive.read(path, digest)
    try:
        scorer = build(members, found)
        contract = scorer.contract
        again = of_examples(scorer)
        expected = np.array(contract.expected, dtype=float)
        if again.shape != expected.shape or not (apart(again, expected) <= TOLERANCE).all():
            raise ValueError("its examples get other scores")
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    except Exception as error:  # a crafted file fails in as many ways as there are rungs
        problem = " ".join(str(error).split()) or type(error).__name__
        altered = "" if digest else "somebody altered it, or "
        raise UserError(f"{path}: not usable here ({problem}): {altered}{OTHERS}") from None
    return scorer


def build(members: Members, digest: str) -> Scorer:
    """A scorer of an archive's members, which may not yet have expected scores."""
    document = msgspec.json.decode(members[DOCUMENT], type=Document)
    return Scorer(document.contract, digest, rungs.scores(document, members))


def of_examples(scorer: Scorer) -> np.ndarray:
    """The scores of the contract's examples."""
    contract = scorer.contract
    return scorer.score(as_columns(contract.examples, list(contract.features)))


def as_columns(rows: list[dict[str, Any]], names: list[str]) -> dict[str, list[Any]]:
    """Rows as lists by column; what a row has not is None."""
    return {name: [row.get(name) for row in rows] for name in names}


def apart(scores: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """How far scores are from those that are expected, relative to the ones above 1."""
    same = (scores == expected) | (np.isnan(scores) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        distance = np.abs(scores - expected) / np.maximum(1, np.abs(expected))
    found: np.ndarray = np.where(same, 0.0, distance)
    return found


def labels(contract: Contract, scores: np.ndarray) -> Any:
    """What scores mean: truth values, an array; names of the likeliest classes; None of numbers."""
    if contract.task == "binary":
        return scores >= contract.threshold
    if contract.task == "multiclass":
        return [contract.classes[place] for place in scores.argmax(axis=1).tolist()]
    return None
