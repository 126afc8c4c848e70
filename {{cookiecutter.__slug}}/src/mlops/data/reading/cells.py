"""Cells become values of their declared types, a batch at a time."""

import re
from typing import TYPE_CHECKING

from mlops.config.schema import Column
from mlops.config.source import Written
from mlops.data import tables
from mlops.data.reading import times

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 60  # characters of a cell
TRUE = ["true", "t", "yes", "y", "1"]
FALSE = ["false", "f", "no", "n", "0"]


def plain(column: Column, written: Written) -> bool:
    """Tell whether Arrow's reader of CSV converts such a column by itself."""
    if column.type in ("number", "integer"):
        return written.decimal == "." and written.thousands is None
    return column.type == "category"


def convert(array: "pa.Array", column: Column, written: Written) -> "pa.Array":
    """Bring cells, texts or not, to the column's type. Raise `ValueError` where one is not."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    said = column.type == "boolean" and not pa.types.is_boolean(array.type)  # 1 and 0 are words
    if said or (column.type != "category" and is_text(array.type)):
        values = from_texts(array.cast(pa.string()), column, written)
    else:
        values = array.cast(tables.type_of(column), safe=column.type in ("integer", "category"))
    check_finite(values)
    return values


def is_text(kind: "pa.DataType") -> bool:
    """Tell whether a type is one of text."""
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_binary(kind))


def from_texts(texts: "pa.Array", column: Column, written: Written) -> "pa.Array":
    """Turn texts into numbers, truths or times."""
    import pyarrow.compute as pc

    texts = pc.utf8_trim(texts, " \t")  # as Arrow does
    if column.type == "boolean":
        return truths(texts, written)
    if column.type == "timestamp":
        return times.parse(texts, written.format)
    if not plain(column, written):
        texts = figures(texts, written)
    return texts.cast(tables.type_of(column))


def check_finite(values: "pa.Array") -> None:
    """Raise `ValueError` where a number is infinite."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(values.type) and pc.any(pc.is_inf(values)).as_py():
        raise ValueError("an infinite number")


def figures(texts: "pa.Array", written: Written) -> "pa.Array":
    """Write numbers as Arrow reads them: 1.234,5 becomes 1234.5."""
    import pyarrow.compute as pc

    group, point = re.escape(written.thousands or ""), re.escape(written.decimal)
    whole = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)" if group else r"\d+"
    number = rf"^[+-]?({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d+)?$"
    if not pc.all(pc.match_substring_regex(texts, number)).as_py():
        raise ValueError("not a number as it is written")
    if written.thousands:
        texts = pc.replace_substring(texts, written.thousands, "")
    return pc.replace_substring(texts, written.decimal, ".")


def truths(texts: "pa.Array", written: Written) -> "pa.Array":
    """Turn words, in any case, into true and false."""
    import pyarrow as pa
    import pyarrow.compute as pc

    true, false = words(written)
    place = pc.index_in(pc.utf8_lower(texts), pa.array([*true, *false]))
    if place.null_count > texts.null_count:
        raise ValueError("neither true nor false")
    return pc.less(place, len(true))


def words(written: Written) -> tuple[list[str], list[str]]:
    """The words for true and for false, in small letters."""
    true, false = written.true or TRUE, written.false or FALSE
    return [word.lower() for word in true], [word.lower() for word in false]


def wrong(array: "pa.Array", column: Column, written: Written, required: bool) -> "pa.Array":
    """Tell of each cell whether it is not of the type; of null, whether a value is required."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if fits(array, column, written):
        return pc.and_(array.is_null(), required)
    encoded = array.dictionary_encode()
    different = encoded.dictionary
    fitting = [fits(different.slice(place, 1), column, written) for place in range(len(different))]
    return pc.fill_null(pc.invert(pa.array(fitting, pa.bool_())).take(encoded.indices), required)


def fits(array: "pa.Array", column: Column, written: Written) -> bool:
    """Tell whether cells are of the type."""
    try:
        convert(array, column, written)
    except ValueError:
        return False
    return True


def shown(cell: "pa.Scalar") -> str:
    """Show a cell in a line."""
    if not cell.is_valid:
        return "an empty cell"
    text = repr(cell.as_py())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def expected(column: Column, written: Written, cell: str = "") -> str:
    """What a cell of the column, as it is shown, should have been; or all of them."""
    if column.type == "integer" and re.fullmatch(r"'-?\d+\.0+'", cell):
        return "a whole number without a point, which pandas writes where other cells are empty"
    nothing = " or an empty cell" if cell and column.nullable else ""
    return f"{kind(column, written)}{nothing}"


def kind(column: Column, written: Written) -> str:
    """What the cells of the column are."""
    if column.type == "boolean":
        true, false = words(written)
        return f"one of {', '.join([*true, *false])}"
    if column.type == "timestamp":
        return f"a date and time as {written.format or 'ISO 8601, such as 2013-06-30 17:45'}"
    noun = {"number": "a number", "integer": "a whole number"}.get(column.type, "text")
    if plain(column, written):
        return noun
    decimals = f"{written.decimal}5" if column.type == "number" else ""
    return f"{noun} such as 1{written.thousands or ''}234{decimals}"
