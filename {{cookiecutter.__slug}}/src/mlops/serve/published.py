"""What the pages tell of a service: its model, what it takes, and examples of both directions."""

from functools import cached_property
from typing import Any

import msgspec
from mlops.scoring.contract import Contract
from mlops.serve.answers import Answer, predictions
from mlops.serve.explain import explained
from mlops.serve.model import Model
from mlops.serve.refusal import Error
from msgspec import Struct

EXAMPLE_ID = "0b6f5c1e8a7d-0"  # of a request that nobody made


class Published(Struct, dict=True, frozen=True):
    """A model and the service's terms: rows in a request at most, and whether it wants a token."""

    model: Model
    rows: int
    secured: bool

    @property
    def contract(self) -> Contract:
        """What the model takes and gives."""
        return self.model.contract

    @cached_property
    def requests(self) -> dict[str, Any]:
        """A request in each of its forms, with rows that the model was tested with."""
        rows = self.contract.examples
        columns = {name: [row.get(name) for row in rows] for name in self.contract.features}
        return {"record": rows[0], "records": rows[:2], "columns": {"columns": columns}}

    def answer(self, rows: int) -> dict[str, Any]:
        """The answer to a request of the first rows."""
        import numpy as np

        found = predictions(self.contract, np.array(self.contract.expected[:rows]))
        return builtin(Answer(EXAMPLE_ID, self.model.version, self.model.digest, found))

    @cached_property
    def explanation(self) -> dict[str, Any]:
        """The answer to a request to explain the first row."""
        return builtin(explained(self.model, EXAMPLE_ID, self.contract.examples[0]))

    @property
    def refusal(self) -> dict[str, Any]:
        """The answer to a request that lacks a column."""
        needed = (name for name, one in self.contract.features.items() if not one.nullable)
        name = next(needed, next(iter(self.contract.features)))
        return builtin(Error(EXAMPLE_ID, f"{name}: this column is missing", 0, name))


def builtin(answer: Struct) -> dict[str, Any]:
    """An answer as a program gets it."""
    found: dict[str, Any] = msgspec.to_builtins(answer)
    return found
