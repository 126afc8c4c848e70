"""The image of a version: the code of its commit, its scorer, and what that needs."""

import json
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

from mlops import layout
from mlops.errors import UserError
from mlops.release import origin, storage
from mlops.release.registry import Version
from mlops.repository import git

DOCKERFILE = Path("deploy/Dockerfile")
STDERR = 2  # the file descriptor


class Image(NamedTuple):
    """An image of a version. Its `digest` is what a container registry calls it by for good."""

    version: Version
    name: str
    digest: str | None
    built: bool

    @property
    def reference(self) -> str:
        """What to run: by its digest, where a registry has it, else by its tag."""
        return f"{self.name}@{self.digest}" if self.digest else f"{self.name}:{self.version.name}"


def build(name: str, registry_name: str | None) -> Image:
    """Build the image of a version or stage, and push it where a registry's name is given.

    An image that the registry has is taken as it is: a version's stays the same for good. Raise
    `UserError` where the version has none, or Docker fails.
    """
    version = origin.find(name)
    repository = (registry_name or project()).lower()
    tag = f"{repository}:{version.name}"
    if registry_name and docker("pull", "--quiet", tag) == 0:
        return Image(version, repository, digest(tag, repository), built=False)
    with tempfile.TemporaryDirectory() as folder:
        lay_out(version, Path(folder))
        labels = [f"--label=org.opencontainers.image.revision={version.commit}"]
        file = f"--file={Path(folder, DOCKERFILE)}"
        argument = f"--build-arg=VERSION={version.name}"
        run("build", f"--tag={tag}", file, argument, *labels, folder)
    if not registry_name:
        return Image(version, repository, None, built=True)
    run("push", "--quiet", tag)
    return Image(version, repository, digest(tag, repository), built=True)


def lay_out(version: Version, folder: Path) -> None:
    """Put the files of a version's commit, and its scorer, into a folder."""
    archive = folder / "files.tar"
    git.git("archive", "--format=tar", f"--output={archive}", version.commit)
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    archive.unlink()
    if not (folder / DOCKERFILE).is_file():
        raise UserError(f"{version.tag} has no {DOCKERFILE}: it is older, and gets no image")
    storage.get(version.name, folder / layout.SCORER)


def project() -> str:
    """The project's name."""
    return str(tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["name"])


def digest(tag: str, repository: str) -> str:
    """What the registry calls an image that was pulled from it or pushed to it."""
    said = subprocess.run(["docker", "inspect", tag], capture_output=True, check=True).stdout
    found = [str(each) for each in json.loads(said)[0]["RepoDigests"]]
    return next(each.partition("@")[2] for each in found if each.startswith(f"{repository}@"))


def run(*arguments: str) -> None:
    """Run a command of Docker's. Raise `UserError` where it fails; it has said why."""
    if code := docker(*arguments):
        raise UserError(f"docker {arguments[0]} ended with exit code {code}: see above")


def docker(*arguments: str) -> int:
    """Run a command of Docker's, whose words go to standard error; return its exit code."""
    try:
        return subprocess.run(["docker", *arguments], stdout=STDERR, check=False).returncode
    except FileNotFoundError:
        raise UserError("docker is not here; the workflow Deploy has it") from None
