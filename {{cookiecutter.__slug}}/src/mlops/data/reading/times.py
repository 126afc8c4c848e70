"""Texts become times: as ISO 8601 has them, or in a format of strftime; zones become UTC."""

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def parse(texts: "pa.Array", form: str | None) -> "pa.Array":
    """Turn texts into times. Raise `ValueError` where one is none.

    Arrow is quick, pandas is careful and knows more: it reads what Arrow does not.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    stored = pa.timestamp("us")
    if form is None:
        for kind in (stored, pa.timestamp("us", "UTC")):
            with suppress(pa.ArrowInvalid):
                return texts.cast(kind).cast(stored)
        return carefully(pc.replace_substring(texts, ",", "."), "ISO8601")
    with suppress(pa.ArrowInvalid):
        times = pc.strptime(texts, format=form, unit="us").cast(stored)
        # It takes 31 February for 3 March, and 13 for the year 13.
        doubtful = pc.or_(pc.less(pc.day(times), 4), pc.less(pc.year(times), 1000))
        carefully(texts.filter(doubtful), form)
        return times
    return carefully(texts, form)


def carefully(texts: "pa.Array", form: str) -> "pa.Array":
    """Let pandas turn texts into times."""
    import pandas as pd
    import pyarrow as pa

    found = pd.to_datetime(texts.to_pandas(), format=form, utc=True)
    times = pa.Array.from_pandas(found.dt.tz_localize(None)).cast(pa.timestamp("us"), safe=False)
    if times.null_count > texts.null_count:
        raise ValueError("no time")
    return times
