"""The JSON of a scorer: its contract, and the parameters of its rung."""

from mlops.scoring.contract import Contract
from mlops.scoring.inputs import Input
from mlops.scoring.outputs import Output
from msgspec import Struct


class Parity(Struct, frozen=True):
    """How the scorer was compared with scikit-learn: rows, and the largest difference."""

    rows: int
    difference: float


class Document(Struct, frozen=True):
    """What `scorer.json` holds; the arrays of the rung are members beside it.

    `single` says that the estimator rounds its inputs to single precision.
    """

    contract: Contract
    inputs: list[Input] = []
    output: Output = Output()
    single: bool = False
    parity: Parity | None = None
