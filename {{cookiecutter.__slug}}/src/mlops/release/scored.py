"""What a model card tells of how what serves comes to its scores."""

import json
from pathlib import Path
from typing import Any

from mlops.review.presentation.inert import code, prose
from mlops.scoring import archive

WAYS = {
    "constant": "the same for each row",
    "linear": "as sums of its coefficients",
    "masks": "by its trees as bit masks",
    "treelite": "by its trees, in Treelite",
    "predict": "by its estimator in scikit-learn, behind inputs that are made without",
    "pipeline": "by the whole pipeline, in pandas and scikit-learn",
}


def scored(path: Path) -> str:
    """By which rung of the ladder rows are scored, how near that is, and why by none above.

    Raise `UserError` where the scorer cannot be read.
    """
    _, members = archive.read(path, None)
    try:
        document: dict[str, Any] = json.loads(members[archive.DOCUMENT])
        contract, parity = document["contract"], document["parity"]
        difference, rows = parity["difference"], parity["rows"]
        said = (
            f"Rows are scored {WAYS[contract['rung']]} ({code(contract['rung'])}). That gives the"
            f" scores of scikit-learn's pipeline to within {difference:.1g}, and its labels, on"
            f" {rows:,} rows: test rows, and such with nulls, with categories never seen, with"
            " numbers that are extreme or on a threshold."
        )
        return "".join([said, *(f"\n- Not by {prose(reason)}." for reason in contract["why"])])
    except (KeyError, ValueError, TypeError) as error:
        raise archive.damaged(path, error) from None
