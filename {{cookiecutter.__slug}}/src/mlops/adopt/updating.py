"""Run again: the file in `conf/data/` follows the newer table, and keeps what was edited."""

from typing import Any

from mlops.adopt import bounds
from mlops.adopt.edits import dumped
from mlops.adopt.numbers import PLAIN
from mlops.adopt.proposal import Proposal
from mlops.adopt.sample import Sample, Seen, text_of
from mlops.adopt.texts import FALSE, TRUE
from mlops.adopt.written import flow, plain, whole
from mlops.config import conf
from mlops.config.schema import Column
from mlops.config.source import Written
from mlops.data.reading import cells
from msgspec import convert

# A column that is declared so takes values of these types as well.
TAKES = {
    "number": {"number", "integer"},
    "integer": {"integer"},
    "category": {"category", "boolean", "integer", "number", "timestamp"},
    "boolean": {"boolean"},
    "timestamp": {"timestamp"},
}
MOST = 50  # categories that are listed
NOTED = 3  # new categories of a column that are told


def text(values: Any, proposal: Proposal) -> str:
    """The file, changed where the newer table asks for it; `values` are changed as well."""
    declared = values["columns"]
    there = {seen.name: seen for seen in proposal.sample.columns}
    there[proposal.asked.target.name] = proposal.asked.target
    for name in [name for name in declared if name not in there and not is_row(name, proposal)]:
        forget(values, name)
    for name, column in proposal.columns.items():
        if name not in declared:
            declared[name] = parsed(plain(column))
            if name in proposal.roles.identifiers and name not in values["identifiers"]:
                values["identifiers"].append(name)
        elif name in there:
            widen(declared[name], there[name], column, written_as(values, name), proposal.sample)
    note_lost_classes(values, proposal)
    follow_reading(values, proposal)
    for key in ("target", "task"):
        new = proposal.asked.target.name if key == "target" else proposal.asked.task
        if values[key] != new:
            values[key] = new
    follow_origin(values, proposal)
    for key in ("start", "through"):  # a file may have lost its first months, never its last
        new = getattr(proposal.split, key)
        if new and values.get(key) and values[key] < new:
            values[key] = quoted(new)
    return dumped(values)


def follow_origin(values: Any, proposal: Proposal) -> None:
    """Say where the table is from now, above its copy: comments below that are of what follows."""
    values["source"] = proposal.source
    said = None
    if proposal.origin:
        said = {"url": proposal.origin.url}
        if proposal.origin.query:
            said["query"] = proposal.origin.query
    if said is None:
        values.pop("origin", None)
    elif "origin" not in values:
        values.insert(list(values).index("source"), "origin", said)
    elif dict(values["origin"]) != said:
        values["origin"] = said


def note_lost_classes(values: Any, proposal: Proposal) -> None:
    """Note each class of the target that no row has any more: it may have been a slip."""
    target, sample = proposal.asked.target, proposal.sample
    there = {*target.words().dropna()}
    for word in values["columns"][target.name].get("categories") or ():
        if sample.whole and word not in there:
            told = f"{target.name}: no row is {word!r} any more"
            remedy = (
                "take it out of its categories in conf/data/, or delete that file and adopt again"
            )
            sample.notes.append(f"{told}: {remedy}")


def is_row(name: str, proposal: Proposal) -> bool:
    """Whether a column is the number that ingest gives to rows."""
    return proposal.roles.counts_rows and name in proposal.roles.key


def forget(values: Any, name: str) -> None:
    """Take a column out that the file has no more."""
    del values["columns"][name]
    for key in ("segments", "identifiers"):
        if name in values[key]:
            values[key].remove(name)
    ((values.get("reading") or {}).get("columns") or {}).pop(name, None)


def widen(declared: Any, seen: Seen, proposed: Column, said: Any, sample: Sample) -> None:
    """Let a column take what the newer table has, never less than before; note what is new."""
    if declared["type"] == "boolean" and speaks(seen, said):
        return
    if seen.type not in TAKES[declared["type"]]:
        sample.notes.append(f"{seen.name}: {declared['type']} until now, {seen.type} in this file")
        note_other_type(declared, seen, said, sample)
        declared.clear()
        declared.update(parsed(plain(proposed)))
        return
    if seen.nullable and not declared.get("nullable"):
        note(sample, seen, seen.values.isna().argmax(), "no value, which was not allowed")
        declared["nullable"] = True
    if seen.type in ("number", "integer") and seen.distinct:
        low, high = bounds.limits(seen.values)
        if declared.get("minimum") is not None and seen.values.min() < declared["minimum"]:
            index, bound = seen.values.argmin(), declared["minimum"]
            note(sample, seen, index, f"{number(seen, index)} is below minimum {bound}")
            assign(declared, "minimum", low)
        if declared.get("maximum") is not None and seen.values.max() > declared["maximum"]:
            index, bound = seen.values.argmax(), declared["maximum"]
            note(sample, seen, index, f"{number(seen, index)} is above maximum {bound}")
            assign(declared, "maximum", high)
    if declared.get("categories"):
        words = seen.words()
        new = sorted({*words.dropna()} - {*declared["categories"]})
        for word in new[:NOTED]:
            note(sample, seen, (words == word).argmax(), f"{word} is no category")
        listed = len(declared["categories"]) + len(new) <= MOST
        assign(declared, "categories", [*declared["categories"], *new] if listed else None)


def note_other_type(declared: Any, seen: Seen, said: Any, sample: Sample) -> None:
    """Tell the first cell that is not of the declared type, and how many are so."""
    import pyarrow as pa

    kind = declared["type"]
    if kind == "integer" and seen.type == "number":
        wrong = (seen.values % 1 != 0).fillna(False).to_numpy(bool)
    else:
        column, written = Column(kind), convert(dict(said), Written)
        words = pa.array(seen.words(), pa.string(), from_pandas=True)
        wrong = cells.wrong(words, column, written, kind == "boolean").to_numpy(False)
    if not wrong.any():
        return
    index = int(wrong.argmax())
    where, word = sample.where(seen, index), seen.words().iloc[index]
    if any(line.startswith(f"{where}: ") for line in sample.odd):
        return
    shown = repr(word[:60]) if isinstance(word, str) else "an empty cell"
    many = f"{wrong.sum():,} rows" if wrong.sum() > 1 else "1 row"
    sample.odd.append(f"{where}: {shown} is no {kind}, as all were until now ({many})")


def number(seen: Seen, index: Any) -> str:
    """A cell of numbers, and how it is read where that is not plain."""
    text, value = seen.words().iloc[index], text_of(float(seen.values.iloc[index]))
    plainly = PLAIN.pattern.fullmatch(text) and float(text) == float(value)
    return text if plainly else f"{text}, read as {value},"


def note(sample: Sample, seen: Seen, index: Any, problem: str) -> None:
    """Tell a cell for which a column is widened: it may as well be wrong."""
    sample.odd.append(f"{sample.where(seen, int(index))}: {problem} until now")


def assign(declared: Any, key: str, value: Any) -> None:
    """Set a key of a column; None takes it out."""
    if value is None:
        del declared[key]
    elif declared[key] != value:
        declared[key] = parsed(whole(value))


def speaks(seen: Seen, said: Any) -> bool:
    """Whether a column has only the words that are declared for true and false."""
    words = {*(said.get("true") or TRUE), *(said.get("false") or FALSE)}
    spoken = {text.strip().casefold() for text in seen.words().dropna()}
    return not seen.nullable and spoken <= {str(word).casefold() for word in words}


def written_as(values: Any, name: str) -> Any:
    """What is said of how a column is written."""
    return ((values.get("reading") or {}).get("columns") or {}).get(name) or {}


def follow_reading(values: Any, proposal: Proposal) -> None:
    """Follow the file where it is written in another way than before."""
    new = proposal.reading
    if new is None:
        return
    if not values.get("reading"):
        values["reading"] = {}
    how = values["reading"]
    for key, usual in (("encoding", "utf-8"), ("delimiter", ","), ("quote", '"')):
        if how.get(key, usual) != getattr(new, key):
            how[key] = quoted(getattr(new, key))
    more = [word for word in new.nulls if word not in how.get("nulls", ["", "NA"])]
    if more:
        how["nulls"] = parsed([*how.get("nulls", ["", "NA"]), *more])
    for name, column in proposal.columns.items():
        said = plain(new.columns[name]) if name in new.columns else {}
        before = written_as(values, name)
        kept = {key: before[key] for key in ("true", "false") if key in before}
        if kept and values["columns"][name]["type"] == "boolean":
            said |= kept
        if column.type == values["columns"][name]["type"] and said != dict(before):
            if not how.get("columns"):
                # Before the last key, which holds the comment of what follows.
                how.insert(max(len(how) - 1, 0), "columns", {})
            how["columns"][name] = parsed(said)


def parsed(value: Any) -> Any:
    """A value as YAML on one line, as `written` writes it."""
    return conf.round_trip().load(flow(value))


def quoted(text: str) -> Any:
    """A text in quotes where it needs them."""
    return parsed([text])[0]
