"""The ladder: a model is exported to the quickest rung that gives scikit-learn's own scores."""

from typing import TYPE_CHECKING

import msgspec
from mlops.errors import UserError
from mlops.export import parity, probes, rungs
from mlops.export.errors import UnsupportedError
from mlops.export.source import Source
from mlops.scoring import scorer
from mlops.scoring.archive import DOCUMENT
from mlops.scoring.contract import Contract, Feature
from mlops.scoring.document import Document
from msgspec.structs import replace

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST = 200  # characters of a reason
EXAMPLES = 3  # test rows that a scorer is checked with whenever it is loaded

Members = dict[str, bytes]


def climb(source: Source, contract: Contract, rows: "pa.Table") -> Members:
    """The members of a scorer, of the highest rung that is supported and passes the gate.

    Raise `UserError` where not even the pipeline gives the same scores twice.
    """
    against = parity.reference(source.pipeline, contract, rows, source.limits())
    contract = within_single(contract) if against.is_single else contract
    examples = msgspec.json.encode(probes.evenly(rows, EXAMPLES).to_pylist())
    contract = replace(contract, examples=msgspec.json.decode(examples))  # as they will be read
    why: dict[str, list[str]] = {}
    for rung, make in rungs.of(source).items():
        try:
            parameters, arrays = make(source)
            promise = replace(contract, rung=rung, why=lines(why))
            tried = scorer.build(with_document(Document(promise, **parameters), arrays), "")
            found = parity.check(tried, against)
            promise = replace(promise, expected=scorer.of_examples(tried).tolist())
        except UnsupportedError as reason:
            why.setdefault(str(reason), []).append(rung)
        except Exception as error:  # whatever a library raises: there is a lower rung
            problem = f"{type(error).__name__}: {' '.join(str(error).split())}"
            why.setdefault(problem[:LONGEST], []).append(rung)
        else:
            return with_document(Document(promise, **parameters, parity=found), arrays)
    raise UserError(
        "the model cannot be exported: every way of scoring it was refused", *lines(why)
    )


def lines(why: dict[str, list[str]]) -> list[str]:
    """Why rungs were not taken, a line for each reason."""
    return [f"{', '.join(rungs)}: {reason}" for reason, rungs in why.items()]


def with_document(document: Document, arrays: Members) -> Members:
    """All members of an archive."""
    return {DOCUMENT: msgspec.json.encode(document), **arrays}


def within_single(contract: Contract) -> Contract:
    """The contract of a model that refuses numbers which single precision does not have."""
    features = {
        name: within(each) if each.type in ("number", "integer") else each
        for name, each in contract.features.items()
    }
    return replace(contract, features=features)


def within(feature: Feature) -> Feature:
    """A number's bounds, narrowed."""
    low = -probes.SINGLE if feature.minimum is None else max(feature.minimum, -probes.SINGLE)
    high = probes.SINGLE if feature.maximum is None else min(feature.maximum, probes.SINGLE)
    return replace(feature, minimum=low, maximum=high)


def told(members: Members) -> str:
    """How the model is scored, why not otherwise, and how near that comes to scikit-learn."""
    document = msgspec.json.decode(members[DOCUMENT], type=Document)
    assert document.parity is not None
    contract, found = document.contract, document.parity
    near = f"within {found.difference:.1g} of scikit-learn on {found.rows:,} test and made-up rows"
    not_by = [f"not by {reason}" for reason in contract.why]
    return "\n".join([*not_by, f"scored by {contract.rung}, {near}"])
