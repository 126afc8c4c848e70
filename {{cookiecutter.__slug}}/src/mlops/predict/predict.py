"""Score a whole table, of any size, in flat memory: all of its rows, or none."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mlops import progress
from mlops.config import params
from mlops.config.schema import Column
from mlops.config.source import Reading
from mlops.data.reading.typed import Wanted
from mlops.errors import UserError
from mlops.predict import formats, source, writer
from mlops.predict.checks import Checked
from mlops.predict.formats import PIPE, Format
from mlops.scoring.contract import Contract
from mlops.scoring.scorer import Scorer, labels

if TYPE_CHECKING:
    import pyarrow as pa

BY = "predicted_by"
PREDICTED = "predicted"


def predict(table: str, target: str, scorer: Scorer, version: str, piped: Format = "csv") -> int:
    """Write a table's rows with their predictions to `target`; return how many there are.

    `-` is standard input or output, in the format `piped`; pipes are kept in a temporary file, so
    that there too all rows come out or none. Raise `UserError` that names file, column and row
    where a row is not what the model takes.
    """
    kinds = formats.of(table, piped, packed=True), formats.of(target, piped, packed=False)
    with tempfile.TemporaryDirectory() as folder:
        taken, given = Path(table), Path(target)
        if table == PIPE:
            taken = Path(folder, f"input{formats.PIPED[piped]}")
            with taken.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        if target == PIPE:
            given = Path(folder, f"output{formats.PIPED[piped]}")
        try:
            rows, remarks = score(taken, kinds[0], given, kinds[1], scorer, version)
        except UserError as error:
            raise UserError(*(shown(line, folder, piped) for line in error.lines)) from None
        if target == PIPE:
            with given.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        for line in remarks:
            print(shown(line, folder, piped), file=sys.stderr)
        return rows


def shown(line: str, folder: str, piped: Format) -> str:
    """A line that calls a pipe what people call it, and proposes what helps here."""
    for name in ("input", "output"):
        line = line.replace(str(Path(folder, f"{name}{formats.PIPED[piped]}")), f"standard {name}")
    if line.startswith("standard input"):  # it has no name that could end in anything
        line = line.replace("let its name end in .parquet", "say --format parquet")
    other = "name another in data.reading.encoding"
    return line.replace(other, f"save it so; or {other}, then `uv run mlops compose`")


def score(
    path: Path, kind: Format, target: Path, form: Format, scorer: Scorer, version: str
) -> tuple[int, list[str]]:
    """Write the rows of one file to another; return how many there are, and what is odd in them."""
    features, rows = scorer.contract.features, 0
    columns = {name: Column(each.type, each.nullable) for name, each in features.items()}
    wanted = source.fitting(path, kind, [Wanted(columns, way) for way in readings()])
    with source.opened(path, kind, wanted) as table:
        checked = Checked(path, wanted, features, version)
        schema = extended(table.schema, scorer.contract, path)
        with (
            writer.writing(target, form, schema) as write,
            progress.counting(table.rows, "Rows scored") as advance,
        ):
            for batch in table.batches:
                arrays = checked.features(batch, table.first + rows)
                if not checked.problems:
                    found = scorer.score(arrays)
                    checked.scores(found, table.first + rows)
                    write(appended(batch, scorer.contract, found, version, schema))
                rows += batch.num_rows
                advance(batch.num_rows)
            checked.refuse()
    return rows, [*map(str, checked.unseen.values())]


def readings() -> list[Reading]:
    """How a table may be written: as this project's own, or plainly, by the declared names."""
    described = params.load().data.reading if params.PARAMS.is_file() else None
    plain = [Reading(), Reading(delimiter="\t")]
    return [described, *plain] if described else plain


def predictions(
    contract: Contract, scores: np.ndarray, version: str
) -> "Iterator[tuple[str, pa.Array]]":
    """The columns that are added: the scores, what they mean, and which model says so."""
    import pyarrow as pa

    if contract.task == "binary":
        yield "score", pa.array(scores)
        yield PREDICTED, pa.array(labels(contract, scores), pa.bool_())
    elif contract.task == "multiclass":
        for place, name in enumerate(contract.classes):
            yield f"score.{name}", pa.array(scores[:, place])
        yield PREDICTED, pa.array(labels(contract, scores), pa.string())
    else:
        yield PREDICTED, pa.array(scores)
    yield BY, pa.repeat(version, len(scores))


def extended(schema: "pa.Schema", contract: Contract, path: Path) -> "pa.Schema":
    """The columns of a table and those that are added. Raise `UserError` where one is there."""
    import pyarrow as pa

    none = np.zeros((0, len(contract.classes)) if contract.task == "multiclass" else 0)
    for name, array in predictions(contract, none, ""):
        if name in schema.names:
            raise UserError(f"{path}: column {name!r} is there already: rename or drop it")
        schema = schema.append(pa.field(name, array.type))
    return schema


def appended(
    batch: "pa.RecordBatch",
    contract: Contract,
    scores: np.ndarray,
    version: str,
    schema: "pa.Schema",
) -> "pa.RecordBatch":
    """A batch with its predictions."""
    import pyarrow as pa

    added = [array for _, array in predictions(contract, scores, version)]
    return pa.record_batch([*batch.columns, *added], schema=schema)
