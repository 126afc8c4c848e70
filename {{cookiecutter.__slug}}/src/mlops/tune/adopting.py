"""`mlops tune --adopt`: the best trial's values into `conf/`, comments and order kept."""

from mlops.config import adopt
from mlops.errors import UserError
from mlops.tune import keys, problem, study
from mlops.tune.outcome import better


def adopt_best() -> None:
    """Write the best of the project's study. Raise `UserError` where it has none as it is."""
    here = problem.read()
    found = study.open_for(here)
    if not found.trials:
        changes = ", ".join(study.changed_since_last(found))
        why = f" (changed since the last one: {changes})" if changes else ""
        raise UserError(f"there is no study of the project as it is{why}: `uv run mlops tune`")
    if found.of(here.current) is None:
        raise UserError(
            f"{found.path}: conf/ has other values than those that were tried: `uv run mlops tune`"
        )
    best = better(here, found)
    if best is None:
        print(f"nothing better than what conf/ has among {len(found.trials):,} trials")
        return
    adopt.bring_about(keys.changed(here.values, best.values))
    print("next: uv run dvc repro")
