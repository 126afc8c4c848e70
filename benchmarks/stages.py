"""What each stage costs however small the table: its process, and the libraries that it imports.

uv run python benchmarks/stages.py
"""

import statistics
import subprocess
import tempfile
from pathlib import Path

import yaml
from timing import Timed, shell
from workload import TEMPLATE, edit

ROUNDS = 5
HEAVY = ("hydra", "numpy", "pyarrow", "pandas", "pandera", "scipy", "sklearn", "skops", "dvclive")
LOADED = """\
import runpy, sys
sys.argv = ["stage", sys.argv[1]]
try:
    runpy.run_module("mlops.stage", run_name="__main__")
finally:
    print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def main() -> None:
    """Run a small table through the pipeline, then each stage by itself."""
    with tempfile.TemporaryDirectory() as folder:
        shell(f"cookiecutter {TEMPLATE} --no-input", Path(folder))
        project = Path(folder, "late-flights")
        shell("uv sync", project)
        edit(project / "conf/config.yaml", "- data: flights", "- data: breast_cancer")
        shell('PATH="$PWD/.venv/bin:$PATH" dvc repro', project)
        stages = yaml.safe_load((project / "dvc.yaml").read_text())["stages"]
        bare = Timed("python -c pass", [".venv/bin/python -c pass"])
        timed = {name: Timed(name, [f".venv/bin/{stage['cmd']}"]) for name, stage in stages.items()}
        for _ in range(ROUNDS):
            for entry in (bare, *timed.values()):
                entry.run(project)
        print("| stage | wall s | CPU s | imports |\n|---|---|---|---|")
        print(row("Python alone", bare, ""))
        for name, entry in timed.items():
            print(row(f"`{name}`", entry, ", ".join(imports(project, stages[name]["cmd"]))))


def row(name: str, entry: Timed, libraries: str) -> str:
    """A line of the table."""
    wall, cpu = statistics.median(entry.wall), statistics.median(entry.cpu)
    return f"| {name} | {wall:.2f} | {cpu:.2f} | {libraries} |"


def imports(project: Path, command: str) -> list[str]:
    """The heavy libraries that a stage has loaded at its end."""
    code = [".venv/bin/python", "-c", LOADED, command.split()[-1]]
    done = subprocess.run(code, cwd=project, capture_output=True, text=True, check=True)
    loaded = done.stdout.rpartition("LOADED")[2].split()
    return [name for name in HEAVY if name in loaded]


if __name__ == "__main__":
    main()
