"""How the files of a table are written, as `conf/data/` says it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(min_length=1)]
Character = Annotated[str, Meta(min_length=1, max_length=1)]


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the configuration: unknown keys and wrong types are refused."""


class Written(Section, frozen=True):
    """How one column is written in the source, where that has to be said."""

    header: Name | None = None  # its name there
    decimal: Literal[".", ","] = "."  # before the fraction of a number
    thousands: Name | None = None  # between the thousands of a number
    format: Name | None = None  # of a timestamp, as strftime has it; None: ISO 8601
    true: list[str] | None = None  # what means yes
    false: list[str] | None = None  # what means no


class Reading(Section, frozen=True):
    """How the source is written: a CSV file, or, where only `columns` are given, Parquet."""

    encoding: Name = "utf-8"  # of the text
    delimiter: Character = ","  # between cells
    quote: Character = '"'  # around cells
    nulls: list[str] = field(default_factory=lambda: ["", "NA"])  # cells that are empty
    columns: dict[Name, Written] = {}  # by name, where something is to be said


class Origin(Section, frozen=True):
    """Where `mlops adopt` took the source from, without credentials."""

    url: Name  # of the file or the database
    query: Name | None = None  # what was taken from a database
