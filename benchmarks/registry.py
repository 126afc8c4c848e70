"""What a list of a thousand versions costs, against starting Python.

uv run python benchmarks/registry.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from timing import Timed, in_turns, shell

TEMPLATE = Path(__file__).parent.parent
VERSIONS = 1000
ROUNDS = 3
START = 1_700_000_000  # Unix seconds
WHO = "Benchmark <benchmark@example.org>"


def main() -> None:
    """Bake a project, give it the tags of a thousand promotions, and list them."""
    sys.dont_write_bytecode = True  # nothing may be left in the template
    sys.path[:0] = [str(TEMPLATE / "{{cookiecutter.__slug}}" / "src")]
    with tempfile.TemporaryDirectory() as folder:
        shell(f"cookiecutter {TEMPLATE} --no-input", Path(folder))
        project = Path(folder) / "late-flights"
        shell("uv sync", project)
        subprocess.run(
            ["git", "fast-import", "--quiet"], cwd=project, input=history().encode(), check=True
        )
        shell("git pack-refs --all", project)
        listed = Timed("`mlops registry`, 1,000 versions", [".venv/bin/mlops registry"])
        bare = Timed("`python -c pass`", [".venv/bin/python -c pass"])
        print(in_turns(project, ROUNDS, bare, listed))


def history() -> str:
    """A thousand commits with the two tags of a promotion each, as `git fast-import` reads them."""
    return "".join(promotion(number) for number in range(1, VERSIONS + 1))


def promotion(number: int) -> str:
    """A commit, its version, and its way into production."""
    from mlops.release import facts

    version = f"v0.{number}.0"
    registered = facts.message(
        f"Register model {version}",
        {
            "Model": f"{number:032x}",
            "Metric": f"roc_auc 0.{700 + number % 50} (0.678 to 0.749)",
            "Data": f"2013-01 to 2013-06, {160_000 + number:,} rows, {number * 7:032x}",
        },
    )
    assigned = facts.message(
        f"Assign model {version} to production",
        {
            "Why": "Better than production: roc_auc 0.717 instead of 0.706, by 0.004 to 0.018",
            "Replaces": f"v0.{number - 1}.0" if number > 1 else "",
            "Run": f"https://github.com/owner/flights/actions/runs/{number}",
        },
    )
    commit = f"commit refs/heads/history\nmark :{number}\ncommitter {WHO} {START + number} +0000\n"
    return (
        f"{commit}{data(f'Model {number}')}"
        f"{tag(f'model@{version}', number, registered)}"
        f"{tag(f'model#production#{number}', number, assigned)}"
    )


def tag(name: str, number: int, message: str) -> str:
    """An annotated tag at a marked commit."""
    who = f"tagger {WHO} {START + number} +0000"
    return f"tag {name}\nfrom :{number}\n{who}\n{data(message)}"


def data(text: str) -> str:
    """A text with its length in bytes before it."""
    return f"data {len(text.encode())}\n{text}\n"


if __name__ == "__main__":
    main()
