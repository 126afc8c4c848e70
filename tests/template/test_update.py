"""An update by docs/how-to/update.md replaces the machinery, and nothing else."""

import re
from pathlib import Path

from baked import TEMPLATE, bake, execute

PAGE = TEMPLATE / "docs" / "how-to" / "update.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_machinery_is_replaced_and_edits_are_kept(tmp_path: Path) -> None:
    newer, project = tmp_path / "newer", tmp_path / "late-flights"
    newer.mkdir()
    bake(tmp_path)
    bake(newer)
    machinery, conf = project / "src" / "mlops", project / "conf" / "config.yaml"
    (machinery / "gone.py").write_text("# of an older template\n")
    (machinery / "files.py").write_text("# of an older template\n")
    conf.write_text(conf.read_text().replace("seed: 1", "seed: 2"))
    execute("git", "add", "--all", cwd=project)
    execute("git", "commit", "-qm", "Mine", cwd=project)

    take, look, pick, _ = BLOCK.findall(PAGE.read_text("utf-8"))
    generate, *replace = take.splitlines()
    assert generate.startswith("uvx cookiecutter ")
    execute("bash", "-ec", "\n".join(replace), cwd=project)
    shown = execute("bash", "-ec", look, cwd=project).out
    execute("bash", "-ec", pick.splitlines()[0], cwd=project)

    assert re.findall(r"^ (\S+) +\|", shown, re.MULTILINE) == ["conf/config.yaml"]
    assert execute("git", "status", "--short", cwd=project).out.splitlines() == [
        "M  src/mlops/files.py",
        "D  src/mlops/gone.py",
    ]
    assert "seed: 2" in conf.read_text()
