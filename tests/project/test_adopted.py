"""A table that was adopted, on runners: they have it from a bucket, or say that there is none."""

from pathlib import Path

from baked import BakedProject
from project.rehearsal import Rehearsal

TABLE = "data/source/houses.csv"
REPRODUCE = "uv run mlops reproduce"


def test_runners_take_an_adopted_table_from_the_bucket_alone(
    installed: BakedProject, tmp_path: Path
) -> None:
    rehearsal = Rehearsal.of(installed, tmp_path)
    project = rehearsal.project
    lines = [f"{n % 97 + 30},{n % 6 + 1},{(n % 97 + n % 6) * 1000 + n % 31}" for n in range(900)]
    (tmp_path / "houses.csv").write_text("\n".join(["area,rooms,price", *lines]) + "\n", "utf-8")
    project.run("mlops", "adopt", "../houses.csv", "--target", "price")
    rehearsal.run()
    rehearsal.push()

    seen, done = rehearsal.runner(None).review()
    assert done[REPRODUCE].code == 1
    (said,) = done[REPRODUCE].err.splitlines()[-1:]
    assert said.startswith(f"{TABLE} is not here, and the remote ")
    assert said.endswith("; runners reach nothing but a bucket")
    assert seen.first.startswith("❌ **The pipeline failed at `ingest`**")
    assert said in seen.markdown

    rehearsal.share()
    runner = rehearsal.runner(None)
    refused = runner.project.run("mlops", "promote", check=False).err.splitlines()
    assert refused[0] == "not promoted, a check fails:"
    assert refused[-1] == f"{TABLE} is not here: `uv run dvc pull {TABLE}`"

    done = runner.play("promote", "promote", {})
    assert done[f"{REPRODUCE} --merged"].stages == []
    assert done["uv run mlops promote"].out == "model v0.1.0 is in production\n"
    tested = runner.project.run("pytest", "-rs").out
    assert "looks at outputs that are not here: `uv run dvc pull`" in tested
