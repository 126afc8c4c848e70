"""The year, rehearsed: from June to December, each month a pull request that its gate judges.

python tests/campaigns/year.py FOLDER    (`make year`; about a quarter of an hour)

It bakes a project into FOLDER with a bare origin beside it, runs the starter on June, and lets
`mlops retrain` bring every later month. What the gate lets through is merged and promoted. The
registry and the metric's history are then printed, and drawn as docs/images/year.svg.
"""

import io
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from baked import TEMPLATE, BakedProject, bake, execute

MONTHS = [f"2013-{month:02}" for month in range(7, 13)]
PICTURE = TEMPLATE / "docs" / "images" / "year.svg"
WIDE = 150  # columns of the picture


def main(folder: Path) -> None:
    """Play the year."""
    folder.mkdir(parents=True)
    project = start(folder)
    for month in MONTHS:
        day(month)
        play(project, month)
    draw(project)


def start(folder: Path) -> BakedProject:
    """The starter as generated, run, pushed and promoted on a day of July."""
    day("2013-06")
    bake(folder)
    execute("git", "init", "-q", "--bare", "--initial-branch=main", "origin.git", cwd=folder)
    project = BakedProject(folder / "late-flights")
    execute("uv", "sync", "-q", cwd=project.path)
    project.run("dvc", "repro", "-q")
    project.commit("Flights through 2013-06")
    project.git("remote", "add", "origin", "../origin.git")
    project.git("push", "-q", "--set-upstream", "origin", "main")
    project.run("dvc", "push", "-q")
    print("2013-06:", project.run("mlops", "promote").out.strip(), flush=True)
    return project


def day(month: str) -> None:
    """Set Git's clock to the third of the month after, at which `retrain.yaml` runs."""
    year, number = int(month[:4]), int(month[5:])
    year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        os.environ[name] = f"{year}-{number:02}-03T05:17:00Z"


def play(project: BakedProject, month: str) -> None:
    """One month: a branch, its report, and a merge where the gate lets it through."""
    project.run("mlops", "retrain", "--through", month)
    project.git("switch", "-q", "-C", "retrain", "origin/retrain")
    project.run("dvc", "checkout", "-q")
    report = project.run("mlops", "report", "--markdown").out
    print(f"{month}:", report.splitlines()[0], flush=True)
    reports = project.path.parent / "reports"
    reports.mkdir(exist_ok=True)
    (reports / f"{month}.md").write_text(report, "utf-8")
    passes = project.run("mlops", "gate", check=False).code == 0
    project.git("switch", "-q", "main")
    if passes:
        project.git("merge", "-q", "--squash", "retrain")
        project.git("commit", "-q", "-m", f"Flights through {month} (#{int(month[5:]) - 6})")
        project.git("push", "-q", "origin", "main")
    project.run("dvc", "checkout", "-q")
    if passes:
        print(f"{month}:", project.run("mlops", "promote").out.strip(), flush=True)


def draw(project: BakedProject) -> None:
    """Print what the registry and the history tell, also as a picture of a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDE, file=io.StringIO())
    for command in ("registry production", "registry", "history roc_auc"):
        text = project.run("mlops", *command.split()).out
        print(f"$ uv run mlops {command}\n{text}")
        console.print(Text(f"$ uv run mlops {command}", style="bold"))
        console.print(Text(text), no_wrap=True, crop=True)
    drawn = console.export_svg(title="Seven months, told by Git alone")
    fonts = re.compile(r"@font-face {.*?}\n", re.DOTALL)  # they would come from another host
    PICTURE.write_text(fonts.sub("", drawn), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
