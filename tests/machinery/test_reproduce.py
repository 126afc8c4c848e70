"""A version is made again beside the project, and its bytes are compared with its `dvc.lock`."""

from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.release.reproduce import reproduce

from baked import IN_PLACE
from machinery.doctoring import Patient

LOCK = Path("dvc.lock")


@pytest.fixture(autouse=True)
def machinery_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stages of the checkout find it."""
    for name, value in IN_PLACE.items():
        monkeypatch.setenv(name, value)


def version(patient: Patient, name: str) -> None:
    """Give the last commit a version."""
    patient.git("tag", "-a", f"model@{name}", "-m", name)


def digest() -> str:
    """The model's, as the lock says."""
    _, _, rest = LOCK.read_text("utf-8").partition("path: model.bin")
    return rest.partition("md5: ")[2][:32]


def test_what_comes_out_otherwise_is_told(patient: Patient) -> None:
    true, forged = digest(), "f" * 32
    LOCK.write_text(LOCK.read_text("utf-8").replace(true, forged), "utf-8")
    patient.git("commit", "-q", "-a", "-m", "A lock that nobody can have made")
    version(patient, "v0.1.0")
    with pytest.raises(UserError) as error:
        reproduce("v0.1.0")
    assert error.value.lines == (
        f"model.bin: {true}, the tag has {forged}",
        "1 of 4 outputs of model@v0.1.0 are not what they were",
    )
    assert patient.git("status", "--porcelain") == ""
    assert patient.git("worktree", "list").count("\n") == 1


def test_a_pipeline_that_does_not_run_any_more(patient: Patient) -> None:
    before = LOCK.read_bytes()
    Path("dvc.yaml").write_text(Path("dvc.yaml").read_text("utf-8").replace("cat data", "cut data"))
    patient.git("commit", "-q", "-a", "-m", "Broken")
    version(patient, "v0.1.0")
    with pytest.raises(UserError, match=r"^the pipeline of model@v0.1.0 does not run any more"):
        reproduce("v0.1.0")
    assert LOCK.read_bytes() == before


def test_a_version_without_a_lock_has_nothing_to_compare_with(patient: Patient) -> None:
    patient.git("rm", "-q", "dvc.lock")
    patient.git("commit", "-q", "-m", "No lock")
    version(patient, "v0.1.0")
    with pytest.raises(UserError, match=r"^there is no dvc.lock at model@v0.1.0: nothing to"):
        reproduce("v0.1.0")
