"""The last period of the data, and the last one that the source has.

python -m mlops.monitor.period            prints both
python -m mlops.monitor.period 2013-07    makes it the data's, in conf/
"""

import json
import sys

from mlops import recipe
from mlops.config import adopt, compose, conf, params
from mlops.config.composition import compose as composed
from mlops.errors import UserError

KEY = "data.through"


def periods() -> dict[str, str]:
    """The data's last period, and the source's, which the recipe's `ingest.py` tells."""
    newest = recipe.function_of("ingest", "newest_period", "it tells what the source has")
    data, last = params.load().data, newest()
    if data.through is None or last is None:
        raise UserError(
            f"data.start: the table {data.name} has no months to move on to: replace its files in"
            " data/source, then `uv run dvc repro`"
        )
    return {"through": data.through, "newest": last}


def move(period: str) -> None:
    """Set the data's last period in `conf/`, where it is decided, and compose."""
    adopt.write_value(conf.find(KEY, composed().choices), period)
    compose.update()


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:
            move(sys.argv[1])
        else:
            print(json.dumps(periods()))
    except UserError as error:
        sys.exit(str(error))
