"""`mlops tune`: search, sum up, and tell."""

import sys
from pathlib import Path

import msgspec
from mlops.files import write_json
from mlops.run.reports import declared
from mlops.tune import page, problem, search, study, terminal
from mlops.tune.outcome import outcome
from mlops.tune.problem import Problem
from mlops.tune.study import Study

REPORT = Path("reports/tuning.json")
INTERRUPTED = 130  # as shells have it after Ctrl-C


def tune(total: int, minutes: int | None) -> int:
    """Bring the study of the chosen model to so many trials and report; return the exit code.

    It is 1 where a trial of the study failed, and 130 after Ctrl-C.
    """
    here = problem.read()
    with study.alone():
        found = study.open_for(here)
        announce(here, found, total)
        finished = search.search(here, found, total, None if minutes is None else 60 * minutes)
        if found.of(here.current) is None:
            print("interrupted before the first trial was done", file=sys.stderr)
            return INTERRUPTED
        failed = report(here, found, total)
    return INTERRUPTED if not finished else 1 if failed else 0


def announce(here: Problem, found: Study, total: int) -> None:
    """Tell what is searched, and whether the study is a new one."""
    config, done = here.config, len(found.trials)
    rows = f"{here.rows:,} rows, out of fold" if here.by_folds else f"{here.rows:,} validation rows"
    print(f"{config.model.name}, by {found.metric} on {rows}: conf/search/{found.model}.yaml")
    if done >= total:
        print(f"{done} of {total} trials done: ask for more with --trials {2 * done}")
    elif done:
        print(f"{done} of {total} trials done before: {found.path}")
    elif changes := study.changed_since_last(found):
        print(f"a new study (changed since the last one: {', '.join(changes)}): {found.path}")


def report(here: Problem, found: Study, total: int) -> int:
    """Write and print what was found; return how many trials failed."""
    summary = outcome(here, found, total)
    write_json(REPORT, msgspec.to_builtins(summary))
    written = page.write(summary, here.space, declared().get("name", ""))
    terminal.show(summary, written)
    return summary.failed
