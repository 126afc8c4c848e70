"""The first tutorial, word for word: what it says to type does what it says."""

import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import environments
from baked import TEMPLATE, BakedProject, execute
from project.tutorial import Reader, steps

TUTORIAL = TEMPLATE / "docs" / "tutorials" / "promoted-model.md"
UVX = """\
#!/bin/sh -e
"$@"
cd late-flights
cp {original}/uv.lock .
{python} {environments} {original}
"""


def stand_in_for_uvx(folder: Path, original: Path) -> None:
    """An `uvx` that takes cookiecutter, and the new project's libraries, from what is here."""
    text = UVX.format(original=original, python=sys.executable, environments=environments.__file__)
    folder.mkdir()
    (folder / "uvx").write_text(text, "utf-8")
    (folder / "uvx").chmod(0o755)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_from_nothing_to_a_promoted_model(installed: BakedProject, tmp_path: Path) -> None:
    stand_in_for_uvx(tmp_path / "bin", installed.path)
    reader = Reader(tmp_path, {})
    reader.environment["PATH"] = f"{tmp_path / 'bin'}:{reader.environment['PATH']}"
    port, text = free_port(), TUTORIAL.read_text("utf-8")
    for told, here in {
        "PATH-OR-URL-OF-THE-TEMPLATE": str(TEMPLATE),
        "mlops serve --follow": f"mlops serve --port {port} --follow",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{port}",
    }.items():
        assert told in text
        text = text.replace(told, here)

    with ExitStack() as terminals:
        for step in steps(text):
            if "second terminal" in step.where:
                terminals.enter_context(reader.second_terminal(step))
            else:
                reader.do(step)

    project = BakedProject(tmp_path / "late-flights")
    assert reader.place == project.path
    assert "max_leaf_nodes: 15" in project.read("conf/model/hist_gradient_boosting.yaml")
    assert execute("git", "tag", cwd=tmp_path / "origin.git").out.split() == [
        *("model#production#1", "model#production#2", "model#production#3"),
        *("model@v0.1.0", "model@v0.2.0"),
    ]
    logged = list((project.path / "data" / "predictions").glob("*.parquet"))
    assert len(logged) == 1  # the service ended well
