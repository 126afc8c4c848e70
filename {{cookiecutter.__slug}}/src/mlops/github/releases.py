"""GitHub Releases: made complete from a version's files, and read again."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from mlops.errors import UserError
from mlops.files import replacing
from mlops.github import repository
from mlops.github.answers import Asset, Reference, Release
from mlops.github.repository import LARGEST, GitHub
from mlops.github.transport import BINARY, MissingError, Request, ask, decode, look_and_write
from mlops.review.report import clip


class File(NamedTuple):
    """A file to be in a release; `size` in bytes."""

    path: Path
    size: int
    digest: str


def download(tag: str, name: str, path: Path, largest: int = LARGEST) -> None:
    """Write the file `name` of this repository's release of `tag` to `path`, whole or not at all.

    Raise `MissingError` where there is no such release or file, and `UserError` where it has
    more than `largest` bytes or cannot be had.
    """
    api = repository.from_environment()
    what = f"fetch {name} of release {tag}"
    assets = api.ask(what, "GET", _of(tag), Release).assets
    asset = next((asset for asset in assets if asset.name == name), None)
    if asset is None:
        there = clip(", ".join(asset.name for asset in assets)) or "no files"
        raise MissingError(f"{what}: the release holds {there}")
    if asset.size > largest:
        raise UserError(f"{what}: it has {asset.size:,} bytes, more than {largest:,}: refused")
    with replacing(path) as temporary:
        api.download(what, f"releases/assets/{asset.id}", temporary, asset.size, BINARY)
        if temporary.stat().st_size != asset.size:
            raise UserError(f"{what}: these are not its {asset.size:,} bytes; try again")


class Published(NamedTuple):
    """What was done to a release, in a line, and whether it was anything."""

    line: str
    changed: bool


def publish(tag: str, title: str, notes: str, files: list[Path]) -> Published:
    """Make the release of a tag that GitHub has hold `files`; return what was done.

    Until all of them are there it is a draft, which nobody sees and the next call finishes. A
    published release gets what it lacks. Raise `UserError` where it holds another file by one of
    their names: what was published is never replaced.
    """
    wanted = _checked(tag, files)
    api = repository.from_environment()
    return look_and_write(lambda: _complete(api, tag, title, notes, wanted))


def _checked(tag: str, paths: Iterable[Path]) -> list[File]:
    """The files with their sizes and digests."""
    found: dict[str, File] = {}
    for path in paths:
        if problem := _problem(path, found):
            raise UserError(f"publish release {tag}: {clip(path)}: {problem}")
        with path.open("rb") as file:
            digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        found[path.name] = File(path, path.stat().st_size, digest)
    return list(found.values())


def _problem(path: Path, others: dict[str, File]) -> str | None:
    """Why a release would not take a file as it is, if so."""
    if not path.is_file():
        return "there is no such file"
    size = path.stat().st_size
    if not 0 < size < LARGEST:
        return f"it has {size:,} bytes, and a release takes from 1 to {LARGEST - 1:,}"
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", path.name):
        return "GitHub would change its name: use letters, digits, and . _ - between them"
    if path.name in others:
        return f"the release has one {path.name} already, {others[path.name].path}"
    return None


def _complete(api: GitHub, tag: str, title: str, notes: str, wanted: list[File]) -> Published:
    """Do what is left to do; whatever is right already stays."""
    release = _published(api, tag) or _draft(api, tag, title, notes)
    added = [file.path.name for file in wanted if _add(api, release, file)]
    if release.draft:
        content: dict[str, object] = {"name": title, "body": notes, "draft": False}
        api.tell(f"publish release {tag}", "PATCH", f"releases/{release.id}", content)
        return Published(f"release {tag}: published with {len(wanted)} files", True)
    if added:
        return Published(f"release {tag}: added {', '.join(added)}", True)
    return Published(f"release {tag}: complete already", False)


def _published(api: GitHub, tag: str) -> Release | None:
    try:
        return api.ask(f"look for release {tag}", "GET", _of(tag), Release)
    except MissingError:
        return None


def _draft(api: GitHub, tag: str, title: str, notes: str) -> Release:
    """The draft that an interrupted run left, or a new one: GitHub does not find it by its tag."""
    try:
        what = f"look for tag {tag}"
        api.ask(what, "GET", f"git/ref/tags/{quote(tag)}", Reference)
    except MissingError:  # publishing would put the tag on whatever the default branch holds
        raise UserError(
            f"publish release {tag}: GitHub shows no such tag: git push origin '{tag}', or give "
            "GITHUB_TOKEN access"
        ) from None
    for page in api.pages("look for a draft", "releases?per_page=100", list[Release]):
        for release in page:
            if release.draft and release.tag_name == tag:
                return release
    content: dict[str, object] = {"tag_name": tag, "name": title, "body": notes, "draft": True}
    return api.ask(f"draft release {tag}", "POST", "releases", Release, content)


def _add(api: GitHub, release: Release, file: File) -> bool:
    """Make a release hold a file; return whether it was sent."""
    name = file.path.name
    there = next((asset for asset in release.assets if asset.name == name), None)
    if there and _is_same(there, file):
        return False
    if there and there.state == "uploaded" and not release.draft:
        raise UserError(
            f"release {release.tag_name} holds another {name} than {clip(file.path)}: what was "
            "published is never replaced; publish a new version"
        )
    if there:
        with suppress(MissingError):  # somebody was quicker, or an answer was lost
            what = f"delete the old {name} of release {release.tag_name}"
            api.tell(what, "DELETE", f"releases/assets/{there.id}")
    if not _is_same(_upload(api, release, file), file):
        raise UserError(f"upload {name}: other bytes arrived than were sent; try again")
    return True


def _is_same(asset: Asset, file: File) -> bool:
    if asset.state != "uploaded" or asset.size != file.size:
        return False
    return asset.digest is None or asset.digest == file.digest


def _upload(api: GitHub, release: Release, file: File) -> Asset:
    what = f"upload {file.path.name} to release {release.tag_name}"
    url = f"{upload_address(api, release)}?name={quote(file.path.name)}"
    request = Request(what, "POST", url, body=file.path)
    return ask(api.token, request, lambda answer: decode(what, answer, Asset))


def upload_address(api: GitHub, release: Release) -> str:
    """Where the files of a release are sent, and the token with them.

    It is another host than that of the API. Raise `UserError` where it has no encryption.
    """
    url = release.upload_url.partition("{")[0]
    host, known = urlsplit(url)[:2], urlsplit(api.api)[:2]
    if host != known and (host[0], known[0]) != ("https", "https"):
        line = f"release {release.tag_name}: GitHub names a host without https for its files"
        raise UserError(f"{line}: refused")
    return url


def _of(tag: str) -> str:
    return f"releases/tags/{quote(tag, safe='')}"
