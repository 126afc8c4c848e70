"""A sample of a table: its columns with their types, and how they are written in the file."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mlops.config.source import Reading, Written

if TYPE_CHECKING:
    import pandas as pd

Type = Literal["number", "integer", "category", "boolean", "timestamp"]

UNSAID = Written()


@dataclass(frozen=True)
class Seen:
    """A column of the sample: `values` are of its type, nulls among them.

    `texts` are its cells as the file has them, where it is written in text.
    """

    header: str
    name: str
    type: Type
    values: "pd.Series[Any]"
    written: Written = UNSAID
    texts: "list[str | None] | None" = None

    @property
    def nullable(self) -> bool:
        """Whether there are nulls."""
        return bool(self.values.isna().any())

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return int(self.values.nunique())

    def words(self) -> "pd.Series[Any]":
        """The values as texts, nulls kept, as a category would have them."""
        import pandas as pd

        if self.texts is not None:
            return pd.Series(self.texts, dtype="str")
        texts = self.values.map(text_of, na_action="ignore")
        return texts.astype("str").where(self.values.notna())


@dataclass(frozen=True)
class Sample:
    """What was read of a file: `places` is each row's place in it, 0 where it is not known."""

    file: str
    columns: list[Seen]
    places: list[int]
    whole: bool
    rows: int  # of the whole table; an estimate where the sample is not the whole
    reading: Reading | None
    suffix: str
    notes: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  # cells that are taken, and may be wrong

    def column(self, name: str) -> Seen | None:
        """The column of a name, or of a header; None where there is none."""
        by_name = {seen.name: seen for seen in self.columns}
        return by_name.get(name) or {seen.header: seen for seen in self.columns}.get(name)

    def where(self, seen: Seen, index: int) -> str:
        """Name a cell of the sample: its file, column and row."""
        place = self.places[index]
        return f"{self.file}: column {seen.header!r}" + (f", row {place:,}" if place else "")


def text_of(value: Any) -> str:
    """A value as text, as Arrow has it: true, and 1 for 1.0."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
