"""Validate: every month of data/raw against the columns declared in `conf/data/`."""

from functools import partial, reduce

from mlops.config import params
from mlops.data import checks, partitions
from mlops.errors import UserError
from mlops.files import write_json

from .paths import RAW, REPORTS

REMEDY = "mend the source or conf/data/; what was prepared and trained before is untouched"


def validate() -> None:
    """Write what the months hold; stop with one line for each problem."""
    data = params.load().data
    profiles = partitions.each(partial(checks.profile, data=data), partitions.files(RAW))
    whole = reduce(checks.Profile.merge, profiles)
    problems = whole.problems + checks.whole_problems(whole, data, str(RAW))
    if problems:
        raise UserError(*map(str, problems), REMEDY)
    rows = sum(whole.rows.values())
    write_json(
        REPORTS / "validation.json",
        {
            "rows": rows,
            "partitions": whole.rows,
            "classes": checks.target_classes(whole, data),
            "nulls": whole.nulls,
            "columns": whole.columns,
        },
    )
    print(f"{rows:,} rows in {len(whole.rows)} partitions are as conf/data/ declares them")
