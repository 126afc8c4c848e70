"""Load on one HTTP service: connections that are kept, each with one request on its way.

It runs in a process of its own, so that its processor time is not the server's:

python load.py PORT PATH CONNECTIONS SECONDS < BODIES > RESULT

The standard input is a JSON list of bodies, sent in turns; the output says how many were answered,
in how many seconds, and the answer to the first one.
"""

import itertools
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator

LONGEST = 60  # seconds that one answer may take
HEADERS = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"


def request(path: str, body: str) -> bytes:
    """One request, as it goes over the wire."""
    content = body.encode()
    head = b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n"
    return head % (path.encode(), HEADERS, len(content)) + content


def content(received: bytes) -> bytes | None:
    """The body of an answer; None while it is not whole. Raise ValueError unless it is a 200."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    status, *lines = head.lower().split(b"\r\n")
    if b" 200 " not in status:
        raise ValueError(received.decode(errors="replace"))
    length = next(line for line in lines if line.startswith(b"content-length:"))
    return body if len(body) >= int(length.split(b":")[1]) else None


def ask(port: int, path: str, body: str) -> bytes:
    """Send one request over a connection of its own. Raise OSError or ValueError on failure."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as connection:
        connection.sendall(request(path, body))
        received = b""
        while (answer := content(received)) is None:
            if not (more := connection.recv(1 << 16)):
                raise ConnectionResetError(received)
            received += more
    return answer


def run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> int:
    """Keep every connection busy for so long, and wait for the last answers; how many came."""
    answered = 0
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, bytearray())
        connection.sendall(next(requests))
    end = time.monotonic() + seconds
    while selector.get_map():
        if not (ready := selector.select(LONGEST)):
            raise TimeoutError(f"no answer in {LONGEST} seconds")
        for key, _ in ready:
            connection, received = key.fileobj, key.data
            if not (more := connection.recv(1 << 16)):
                raise ConnectionResetError(bytes(received))
            received += more
            if content(received) is None:
                continue
            answered += 1
            received.clear()
            if time.monotonic() < end:
                connection.sendall(next(requests))
            else:
                selector.unregister(connection)
                connection.close()
    return answered


def main() -> None:
    """Read the bodies, load the service, and print what came back."""
    port, path, connections, seconds = sys.argv[1:]
    requests = [request(path, body) for body in json.load(sys.stdin)]
    start = time.monotonic()
    answered = run(int(port), itertools.cycle(requests), int(connections), float(seconds))
    print(json.dumps({"answered": answered, "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main()
