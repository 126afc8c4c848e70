"""What validate finds, as `reports/validation.json` and the page of the data have it.

{"rows", "partitions", "classes", "nulls",   rows in all, of each partition and class, and nulls
 "columns": {partition: {column: summary}},
 "skew": {partition: {column: {"psi", ...}}},  of the partitions that were compared
 "warnings": [{"skew", "file", "column", "row", "value", "expected", "rows"}],
 "problems": the same, of what stops the pipeline}
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mlops.config.schema import Config
from mlops.config.validation import Skew
from mlops.data import checks, findings, skew
from mlops.data.checks import Profile
from mlops.data.problem import Problem
from mlops.data.reference import Reference

Outcome = dict[str, Any]


def outcome(
    profile: Profile, reference: Reference | None, config: Config, directory: Path
) -> Outcome:
    """Judge the partitions of a directory by `conf/data/`, and by the reference if there is one."""
    data = config.data
    problems = [
        *once(profile.problems, len(profile.rows), directory),
        *checks.whole_problems(profile, data, str(directory)),
    ]
    measured = skew.measure(profile, reference, data)
    found = list(findings.findings(measured, profile, reference, config, directory))
    entries = {
        kind: [entry(one.problem, one.skew) for one in found if one.severity == kind]
        for kind in ("warning", "error")
    }
    return {
        "rows": sum(profile.rows.values()),
        "partitions": profile.rows,
        "classes": checks.target_classes(profile, data),
        "nulls": profile.nulls,
        "columns": profile.columns,
        "skew": measured,
        "warnings": entries["warning"],
        "problems": [*map(entry, problems), *entries["error"]],
    }


def once(problems: list[Problem], partitions: int, directory: Path) -> list[Problem]:
    """Say once what is wrong with every partition alike, such as a column that no reader brings."""
    alike = Counter(problem[1:5] for problem in problems if problem.row is None)
    found: dict[object, Problem] = {}
    for problem in problems:
        kind = problem[1:5]
        if partitions > 1 and alike[kind] == partitions:
            rows = problem.rows + (found[kind].rows if kind in found else 0)
            found[kind] = problem._replace(file=str(directory), rows=rows)
        else:
            found[problem] = problem
    return list(found.values())


def entry(problem: Problem, skew: Skew | None = None) -> dict[str, Any]:
    """A problem, and the kind of skew that it is, if it is one."""
    return {"skew": skew, **problem._asdict()}


def lines(entries: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each problem or warning."""
    return [
        str(Problem(**{key: value for key, value in entry.items() if key != "skew"}))
        for entry in entries
    ]
