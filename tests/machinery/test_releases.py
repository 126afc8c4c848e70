"""A release is public with all of its files or not at all, however often it is begun."""

from pathlib import Path

import pytest
from mlops.errors import UserError
from mlops.github import releases
from mlops.github.answers import Release
from mlops.github.repository import GitHub

from machinery.github_api import TOKEN, Answer, FakeGitHub, Fault, complaint, serving

TAG = "model@v1.0.0"
CONTENTS = {"model.skops": bytes(range(256)) * 99, "card.md": "# Kärtchen".encode()}
UPLOAD = "POST /releases/100/assets"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in CONTENTS]


@pytest.fixture
def api(api: FakeGitHub) -> FakeGitHub:
    """A repository with a tag."""
    api.tags.add(TAG)
    return api


def publish(files: list[Path], tag: str = TAG) -> str:
    said = releases.publish(tag, "Model 1.0.0", "What is *new*: ü", files).line
    assert TOKEN not in said
    assert "\n" not in said
    return said


def refused(files: list[Path]) -> str:
    with pytest.raises(UserError) as error:
        publish(files)
    assert TOKEN not in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_release_is_a_draft_until_every_file_is_there(api: FakeGitHub, files: list[Path]) -> None:
    assert publish(files) == f"release {TAG}: published with 2 files"
    assert api.files(TAG) == CONTENTS
    assert (api.releases[0]["name"], api.releases[0]["body"]) == ("Model 1.0.0", "What is *new*: ü")
    assert api.asked() == [
        "GET /releases/tags/model%40v1.0.0",
        "GET /git/ref/tags/model%40v1.0.0",
        "GET /releases",
        "POST /releases",
        UPLOAD,
        UPLOAD,
        "PATCH /releases/100",
    ]
    assert api.requests[3].body["draft"] is True


def test_the_tag_of_a_stage_is_quoted(api: FakeGitHub, files: list[Path]) -> None:
    api.tags.add("model#production#2")
    publish(files, "model#production#2")
    assert api.files("model#production#2") == CONTENTS
    assert api.asked()[0] == "GET /releases/tags/model%23production%232"


STOPS = {
    "the look for the tag": [Fault("GET /git", complaint(422, "no"))],
    "the look for drafts": [Fault("GET /releases$", complaint(422, "no"))],
    "the draft": [Fault("POST /releases$", complaint(422, "no"))],
    "the first file": [Fault(UPLOAD, complaint(422, "no"))],
    "the second file": [Fault(UPLOAD), Fault(UPLOAD, complaint(422, "no"))],
    "half a file": [Fault(UPLOAD), Fault(UPLOAD, complaint(502, "no"), times=9)],
    "the publication": [Fault("PATCH", complaint(422, "no"))],
}


@pytest.mark.parametrize("faults", STOPS.values(), ids=STOPS)
def test_what_was_interrupted_is_not_seen_and_is_finished(
    api: FakeGitHub, files: list[Path], faults: list[Fault]
) -> None:
    api.faults = [*faults]
    refused(files)
    assert all(release["draft"] for release in api.releases)
    arrived = [asset["name"] for release in api.releases for asset in release["assets"]]
    api.faults, api.requests = [], []
    assert publish(files) == f"release {TAG}: published with 2 files"
    assert api.files(TAG) == CONTENTS
    assert len([line for line in api.asked("POST") if line == UPLOAD]) == 2 - len(arrived)


LOST = {
    "draft dropped": Fault("POST /releases$", drop=True, done=True),
    "draft 502": Fault("POST /releases$", complaint(502, "no"), done=True),
    "draft not made": Fault("POST /releases$", complaint(502, "no")),
    "file dropped": Fault(UPLOAD, drop=True, done=True),
    "file slow": Fault(UPLOAD, delay=0.5),
    "file cut": Fault(UPLOAD, cut=10),
    "file not there": Fault(UPLOAD, drop=True),
    "publication dropped": Fault("PATCH", drop=True, done=True),
    "publication 500": Fault("PATCH", complaint(500, "no")),
    "look 503": Fault("GET", complaint(503, "no"), times=3),
    "too often": Fault(".", complaint(429, "no", Retry_After="0"), times=3),
    "limit": Fault(UPLOAD, complaint(403, "no", x_ratelimit_remaining="0"), times=2),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_lost_answer_is_looked_up(api: FakeGitHub, files: list[Path], fault: Fault) -> None:
    api.faults = [fault]
    assert publish(files) == f"release {TAG}: published with 2 files"
    assert api.files(TAG) == CONTENTS


@pytest.mark.parametrize("faults", [[], [Fault("DELETE", drop=True, done=True)]])
def test_half_a_file_is_sent_again(api: FakeGitHub, files: list[Path], faults: list[Fault]) -> None:
    api.broken_uploads, api.faults = 2, [*faults]
    publish(files)
    assert api.files(TAG) == CONTENTS
    assert len(api.asked("DELETE")) == 2 + len(faults)


def test_another_file_in_a_draft_is_replaced(api: FakeGitHub, files: list[Path]) -> None:
    api.release(TAG, {"card.md": CONTENTS["card.md"], "model.skops": b"old"}, draft=True)
    publish(files)
    assert api.files(TAG) == CONTENTS
    assert len(api.asked("DELETE")) == 1
    assert api.asked("POST") == [UPLOAD]


def test_a_draft_is_found_among_many(api: FakeGitHub, files: list[Path]) -> None:
    api.release(TAG, {}, draft=True)
    for number in range(120):
        api.release(f"model@v0.0.{number}", {}, draft=number % 2 == 0)
    publish(files)
    assert api.files(TAG) == CONTENTS
    assert api.asked("POST") == [UPLOAD] * 2
    assert sum(release["draft"] for release in api.releases) == 60


@pytest.mark.parametrize("digest", [True, False], ids=["digest", "size alone"])
def test_a_complete_release_is_left_as_it_is(
    api: FakeGitHub, files: list[Path], digest: bool
) -> None:
    release = api.release(TAG, CONTENTS | {"more.txt": b"a person's"})
    if not digest:
        release["assets"][0]["digest"] = None
    assert publish(files) == f"release {TAG}: complete already"
    assert api.asked() == ["GET /releases/tags/model%40v1.0.0"]


def test_a_published_release_gets_what_it_lacks(api: FakeGitHub, files: list[Path]) -> None:
    release = api.release(TAG, {"model.skops": CONTENTS["model.skops"]})
    release["assets"].append(api.asset("card.md", b"", "starter"))
    assert publish(files) == f"release {TAG}: added card.md"
    assert api.files(TAG) == CONTENTS
    assert api.asked("PATCH") == []


@pytest.mark.parametrize("content", [b"shorter", CONTENTS["model.skops"][::-1]])
def test_what_was_published_is_never_replaced(
    api: FakeGitHub, files: list[Path], content: bytes
) -> None:
    api.release(TAG, {"model.skops": content})
    assert refused(files).startswith(f"release {TAG} holds another model.skops than ")
    assert api.files(TAG) == {"model.skops": content}
    assert len(api.requests) == 1


def test_a_file_that_somebody_else_sent_meanwhile(api: FakeGitHub, files: list[Path]) -> None:
    complete = api.release(TAG, CONTENTS)
    api.faults = [Fault("GET /releases/tags", Answer(200, complete | {"assets": []}))]
    assert publish(files) == f"release {TAG}: complete already"
    assert api.asked("POST") == [UPLOAD]


def test_without_its_tag_nothing_is_made(api: FakeGitHub, files: list[Path]) -> None:
    api.tags.clear()
    assert refused(files) == (
        f"publish release {TAG}: GitHub shows no such tag: git push origin '{TAG}', or give "
        "GITHUB_TOKEN access"
    )
    assert api.releases == []


def test_other_bytes_are_not_published(api: FakeGitHub, files: list[Path]) -> None:
    other = api.asset("model.skops", CONTENTS["model.skops"][::-1])
    del other["content"]
    api.faults = [Fault(UPLOAD, Answer(201, other), done=True)]
    assert refused(files) == "upload model.skops: other bytes arrived than were sent; try again"
    assert api.asked("PATCH") == []


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault("POST", complaint(403, "Resource not accessible by integration"), times=9),
            f"draft release {TAG}: GitHub answered 403 (Resource not accessible by integration); "
            "give the token the permission",
        ),
        (
            Fault(UPLOAD, complaint(404, f"Not Found {TOKEN}"), times=9),
            f"upload model.skops to release {TAG}: GitHub answered 404 (Not Found ***); check",
        ),
        (
            Fault(UPLOAD, drop=True, times=9),
            f"upload model.skops to release {TAG}: no answer from 127.0.0.1:",
        ),
        (
            Fault("PATCH", complaint(422, "Validation Failed"), times=9),
            f"publish release {TAG}: GitHub answered 422 (Validation Failed); GitHub does not",
        ),
        (
            Fault("GET", Answer(200, b"<html>"), times=9),
            f"look for release {TAG}: 127.0.0.1:",
        ),
    ],
    ids=["403", "404", "dropped", "422", "no JSON"],
)
def test_what_stays_wrong_is_one_line(
    api: FakeGitHub, files: list[Path], fault: Fault, line: str
) -> None:
    api.faults = [fault]
    assert refused(files).startswith(line)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_token_and_no_file_goes_to_another_host(
    api: FakeGitHub, files: list[Path], scheme: str
) -> None:
    with serving(FakeGitHub()) as other:
        draft = api.release(TAG, {}, draft=True)
        host = other.url.replace("http", scheme)
        draft["upload_url"] = draft["upload_url"].replace(api.url, host)
        assert refused(files) == (
            f"release {TAG}: GitHub names a host without https for its files: refused"
        )
        assert other.requests == []


@pytest.mark.parametrize(
    ("api", "upload"),
    [
        ("https://api.github.com", "https://uploads.github.com/repos/o/r/releases/1/assets"),
        ("https://host.org/api/v3", "https://host.org/api/uploads/repos/o/r/releases/1/assets"),
    ],
)
def test_the_host_of_files_is_the_one_that_github_names(api: str, upload: str) -> None:
    answered = Release(1, TAG, upload + "{?name,label}", "", True, [])
    assert releases.upload_address(GitHub(api, "o/r"), answered) == upload


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("no.txt", None, "there is no such file"),
        ("empty.txt", b"", "it has 0 bytes, and a release takes from 1 to 2,147,483,647"),
        (".hidden", b"x", "GitHub would change its name: use letters, digits, and . _ - between"),
        ("a b.txt", b"x", "GitHub would change its name"),
        ("up/model.skops", b"x", "the release has one model.skops already, "),
    ],
)
def test_files_that_a_release_does_not_take(
    api: FakeGitHub, files: list[Path], name: str, content: bytes | None, line: str
) -> None:
    path = files[0].parent / name
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_bytes(content)
    assert line in refused([*files, path])
    assert api.requests == []
