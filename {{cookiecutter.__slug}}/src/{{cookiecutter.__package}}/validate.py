"""Validate: every partition of data/raw against `conf/data/`, and against data/reference.json."""

from functools import partial, reduce

from mlops.config import params
from mlops.data import checks, outcome, partitions, reference
from mlops.errors import UserError
from mlops.files import write_json
from mlops.run import validation

from .paths import RAW, REPORTS

REMEDY = "mend the source, its reader or conf/data/; what was prepared and trained is untouched"


def validate() -> None:
    """Write what the partitions hold; stop with one line for each problem."""
    config, known = params.load(), reference.read()
    profiles = partitions.each(partial(checks.profile, data=config.data), partitions.files(RAW))
    whole = reduce(checks.Profile.merge, profiles)
    found = outcome.outcome(whole, known, config, RAW)
    page = validation.write(found, known, config)
    if found["problems"]:
        raise UserError(*outcome.lines(found["problems"]), f"each column: {page}", REMEDY)
    write_json(REPORTS / "validation.json", found)
    validation.tell(found, known, config)
