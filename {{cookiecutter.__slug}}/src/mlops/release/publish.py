"""Publish: the GitHub Release of a version, with all that it takes to use and to check it."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from mlops import layout
from mlops.errors import UserError
from mlops.files import write_json, write_text
from mlops.github import releases
from mlops.github.releases import Published
from mlops.release import card, facts, listing, registry, storage, training
from mlops.release.registry import ARTIFACT, Tag, Version
from mlops.repository import git, lock, objects
from mlops.review.presentation import inert
from mlops.run import metadata

FOLDER = Path("reports/release")
FROM_GIT = (layout.METRICS, Path("params.yaml"), Path(lock.LOCK))
TRAINING = (training.TRAINED, training.MADE_WITH)
BILL = "sbom.cdx.json"
DIGESTS = "SHA256SUMS"


def publish(name: str) -> Published:
    """Make a version's GitHub Release complete, and say what was done.

    The release holds the model for good, also where there is no shared remote. The same files are
    made each time. Raise `UserError` where one cannot be had, or GitHub refuses.
    """
    found = registry.tags()
    version = registry.find(found, name)
    tag = next(tag for tag in found if tag.name == version.tag)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    collect(version, tag)
    write_digests()
    files = sorted(FOLDER.iterdir())
    return releases.publish(tag.name, f"{ARTIFACT} {version.name}", notes(found, version), files)


def collect(version: Version, tag: Tag) -> None:
    """Put scorer, pipeline, what was predicted with it, card and records into the folder."""
    with tempfile.TemporaryDirectory() as folder:
        for path in storage.files(version.commit):
            found = storage.fetch(path, version.commit, version, Path(folder))
            shutil.copyfile(found, FOLDER / path.name)
    predictions = lock.recorded(lock.at(version.commit), layout.PREDICTIONS)
    shutil.copyfile(objects.fetch(predictions), FOLDER / layout.PREDICTIONS.name)
    for path in FROM_GIT:
        write_text(FOLDER / path.name, at(version, path))
    digest = hashlib.sha256(at(version, Path(lock.LOCK)).encode()).hexdigest()
    text = card.released(
        at(version, layout.CARD),
        version=version.name,
        commit=version.commit,
        date=listing.moment(tag.when),
        lock=digest,
    )
    write_text(FOLDER / layout.CARD.name, text)
    if trained := {key: fact for key, fact in facts.read(tag).items() if key in TRAINING}:
        write_json(FOLDER / metadata.RUNS.name, trained)
    bill_of_materials(version)


def at(version: Version, path: Path) -> str:
    """A file's text at the version's commit. Raise `UserError` where it is not there."""
    text = git.show(version.commit, path.as_posix())
    if text is None:
        raise UserError(f"{path} is not in Git at {version.tag}: it cannot be released")
    return text


def bill_of_materials(version: Version) -> None:
    """Write the libraries of the version's `uv.lock` as CycloneDX, the same bytes each time."""
    locked = git.show(version.commit, "uv.lock")
    if locked is None:
        print("uv.lock is not in Git: no bill of materials; `git add uv.lock` for the next version")
        return
    with tempfile.TemporaryDirectory() as folder:
        write_text(Path(folder, "uv.lock"), locked)
        write_text(Path(folder, "pyproject.toml"), at(version, Path("pyproject.toml")))
        command = ["uv", "export", "--quiet", "--frozen", "--format", "cyclonedx1.5"]
        done = subprocess.run(
            [*command, "--project", folder], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise UserError(f"uv export: {' '.join(done.stderr.split())[:300]}")
    bill = json.loads(done.stdout)
    bill.pop("serialNumber", None)
    for name in ("timestamp", "tools"):  # of this run, not of the version
        bill["metadata"].pop(name, None)
    write_json(FOLDER / BILL, bill)


def write_digests() -> None:
    """Write the SHA-256 digests of all files, as `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(FOLDER.iterdir())
    ]
    write_text(FOLDER / DIGESTS, "".join(lines))


def notes(found: list[Tag], version: Version) -> str:
    """What the release page says, in Markdown."""
    tag = next(tag for tag in found if tag.name == version.tag)
    about = facts.of_version(tag)
    first = next(
        (move for move in reversed(listing.moves(found)) if move.version == version.name), None
    )
    lines = [
        *((f"{inert.prose(first.why)}",) if first and first.why else ()),
        f"- Metric: {inert.prose(about['Metric'])}" if about.get("Metric") else "",
        f"- Data: {inert.prose(about['Data'])}" if about.get("Data") else "",
        f"- Trained: {inert.prose(about['Trained'])}" if about.get("Trained") else "",
        f"- Commit: {version.commit}",
        "",
        f"Get what serves: `uv run mlops get {version.name}`."
        f" All about it: `uv run mlops show {version.name}`, and MODEL_CARD.md below.",
    ]
    return "\n".join(lines) + "\n"
