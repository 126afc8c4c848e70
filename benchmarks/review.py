"""What a review costs: against loading two models and predicting once, and against a no-op.

uv run python benchmarks/review.py
"""

import tempfile
from pathlib import Path

from timing import Timed, in_turns, shell

TEMPLATE = Path(__file__).parent.parent
ROUNDS = 5
TREES = "conf/model/hist_gradient_boosting.yaml"
SCORE = """
from pathlib import Path
from mlops.config import params
from mlops.data import tables
from mlops.model import persistence

table = tables.read(Path("data/prepared/test.parquet"))
for model in ("models/model.skops", "../production.skops"):
    persistence.load(Path(model)).predict_proba(table[list(params.load().data.features)])
"""


def main() -> None:
    """Bake a project, promote its model, change a parameter, and time what a reviewer waits for."""
    with tempfile.TemporaryDirectory() as folder:
        shell(f"cookiecutter {TEMPLATE} --no-input", Path(folder))
        project = Path(folder) / "late-flights"
        (Path(folder) / "score.py").write_text(SCORE)
        for line in (
            "uv sync",
            "uv run dvc repro",
            "git add --all && git commit -m Run",
            "git tag -a model@v0.1.0 -m v && git tag -a 'model#production#1' -m p",
            "cp models/model.skops ../production.skops",
            "git switch -c change",
        ):
            shell(line, project)
        print("A pull request with nothing to recompute\n")
        lines = ["uv run mlops reproduce", "uv run mlops report --markdown", "uv run mlops gate"]
        no_op = Timed("`dvc repro`, nothing to do", ["uv run dvc repro"])
        print(in_turns(project, ROUNDS, no_op, Timed("the review's lines", lines)))
        shell(f"sed -i 's/learning_rate: 0.1/learning_rate: 0.09/' {TREES}", project)
        shell("uv run dvc repro && git add --all && git commit -m Change", project)
        print("\n27,075 test rows, 1,000 rounds, all segments\n")
        score = Timed("load two models, predict once", ["uv run python ../score.py"])
        print(in_turns(project, ROUNDS, score, Timed("`mlops report`", ["uv run mlops report"])))


if __name__ == "__main__":
    main()
