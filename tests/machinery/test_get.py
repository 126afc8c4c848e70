"""Where `mlops get` and `mlops serve` look for a file, and where one is written."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from mlops.cli import main
from mlops.errors import UserError
from mlops.release import storage
from mlops.release.registry import Version
from mlops.serve import source
from mlops.serve.settings import Settings


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What would be written, in an empty folder."""
    found: list[Path] = []

    def get(name: str, output: Path) -> Version:
        found.append(output)
        return Version("v0.1.0", "a" * 40, "model@v0.1.0")

    monkeypatch.setattr(storage, "get", get)
    monkeypatch.chdir(tmp_path)
    return found


@pytest.mark.parametrize("given", ["there", "there/", "new/"])
def test_a_folder_gets_the_scorer_by_its_name(given: str, written: list[Path]) -> None:
    Path("there").mkdir()
    said = CliRunner().invoke(main, ["get", "-o", given]).output
    assert written == [Path(given, "scorer.zip")]
    assert said == f"model v0.1.0: {written[0]}\n"


def test_an_address_is_no_file(written: list[Path]) -> None:
    done = CliRunner().invoke(main, ["get", "-o", "s3://bucket/scorer.zip"])
    assert done.exit_code == 1
    assert "s3://bucket/scorer.zip: a file of this machine is needed" in done.output
    assert written == []


def test_what_fetches_a_file_that_is_not_there(written: list[Path]) -> None:
    with pytest.raises(UserError, match=r"^own\.zip: .* `uv run mlops get production -o own\.zip`"):
        source.from_file(Path("own.zip"), Settings(model="own.zip"))
    Path("dvc.yaml").touch()
    with pytest.raises(UserError, match=r"^models/scorer\.zip is not here: `uv run dvc pull`"):
        source.from_file(Path("models/scorer.zip"), Settings())
