"""What the pipeline costs: `dvc repro` against one process that calls the same stage functions.

uv run python benchmarks/pipeline.py [ROWS]

The bare script imports the recipe's stages and calls them one after the other: nothing is cached,
nothing is versioned. Kedro, in an environment of its own, runs the same functions as nodes.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import workload
from timing import Timed, in_turns, shell

STAGES = ("ingest", "validate", "split", "train", "export", "evaluate", "explain", "card")
DVC_STAGES = 8  # explain runs in the process of evaluate
ROUNDS = 3
CLEAN = (
    "rm -rf data/raw data/raw.json data/prepared models/model.skops models/scorer.zip reports/plots"
)
FORGET = f"{CLEAN} .dvc/cache dvc.lock .dvc/tmp"
RATE = r"sed -i -E 's/^(  learning_rate:) .*/\1 0.{round}/' conf/model/hist_gradient_boosting.yaml"
SCRIPT = """\
import sys
from importlib import import_module

for name in sys.argv[1:]:
    module = "mlops.config.compose" if name == "compose" else f"late_flights.{name}"
    getattr(import_module(module), name)()
"""
KEDRO = Path(__file__).parent / "kedro"
SETTINGS = """
[tool.kedro]
package_name = "peer"
project_name = "peer"
kedro_init_version = "1.0.0"
source_dir = "kedro_source"
"""


def main() -> None:
    """Time a cold run, a run after one parameter changed, and one with nothing to do."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        project = workload.project(Path(folder), rows)
        (project / "bare.py").write_text(SCRIPT)
        bare = f".venv/bin/python bare.py compose {' '.join(STAGES)}"
        repro = 'PATH="$PWD/.venv/bin:$PATH" dvc repro'
        print(f"**From nothing, {rows:,} rows**\n", flush=True)
        print(
            in_turns(
                project,
                ROUNDS,
                Timed("the stages in one process", [bare], before=[CLEAN]),
                Timed("`dvc repro`", [repro], before=[FORGET]),
                Timed("Kedro", [kedro(project)], before=[CLEAN]),
            ),
            flush=True,
        )
        shell(repro, project)
        print(f"\n**After a change of the learning rate, {rows:,} rows**\n", flush=True)
        again = ".venv/bin/python bare.py train export evaluate explain"
        print(
            in_turns(
                project,
                ROUNDS,
                Timed("train, export, evaluate and explain in one process", [again]),
                Timed("`dvc repro`", [repro], before=[RATE]),
            ),
            flush=True,
        )
        print("\n**With nothing to do**\n", flush=True)
        chain(Path(folder) / "chain", DVC_STAGES)
        trivial = f"cd {folder}/chain && {project}/.venv/bin/dvc repro"
        print(
            in_turns(
                project,
                ROUNDS,
                Timed(
                    "a chain of as many trivial stages",
                    [trivial],
                ),
                Timed("`dvc repro`", [repro]),
            )
        )


def kedro(project: Path) -> str:
    """Make Kedro's environment and project beside DVC's; the line that runs it."""
    shutil.copytree(KEDRO, project, dirs_exist_ok=True)
    with (project / "pyproject.toml").open("a") as file:
        file.write(SETTINGS)
    shell("uv venv -q --python .venv/bin/python .kedro", project)
    shell("uv pip install -q --python .kedro/bin/python -e . kedro", project)
    stages = ",".join(("compose", *STAGES))
    return f"DO_NOT_TRACK=1 STAGES={stages} .kedro/bin/kedro run"


def chain(folder: Path, length: int) -> None:
    """A DVC pipeline of stages that copy a file, each the file of the one before."""
    folder.mkdir()
    stages = ["stages:"]
    for place in range(length):
        stages += [f"  copy_{place}:", f"    cmd: cp {place}.txt {place + 1}.txt"]
        stages += [f"    deps: [{place}.txt]", f"    outs: [{place + 1}.txt]"]
    (folder / "dvc.yaml").write_text("\n".join(stages) + "\n")
    (folder / "0.txt").write_text("nothing\n")
    dvc = folder.parent / "late-flights/.venv/bin/dvc"
    shell(f"git init -q && {dvc} init -q && {dvc} repro -q", folder)


if __name__ == "__main__":
    main()
