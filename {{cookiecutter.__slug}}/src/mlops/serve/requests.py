"""What comes with a request: its id, its token, its body, within limits."""

import hmac
import re
import secrets
from base64 import b64decode
from collections.abc import Mapping
from itertools import count
from time import perf_counter
from typing import Any

from mlops.serve.refusal import RefusedError
from mlops.serve.settings import Settings

Headers = Mapping[bytes, bytes]

HARMLESS = re.compile(rb"[A-Za-z0-9._-]{1,64}").fullmatch
JSON = b"application/json"
UTF_8 = re.compile(rb'(?i)application/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?').fullmatch
FEW = 2**16  # bytes of a body that is done at once, and that is not counted
BODIES = 4  # of the largest size that all requests together may hold

prefix = secrets.token_hex(6)
number = count()


def request_id(headers: Headers) -> str:
    """The id that a request brings, if it is short and harmless, or a new one."""
    given = headers.get(b"x-request-id")
    if given and HARMLESS(given):
        return given.decode()
    return f"{prefix}-{next(number):x}"


class Access:
    """Who may ask: all, or those who bear the token, also as the password of any user."""

    OPEN = ("/health", "/ready")

    def __init__(self, token: str | None) -> None:
        self._token = token.encode() if token else None

    def check(self, path: str, headers: Headers) -> None:
        """Raise `RefusedError` where a request does not bear the token."""
        if self._token is None or path in self.OPEN:
            return
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"basic":
            given = password(given)
        elif scheme.lower() != b"bearer":
            given = b""
        if not hmac.compare_digest(given.strip(), self._token):
            wrong = "this is not the service's token; " if given.strip() else ""
            raise RefusedError(401, f"{wrong}send the header `Authorization: Bearer TOKEN`")


def password(encoded: bytes) -> bytes:
    """The password of HTTP's basic authentication."""
    try:
        return b64decode(encoded, validate=True).partition(b":")[2]
    except ValueError:
        return b""


class Bodies:
    """Receives bodies: each of a limited size in a limited time, all together of limited size."""

    def __init__(self, settings: Settings) -> None:
        self._most, self._seconds = settings.max_body, settings.timeout
        self._megabytes = settings.max_megabytes
        self._held = 0

    async def read(self, headers: Headers, receive: Any, began: float) -> bytes:
        """The body of a request that began at a time; `release` it after use.

        Raise `RefusedError` where it is too large, too slow, or no JSON.
        """
        check_type(headers)
        if int(headers.get(b"content-length", 0)) > self._most:
            raise self._too_large()
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            return self._hold(message.get("body", b""))
        return self._hold(await self._rest(message, receive, began))

    async def _rest(self, message: Any, receive: Any, began: float) -> bytes:
        """The body of a message that comes in parts; an empty part is a look at the clock."""
        parts: list[bytes] = []
        size = 0
        try:
            while message["type"] == "http.request":
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                self._held += len(parts[-1])
                if size > self._most:
                    raise self._too_large()
                if self._held > BODIES * self._most:
                    raise RefusedError(429, "too many large requests at once", wait=1)
                if not message.get("more_body"):
                    return b"".join(parts)
                if perf_counter() - began > self._seconds:
                    said = f"the body did not come within {self._seconds:g} seconds"
                    raise RefusedError(408, said)
                message = await receive()
        finally:
            self._held -= size
        raise RefusedError(499, "the client went away")

    def _hold(self, body: bytes) -> bytes:
        if len(body) > self._most:
            raise self._too_large()
        if len(body) > FEW:
            self._held += len(body)
        return body

    def release(self, body: bytes) -> None:
        """Say that a body is not needed any more."""
        if len(body) > FEW:
            self._held -= len(body)

    def _too_large(self) -> RefusedError:
        return RefusedError(413, f"the body is larger than {self._megabytes} MiB")


def check_type(headers: Headers) -> None:
    """Raise `RefusedError` where a body is not plain JSON."""
    kind = headers.get(b"content-type", b"")
    if kind != JSON and not UTF_8(kind):
        raise RefusedError(415, "send JSON, with the header `Content-Type: application/json`")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise RefusedError(415, "send the body without Content-Encoding")
