"""An S3 server on this machine, and credentials for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

SECRET = "n0t-to-be-seen"


@contextmanager
def serving() -> Iterator[str]:
    """Serve until the block ends; yield the address."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def client(address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the server; the environment gets the credentials as well."""
    names = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "somebody"}
    names |= {"AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    return boto3.client("s3")
