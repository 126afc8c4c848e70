"""Releases and their files."""

from typing import Any
from urllib.parse import unquote

from machinery.github_api.state import (
    Answer,
    FakeGitHub,
    Seen,
    complaint,
    invalid,
    paged,
    without,
)


def shown(release: dict[str, Any]) -> dict[str, Any]:
    return release | {"assets": [without(asset, "content") for asset in release["assets"]]}


def get_tag(api: FakeGitHub, seen: Seen, tag: str) -> Answer:
    if unquote(tag) not in api.tags:
        return complaint(404, "Not Found")
    return Answer(200, {"ref": f"refs/tags/{unquote(tag)}"})


def get_release(api: FakeGitHub, seen: Seen, tag: str) -> Answer:
    for release in api.releases:
        if release["tag_name"] == unquote(tag) and not release["draft"]:
            return Answer(200, shown(release))
    return complaint(404, "Not Found")


def list_releases(api: FakeGitHub, seen: Seen) -> Answer:
    return paged(api, seen, [shown(release) for release in api.releases])


def create_release(api: FakeGitHub, seen: Seen) -> Answer:
    assert seen.body["tag_name"] in api.tags, "GitHub would make the tag by itself"
    release = api.release(seen.body["tag_name"], {})
    release |= seen.body
    return Answer(201, shown(release))


def update_release(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    release = by_id(api, identity)
    release |= seen.body
    return Answer(200, shown(release))


def upload_asset(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    release, name = by_id(api, identity), seen.query["name"]
    assert seen.headers["content-type"] == "application/octet-stream"
    assert int(seen.headers["content-length"]) == len(seen.body)
    if any(asset["name"] == name for asset in release["assets"]):
        return invalid("ReleaseAsset", "already_exists", "")
    if api.broken_uploads:
        api.broken_uploads -= 1
        release["assets"].append(api.asset(name, seen.body, "starter"))
        return complaint(502, "Server Error")
    release["assets"].append(api.asset(name, seen.body))
    return Answer(201, without(release["assets"][-1], "content"))


def get_asset(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    _, asset = find_asset(api, identity)
    if seen.headers["accept"] != "application/octet-stream":
        return Answer(200, without(asset, "content"))
    if api.storage is None:
        return Answer(200, asset["content"])
    return Answer(302, None, {"Location": f"{api.storage.url}{seen.path}?signature=abc"})


def delete_asset(api: FakeGitHub, seen: Seen, identity: str) -> Answer:
    try:
        release, asset = find_asset(api, identity)
    except StopIteration:
        return complaint(404, "Not Found")
    assert release["draft"] or asset["state"] == "starter", "what is public may not go"
    release["assets"].remove(asset)
    return Answer(204, b"")


def by_id(api: FakeGitHub, identity: str) -> dict[str, Any]:
    return next(release for release in api.releases if release["id"] == int(identity))


def find_asset(api: FakeGitHub, identity: str) -> tuple[dict[str, Any], dict[str, Any]]:
    pairs = ((release, asset) for release in api.releases for asset in release["assets"])
    return next(pair for pair in pairs if pair[1]["id"] == int(identity))


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "git/ref/tags/([^/]+)", get_tag),
    ("GET", r"releases/tags/([^/]+)", get_release),
    ("GET", "releases", list_releases),
    ("POST", "releases", create_release),
    ("PATCH", r"releases/(\d+)", update_release),
    ("POST", r"releases/(\d+)/assets", upload_asset),
    ("GET", r"releases/assets/(\d+)", get_asset),
    ("DELETE", r"releases/assets/(\d+)", delete_asset),
]
