"""What is asked of the model: yes or no, one of several classes, or a number."""

from typing import TYPE_CHECKING, Any, NamedTuple

from mlops.adopt.bounds import unlistable
from mlops.adopt.sample import Sample, Seen
from mlops.adopt.texts import FALSE, POSITIVE, SLIPS, TRUE
from mlops.config.explain import nearest
from mlops.config.source import Written
from mlops.config.tasks import Task
from mlops.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

FEW = 10  # different whole numbers may be classes ...
ROWS_EACH = 20  # ... where so many rows share one on average
CLASSES = 50  # at most
CLASS_PER_ROW = 0.5  # of the rows having a class of their own, it is none


class Asked(NamedTuple):
    """The task, why it is this one, and the target as the task has it."""

    task: Task
    why: str
    target: Seen
    classes: list[str]


def find(sample: Sample, name: str, given: Task | None) -> Asked:
    """Tell the task from the target's values. Raise `UserError` where there is none to learn."""
    target = sample.column(name)
    if target is None:
        known = nearest(name, [seen.name for seen in sample.columns])
        raise UserError(f"{sample.file}: there is no column {name!r} for --target; {known}")
    check(sample, target)
    task, why = (given, "as given") if given else infer(target)
    if task == "regression":
        if target.type not in ("number", "integer"):
            raise UserError(
                f"{sample.where(target, 0)}: {target.words().iloc[0]!r} is no number:"
                " --task regression needs numbers"
            )
        return Asked(task, why, target, [])
    classes = sorted(spoken(target).unique(), key=by_size)
    if task == "multiclass" and not given:
        note_slip(sample, target)
    if task == "binary":
        return binary(sample, target, classes, why)
    return multiclass(sample, target, classes, why)


def check(sample: Sample, target: Seen) -> None:
    """Refuse a target without values, with some missing, or with a single one."""
    where = f"{sample.file}: column {target.header!r}"
    missing = target.values.isna()
    if missing.all():
        raise UserError(f"{where}: there is no value at all: the target needs one in each row")
    if missing.any():
        index = int(missing.to_numpy().argmax())
        many = f"{int(missing.sum()):,} rows" if missing.sum() > 1 else "1 row"
        raise UserError(
            f"{sample.where(target, index)}: there is no value ({many}): the target is never"
            " null; leave such rows out of the file"
        )
    if target.distinct == 1:
        value = target.words().iloc[0]
        raise UserError(f"{where}: {value!r} in all {len(missing):,} rows: nothing to learn")
    if target.type == "timestamp":
        raise UserError(f"{where}: a time is no target: predict a number, such as days until then")


def infer(target: Seen) -> tuple[Task, str]:
    """The likeliest task, and why."""
    different = target.distinct
    if target.type == "boolean" or different == 2:
        return "binary", f"two values: {' and '.join(sorted(spoken(target).unique()))}"
    if target.type == "category":
        return "multiclass", f"{different} different texts"
    if (
        target.type == "integer"
        and different <= FEW
        and len(target.values) >= ROWS_EACH * different
    ):
        return "multiclass", f"{different} different whole numbers; --task regression for a number"
    kind = "whole numbers" if target.type == "integer" else "numbers"
    return "regression", f"{kind}, {different:,} different"


def binary(sample: Sample, target: Seen, classes: list[str], why: str) -> Asked:
    """The target as true or false; which of two values is true is said."""
    if len(classes) != 2:
        where, rarest = rarest_cell(sample, target)
        raise UserError(
            f"{where}: {rarest!r} is one of {len(classes):,} different values, and a yes/no target"
            " has two: mend the file, or choose another --task"
        )
    true = positive(classes, target)
    if true.casefold() != "true":
        why += f"; true is {true!r}"
    if target.type == "boolean":
        return Asked("binary", why, target, [])
    words = target.words()
    false = next(text for text in classes if text != true)
    said = Written(true=[true.strip()], false=[false.strip()])
    if true.strip().casefold() in TRUE and false.strip().casefold() in FALSE:
        said = Written()
    answer = Seen(target.header, target.name, "boolean", words == true, said)
    return Asked("binary", why, answer, [])


def spoken(target: Seen) -> "pd.Series[Any]":
    """The target's words; yes and no are the same in any case, as they are read."""
    words = target.words()
    mixed = target.type == "boolean" and words.nunique() > 2
    return words.str.strip().str.casefold() if mixed else words


def note_slip(sample: Sample, target: Seen) -> None:
    """Note the class of the fewest rows, where it may be no more than a slip."""
    where, value = rarest_cell(sample, target)
    if (rows := int((target.words() == value).sum())) <= SLIPS:
        many = f"{rows} rows" if rows > 1 else "1 row"
        sample.odd.append(f"{where}: {value!r} stands in {many} only")


def positive(classes: list[str], target: Seen) -> str:
    """Which of two values is true: the word for it, the greater number, or the rarer text."""
    for text in classes:
        if text.strip().casefold() in POSITIVE | {"positive"}:
            return text
    if target.type in ("number", "integer"):
        return classes[1]
    return str(target.words().value_counts().sort_index(ascending=False).idxmin())


def rarest_cell(sample: Sample, target: Seen) -> tuple[str, str]:
    """Where the value is first that the fewest rows have: it may be a slip."""
    words = target.words()
    value = str(words.value_counts().sort_index().idxmin())
    return sample.where(target, int((words == value).to_numpy().argmax())), value


def multiclass(sample: Sample, target: Seen, classes: list[str], why: str) -> Asked:
    """The target as one of several classes."""
    where = f"{sample.file}: column {target.header!r}"
    rows = len(target.values)
    if len(classes) > max(2, CLASS_PER_ROW * rows):
        raise UserError(
            f"{where}: {len(classes):,} different values in {rows:,} rows: a class in nearly each"
            " row cannot be learnt"
        )
    if len(classes) > CLASSES:
        raise UserError(f"{where}: {len(classes):,} classes, expected {CLASSES} at most")
    if bad := [text for text in classes if unlistable(text)]:
        raise UserError(f"{where}: {bad[0][:60]!r} cannot be the name of a class: shorten it")
    answer = Seen(target.header, target.name, "category", target.words(), target.written)
    return Asked("multiclass", why, answer, classes)


def by_size(text: str) -> tuple[bool, float, str]:
    """Sort numbers by size, and other texts after them."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0.0, text
