"""`mlops doctor`: flipped bytes in the cache, the remote and the workspace."""

import shutil
from hashlib import md5
from pathlib import Path

import pytest

from machinery.doctoring import Patient, flip

KEPT = Path(".dvc/tmp/damaged")


def test_each_flipped_object_of_the_cache_is_found_and_mended(patient: Patient) -> None:
    before = patient.bytes()
    for path in patient.objects(patient.cache):
        flip(path)
        damaged = path.read_bytes()
        well, said = patient.doctor()
        assert not well
        assert str(path.relative_to(patient.path)) in said
        assert "1 found" in said
        assert path.read_bytes() == damaged
        assert patient.doctor(fix=True)[0]
        assert patient.bytes() == before
        assert (KEPT / f"{path.parent.name}{path.name}").read_bytes() == damaged
    assert patient.dvc("repro").stages == []


def test_each_flipped_object_of_the_remote_is_found_and_mended(patient: Patient) -> None:
    before = patient.bytes()
    for path in patient.objects(patient.storage):
        flip(path)
        damaged = path.read_bytes()
        well, said = patient.doctor()
        assert not well
        assert f"../storage/files/md5/{path.parent.name}/{path.name}" in said
        assert path.read_bytes() == damaged
        assert patient.doctor(fix=True)[0]
        kept = patient.storage / "damaged" / f"{path.parent.name}{path.name}"
        assert kept.read_bytes() == damaged
        kept.unlink()
        assert patient.bytes() == before


def test_all_objects_of_both_flipped_come_back_from_the_workspace(patient: Patient) -> None:
    before = patient.bytes()
    both = patient.objects(patient.cache) + patient.objects(patient.storage)
    for path in both:
        flip(path)
    assert f"{len(both)} found" in patient.doctor()[1]
    assert patient.doctor(fix=True)[0]
    assert patient.bytes() == before


def test_without_a_workspace_the_remote_mends_the_cache(patient: Patient) -> None:
    before = patient.bytes()
    shutil.rmtree("data")
    Path("model.bin").unlink()
    for path in patient.objects(patient.cache):
        flip(path)
    assert patient.doctor(fix=True)[0]
    patient.dvc("checkout")
    assert patient.bytes() == before


def test_an_object_of_another_commit_is_found_too(patient: Patient) -> None:
    old = Path("source.txt").read_bytes()
    Path("source.txt").write_text("three\n")
    patient.dvc("repro", "-q")
    digests = {path.name for path in patient.objects(patient.cache)}
    (path,) = [path for path in patient.objects(patient.cache) if path.read_bytes() == old]
    flip(path)
    assert patient.doctor(fix=True)[0]
    assert path.read_bytes() == old
    assert {path.name for path in patient.objects(patient.cache)} == digests


def test_damaged_files_of_the_workspace_are_checked_out_again(patient: Patient) -> None:
    before = patient.bytes()
    for path in patient.objects(patient.cache):
        flip(path)
    for path in (Path("data/a.txt"), Path("data/b.txt"), Path("model.bin")):
        flip(path)
    well, said = patient.doctor()
    assert not well
    assert "data/a.txt is damaged" in said
    assert patient.doctor(fix=True)[0]
    assert patient.bytes() == before
    assert patient.dvc("repro").stages == []


@pytest.mark.parametrize("name", ["model.bin", "data/a.txt", "data"])
def test_what_is_damaged_everywhere_is_told_with_what_makes_it_again(
    patient: Patient, name: str
) -> None:
    before = patient.bytes()
    stage = "train" if name == "model.bin" else "split"
    is_directory = Path(name).is_dir()
    content = None if is_directory else Path(name).read_bytes()
    for path in patient.objects(patient.cache) + patient.objects(patient.storage):
        if path.suffix == ".dir" if is_directory else path.read_bytes() == content:
            flip(path)
    flip(Path("data/a.txt") if is_directory else Path(name))
    well, said = patient.doctor(fix=True)
    assert not well
    assert f"uv run dvc repro {stage}" in said
    assert patient.dvc("repro", stage).stages in ([stage], ["compose", stage])
    assert patient.dvc("repro").stages == []
    assert patient.doctor(fix=True)[0]
    patient.dvc("push")
    assert patient.bytes() == before
    assert patient.doctor() == (True, "all is well\n")


def test_what_neither_store_has_comes_back_from_the_workspace(patient: Patient) -> None:
    before = patient.bytes()
    for path in patient.objects(patient.cache) + patient.objects(patient.storage):
        path.unlink()
    well, said = patient.doctor()
    assert not well
    assert "neither in DVC's cache nor in the remote" in said
    assert patient.doctor(fix=True)[0]
    patient.dvc("push")
    assert patient.bytes() == before


def test_what_the_cache_alone_lacks_is_copied_into_it(patient: Patient) -> None:
    digest = md5(Path("model.bin").read_bytes()).hexdigest()
    (patient.cache / "files/md5" / digest[:2] / digest[2:]).unlink()
    assert patient.doctor() == (
        False,
        "DVC's cache lacks model.bin: the next `dvc repro` would make it again\n"
        "    with --fix: copied from the workspace into the cache\n"
        "1 found: `uv run mlops doctor --fix` mends 1\n",
    )
    assert patient.doctor(fix=True)[0]
    assert patient.dvc("repro").stages == []
    assert patient.doctor() == (True, "all is well\n")


def test_what_is_gone_everywhere_is_only_told(patient: Patient) -> None:
    for path in patient.objects(patient.cache) + patient.objects(patient.storage):
        path.unlink()
    shutil.rmtree("data")
    Path("model.bin").unlink()
    well, said = patient.doctor(fix=True)
    assert not well
    assert "uv run dvc repro split" in said
    assert "uv run dvc repro train" in said


def test_the_release_of_a_version_is_named(patient: Patient) -> None:
    content = Path("model.bin").read_bytes()
    for name in ("dvc.yaml", "dvc.lock"):
        text = Path(name).read_text()
        Path(name).write_text(text.replace("model.bin", "models/model.skops"))
    patient.git("commit", "-qam", "The model where a project has it")
    patient.git("tag", "-a", "model@v1.2.0", "-m", "A version")
    for path in patient.objects(patient.cache) + patient.objects(patient.storage):
        if path.read_bytes() == content:
            path.unlink()
    well, said = patient.doctor(fix=True)
    assert not well
    assert "models/model.skops" in said
    assert "the GitHub Release of v1.2.0 should have it" in said


def test_a_flipped_byte_in_the_remote_is_refused_by_pull(patient: Patient) -> None:
    before = patient.bytes()
    for path in patient.objects(patient.storage):
        shutil.rmtree(patient.cache / "files")
        shutil.rmtree("data")
        Path("model.bin").unlink()
        whole = path.read_bytes()
        flip(path)
        assert patient.dvc("pull", check=False).code != 0
        assert all(
            copy.read_bytes() != path.read_bytes() for copy in patient.objects(patient.cache)
        )
        path.chmod(0o644)
        path.write_bytes(whole)
        path.chmod(0o444)
        patient.dvc("pull")
        assert patient.bytes() == before


def test_a_file_that_the_remote_lost_from_a_directory_is_copied_there(patient: Patient) -> None:
    before = patient.bytes()
    content = Path("data/a.txt").read_bytes()
    (lost,) = [path for path in patient.objects(patient.storage) if path.read_bytes() == content]
    lost.unlink()
    patient.dvc("push")
    assert not lost.exists()
    assert "data/a.txt" in patient.doctor()[1]
    assert patient.doctor(fix=True)[0]
    assert patient.bytes() == before
