"""What the model cannot take of a table: cells of another type, nulls, and what is out of range."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mlops.data.problem import Problem
from mlops.data.reading import cells, typed
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError
from mlops.scoring.contract import Feature

if TYPE_CHECKING:
    import pyarrow as pa


class Checked:
    """What is wrong with a table's rows so far: of each kind the first, and how many there are."""

    def __init__(
        self, path: Path, wanted: Wanted, features: dict[str, Feature], version: str
    ) -> None:
        self.path, self.wanted, self.contract = path, wanted, features
        # A version may be an older one, of other limits than conf/data/ has today.
        self.whose = f", as {version} has it" if version.startswith("v") else ""
        self.problems: dict[tuple[str, str], Problem] = {}  # by column and what was expected
        self.unseen: dict[str, Problem] = {}  # by column: texts that training did not have

    def features(self, batch: "pa.RecordBatch", row: int) -> "dict[str, pa.Array]":
        """The features of a batch, whose first row has this number, of their types."""
        raw = without_nan(batch.select(list(self.wanted.headers.values())))
        try:
            typed_batch = typed.convert(raw, self.wanted)
        except ValueError:
            self.add(typed.problems(self.path, [raw], row, self.wanted))
            return {}
        arrays = dict(zip(self.contract, typed_batch.columns, strict=True))
        for name, array in arrays.items():
            self.add(self.outside(name, array, row))
            if seen := self.contract[name].seen:
                self.look_for_others(name, array, [*seen], row)
        return arrays

    def look_for_others(
        self, name: str, array: "pa.Array", seen: list[str | None], row: int
    ) -> None:
        """Count the rows of a column whose text training did not have; they are scored."""
        import pyarrow as pa
        import pyarrow.compute as pc

        other = pc.invert(pc.is_in(array, pa.array(seen, array.type)))
        if count := pc.sum(other).as_py():
            place = pc.index(other, True).as_py()
            value, header = cells.shown(array[place]), self.wanted.headers[name]
            expected = "a text of the training rows: scored as unknown"
            found = Problem(str(self.path), header, row + place, value, expected, 0)
            first = self.unseen.setdefault(name, found)
            self.unseen[name] = first._replace(rows=first.rows + count)

    def outside(self, name: str, array: "pa.Array", row: int) -> Iterator[Problem]:
        """What is null, too small, too large or of another category in a column."""
        import pyarrow.compute as pc

        for wrong, expected in tests(array, self.contract[name]):
            place = pc.index(wrong, True).as_py()
            value, header = cells.shown(array[place]), self.wanted.headers[name]
            count = pc.sum(wrong).as_py()
            expected = f"{expected}{self.whose}"
            yield Problem(str(self.path), header, row + place, value, expected, count)

    def scores(self, scores: np.ndarray, row: int) -> None:
        """Look for rows whose numbers are too large to add up."""
        endless = ~np.isfinite(scores).reshape(len(scores), -1).all(axis=1)
        if endless.any():
            place, count = row + int(endless.argmax()), int(endless.sum())
            problem = "a score that is no number"
            self.add([Problem(str(self.path), "", place, problem, "smaller numbers", count)])

    def add(self, problems: Iterable[Problem]) -> None:
        """Count problems; the first of each kind is kept."""
        for problem in problems:
            key = problem.column, problem.expected
            first = self.problems.get(key)
            new = first._replace(rows=first.rows + problem.rows) if first else problem
            self.problems[key] = new

    def refuse(self) -> None:
        """Raise `UserError` where anything is wrong."""
        if self.problems:
            raise UserError(*map(str, self.problems.values()))


def tests(array: "pa.Array", feature: Feature) -> "Iterator[tuple[pa.Array, str]]":
    """Where an array breaks a rule, and which one it is; most often there is nothing to yield."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if array.null_count and not feature.nullable:
        yield array.is_null(), "a value"
    if feature.minimum is not None or feature.maximum is not None:
        ends = pc.min_max(array)
        least, most = ends["min"].as_py(), ends["max"].as_py()
        if feature.minimum is not None and least is not None and least < feature.minimum:
            yield pc.less(array, feature.minimum), f"at least {feature.minimum:g}"
        if feature.maximum is not None and most is not None and most > feature.maximum:
            yield pc.greater(array, feature.maximum), f"at most {feature.maximum:g}"
    if feature.categories is not None:
        known = pc.is_in(array, pa.array([*feature.categories, None], array.type))
        if not pc.all(known).as_py():
            yield pc.invert(known), f"one of {', '.join(feature.categories)}"


def without_nan(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    """Null in place of what is not a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def filled(array: "pa.Array") -> "pa.Array":
        if pa.types.is_floating(array.type) and pc.any(missing := pc.is_nan(array)).as_py():
            return pc.if_else(missing, None, array)
        return array

    return pa.record_batch([filled(array) for array in batch.columns], batch.schema.names)
