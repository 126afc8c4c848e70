"""What DVC holds: objects by their digest, checked before use; outputs and the remote."""

import configparser
import hashlib
import logging
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from mlops.errors import UserError
from mlops.repository import git

CONFIGS = (Path(".dvc/config"), Path(".dvc/config.local"))


@cache
def repository() -> Any:
    """DVC's own view of the project, opened once."""
    from dvc.repo import Repo

    logging.getLogger("dvc").setLevel(logging.CRITICAL)  # what it finds is told by the caller
    return Repo()


def persistent() -> list[str]:
    """The outputs in DVC's cache that a run does not delete first, but adds to or replaces."""
    return [str(out) for out in repository().index.outs if out.persist and out.use_cache]


def outputs() -> dict[str, str]:
    """The digests of all that DVC, not Git, keeps for the current lock, by path."""
    return {
        str(out): out.hash_info.value
        for out in repository().index.outs
        if out.use_cache and out.hash_info
    }


def named_in_pipeline() -> list[str]:
    """The files and directories that the pipeline depends on or makes."""
    index = repository().index
    return sorted({str(path) for path in [*index.deps, *index.outs]})


def remote_name() -> str | None:
    """The default remote's name; None where there is none."""
    return settings().get("core", "remote", fallback=None)


def remote_url() -> str | None:
    """The default remote's URL as it is written in `.dvc/config`; None where there is none."""
    return url_in(settings())


def committed_remote(commit: str) -> str | None:
    """The default remote's URL in a commit's `.dvc/config`; None where there is none."""
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(git.show(commit, CONFIGS[0].as_posix()) or "")
    return url_in(config)


def url_in(config: configparser.ConfigParser) -> str | None:
    """The default remote's URL in settings of DVC."""
    name = config.get("core", "remote", fallback=None)
    url = config.get(f"'remote \"{name}\"'", "url", fallback=None)
    return url.strip("\"'") if url else None


def remote_folder() -> Path | None:
    """The folder that the default remote is; None where it is none, or there is no remote."""
    url = remote_url()
    return None if url is None or "://" in url else (Path(".dvc") / url).resolve()


def elsewhere() -> str:
    """The command that names a remote's folder in this clone alone."""
    return f"`uv run dvc remote modify --local {remote_name()} url FOLDER`"


def settings() -> configparser.ConfigParser:
    """DVC's settings of this project, those that are not in Git over those that are."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(CONFIGS, "utf-8")
    return config


def is_shared() -> bool:
    """Tell whether others reach the remote: it has a URL, or is a directory with a fixed path.

    A directory beside the project, the default, is on this machine only.
    """
    url = remote_url() or ""
    return "://" in url or (Path(url).is_absolute() and Path(url).is_dir())


def has_remote() -> bool:
    """Tell whether there is a remote that could hold something: a shared one, or a directory."""
    folder = remote_folder()
    return folder.is_dir() if folder else remote_url() is not None


def no_remote() -> str:
    """Say that there is no remote that could hold something."""
    if remote_url() is None:
        return "no remote is named"
    where = f"the remote {remote_folder()} is not there: {elsewhere()} says where it is"
    return f"{where}; runners reach nothing but a bucket"


def missing_in_remote(digests: list[str]) -> list[str]:
    """The digests of which the remote has no object. Raise `UserError` where it cannot be asked.

    DVC pushes a directory's own object after all that is in it.
    """
    try:
        remote = repository().cloud.get_remote_odb(hash_name="md5")
        found = set(remote.oids_exist(digests))
        if digests and not found:  # some libraries say "not there" where they were refused
            with suppress(FileNotFoundError):
                remote.fs.cat_file(remote.oid_to_path(digests[0]))
    except Exception as error:  # each cloud's library raises its own
        raise UserError(no_access(error)) from None
    return [digest for digest in digests if digest not in found]


def fetch(digest: str) -> Path:
    """The object with an MD5 digest, as a file of DVC's cache, fetched where it is not there.

    Its bytes are read and compared with the digest before its path is given out. Raise `UserError`
    where it cannot be had or is damaged.
    """
    path = Path(repository().cache.local.oid_to_path(digest))
    if not path.is_file():
        pull(digest)
    check(path, digest)
    return path


def adopt(path: Path, digest: str) -> None:
    """Take a file into DVC's cache. Raise `UserError` where it is not what the digest says."""
    from mlops.files import replacing

    check(path, digest)
    with replacing(Path(repository().cache.local.oid_to_path(digest))) as temporary:
        shutil.copyfile(path, temporary)
        temporary.chmod(0o444)  # as DVC keeps them


def pull(digest: str) -> None:
    """Fetch an object from the remote into the cache. Raise `UserError` where it is not there."""
    from dvc_data.hashfile.hash_info import HashInfo

    if not has_remote():
        pushed = "where nobody has pushed it yet, `uv run dvc push` where it was made"
        raise UserError(f"object {digest} is not in DVC's cache, and {no_remote()}; {pushed}")
    folder = remote_folder()
    there = folder is not None and (folder / "files/md5" / digest[:2] / digest[2:]).is_file()
    try:
        result = repository().cloud.pull([HashInfo("md5", digest)])
        came = not result.failed and Path(repository().cache.local.oid_to_path(digest)).is_file()
        if not came:
            check_bucket()
    except Exception as error:  # each cloud's library raises its own
        raise UserError(no_access(error)) from None
    address = remote_folder() or git.without_credentials(remote_url() or "")
    if not came:
        raise UserError(
            f"object {digest} is damaged in the remote: `uv run mlops doctor --fix` in a clone that"
            " has it intact writes it again"
            if there
            else f"object {digest} is not in the remote {address}: `uv run dvc push` where it was"
            " made; if it is of an earlier version, `uv run mlops doctor --fix` in a clone that has"
            " it"
        )


def check_bucket() -> None:
    """Raise `FileNotFoundError` where the remote is in a bucket that is not there."""
    scheme, _, path = (remote_url() or "").partition("://")
    bucket = path.partition("/")[0]
    if scheme in ("s3", "gs", "azure"):
        remote = repository().cloud.get_remote_odb(hash_name="md5")
        if not remote.fs.exists(bucket):
            raise FileNotFoundError(bucket)


def check(path: Path, digest: str) -> None:
    """Raise `UserError` where a file's bytes are not those of its MD5 digest."""
    found = digest_of(path)
    if found != digest:
        raise UserError(
            f"{path}: damaged, its digest is {found} and should be {digest}: delete it, then"
            " `uv run dvc pull`"
        )


def digest_of(path: Path) -> str:
    """The MD5 digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def no_access(error: Exception) -> str:
    """Say that the remote cannot be reached; what the library says may hold credentials."""
    address = git.without_credentials(remote_url() or "")
    if isinstance(error, FileNotFoundError):
        return f"the remote {address} is not there: if it was moved, `git pull` says where to"
    return f"the remote {address} gives no access here ({type(error).__name__})"
