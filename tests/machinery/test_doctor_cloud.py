"""`mlops doctor` with a remote that is no directory: here one that speaks HTTP."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from machinery.doctoring import Patient, flip


class Storage(SimpleHTTPRequestHandler):
    """Serves a folder, and lets it be written."""

    def do_PUT(self) -> None:
        path = Path(self.translate_path(self.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(self.body())
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def body(self) -> bytes:
        """What was sent, in pieces or at once."""
        if "Content-Length" in self.headers:
            return self.rfile.read(int(self.headers["Content-Length"]))
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def cloud(patient: Patient) -> Iterator[Patient]:
    """The small project, with its storage behind a server."""
    handler = partial(Storage, directory=str(patient.storage))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    config = Path(".dvc/config")
    url = f"http://127.0.0.1:{server.server_port}\n    method = PUT"
    config.write_text(config.read_text().replace("../../storage", url))
    patient.git("commit", "-qam", "A remote behind a server")
    yield patient
    server.shutdown()
    server.server_close()


def content(patient: Patient) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in patient.objects(patient.storage)}


def test_a_healthy_one_is_read_and_nothing_said(cloud: Patient) -> None:
    assert cloud.doctor(fix=True) == (True, "all is well\n")


def test_each_flipped_object_is_found_and_pushed_again(cloud: Patient) -> None:
    before = content(cloud)
    for path in cloud.objects(cloud.storage):
        flip(path)
        well, said = cloud.doctor()
        assert not well
        assert f"{path.parent.name}{path.name} in the remote" in said
        well, said = cloud.doctor(fix=True)
        assert well, said
        assert content(cloud) == before


def test_the_cache_is_mended_from_it(cloud: Patient) -> None:
    before = cloud.bytes()
    Path("model.bin").unlink()
    Path("data/a.txt").unlink()
    for path in cloud.objects(cloud.cache):
        flip(path)
    assert cloud.doctor(fix=True)[0]
    cloud.dvc("checkout")
    assert cloud.bytes() == before


def test_what_it_lacks_is_pushed(cloud: Patient) -> None:
    before = content(cloud)
    for path in cloud.objects(cloud.storage):
        path.unlink()
    well, said = cloud.doctor()
    assert not well
    assert "model.bin" in said
    assert cloud.doctor(fix=True)[0]
    assert content(cloud) == before


def test_one_that_cannot_be_reached_is_told(cloud: Patient) -> None:
    config = Path(".dvc/config")
    text = config.read_text()
    port = text.partition("127.0.0.1:")[2].split()[0]
    config.write_text(text.replace(port, "9"))
    well, said = cloud.doctor(fix=True)
    assert not well
    assert "gives no access here" in said
