"""The services that are compared: the same fitted pipeline behind each of them."""

import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from timing import shell

HERE = Path(__file__).parent / "serve"
ENVIRONMENTS = HERE / ".environments"  # kept from run to run
SHARED = "numpy|pandas|scikit-learn|scipy|skops"

Row = dict[str, Any]


@dataclass
class Peer:
    """A service: how it is started, asked, and read."""

    name: str
    line: str
    folder: Path
    path: str
    body: Callable[[list[Row]], Any]
    probabilities: Callable[[Any], list[float]] | None
    environment: dict[str, str] = field(default_factory=dict)


def all_of(project: Path, folder: Path) -> list[Peer]:
    """Install all services and give them the model of a project; the project's own is the first."""
    return [ours(project), constant(project, folder), *others(project, folder)]


def ours(project: Path) -> Peer:
    """The service of the project, with its metrics and its log of predictions."""
    return Peer(
        "`mlops serve`",
        ".venv/bin/mlops serve --port {port}",
        project,
        "/predict",
        lambda rows: rows if len(rows) > 1 else rows[0],
        lambda answer: [prediction["probability"] for prediction in answer["predictions"]],
    )


def constant(project: Path, folder: Path) -> Peer:
    """A constant on the stack of the project's service."""
    return Peer(
        "a constant",
        f"{project}/.venv/bin/uvicorn constant:app --port {{port}} --no-access-log",
        place(folder, "constant"),
        "/predict",
        lambda rows: rows if len(rows) > 1 else rows[0],
        None,
    )


def others(project: Path, folder: Path) -> list[Peer]:
    """FastAPI, BentoML and MLflow, each in an environment of its own."""
    naive, bento, mlflow = (place(folder, name) for name in ("naive", "bento", "mlflow"))
    made = {
        naive: environment(project, "fastapi", "fastapi[standard]", "joblib"),
        bento: environment(project, "bentoml", "bentoml", "joblib"),
        mlflow: environment(project, "mlflow", "mlflow"),
    }
    for peer, save in {naive: "to_joblib", bento: "to_joblib", mlflow: "to_mlflow"}.items():
        shell(f"{made[peer]}/python {HERE}/{save}.py {project}", peer)
    return [
        Peer(
            "FastAPI, pandas, joblib",
            f"{made[naive]}/uvicorn naive:app --port {{port}}",
            naive,
            "/predict",
            list,
            lambda answer: answer["probabilities"],
        ),
        Peer(
            "BentoML",
            f"{made[bento]}/bentoml serve bento:Flights --host 127.0.0.1 --port {{port}}",
            bento,
            "/predict",
            lambda rows: {"flights": rows},
            lambda answer: answer,
            {"BENTOML_HOME": str(bento), "BENTOML_DO_NOT_TRACK": "true"},
        ),
        Peer(
            "MLflow",
            f"{made[mlflow]}/mlflow models serve --model-uri model --env-manager local"
            " --workers 1 --host 127.0.0.1 --port {port}",
            mlflow,
            "/invocations",
            split,
            lambda answer: [probabilities[1] for probabilities in answer["predictions"]],
            {"PATH": f"{made[mlflow]}:/usr/bin:/bin", "MLFLOW_DISABLE_TELEMETRY": "true"},
        ),
    ]


def split(rows: list[Row]) -> Any:
    """Rows as MLflow's documentation recommends to send a table."""
    return {
        "dataframe_split": {"columns": list(rows[0]), "data": [list(row.values()) for row in rows]}
    }


def place(folder: Path, name: str) -> Path:
    """A folder of its own, with the service's code where it has one."""
    made = folder / name
    made.mkdir()
    if (code := HERE / f"{name}.py").exists():
        shutil.copy(code, made)
    return made


def environment(project: Path, name: str, *packages: str) -> Path:
    """Install packages, with the project's versions of what both need; the folder of commands."""
    made = ENVIRONMENTS / name
    if not made.exists():
        shell(f"uv venv -q --python .venv/bin/python {made}", project)
    versions = f"$(uv pip freeze --python .venv/bin/python | grep -E '^({SHARED})==')"
    install = f"uv pip install -q --python {made}/bin/python {shlex.join(packages)} {versions}"
    shell(install, project)
    return made / "bin"
