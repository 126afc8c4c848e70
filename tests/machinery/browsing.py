"""A page of the service in a real browser, which does there what a person would do."""

import json
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--no-proxy-server", "--window-size=800,1000", "--dump-dom"),
    "--virtual-time-budget=20000",
)
SECONDS = 60

# The page in a frame of its own origin, and a script that acts on it and then writes what it saw.
FRAME = """<!doctype html><iframe width="780" height="980"></iframe><pre id="seen"></pre><script>
const frame = document.querySelector("iframe"), seen = document.getElementById("seen");
const until = async (is) => {
  for (let round = 0; round < 300 && !is(); round++) await new Promise((go) => setTimeout(go, 20));
  if (!is()) throw new Error("waited in vain for " + is);
};
frame.onload = async () => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const at = (id) => page.getElementById(id), text = (id) => at(id).textContent;
  const type = (id, value) => {
    at(id).value = value;
    at(id).dispatchEvent(new view.Event("input", { bubbles: true }));
  };
  try {
    seen.textContent = JSON.stringify(await (async () => { ACTIONS })());
  } catch (error) {
    seen.textContent = JSON.stringify({ failed: String(error) });
  }
};
frame.src = "PATH";
</script>"""


class Framed:
    """A service, and beside it a frame for a page of it."""

    def __init__(self, service: ASGIApp, frame: str) -> None:
        self.service, self.frame = service, frame.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/frame":
            return await self.service(scope, receive, send)
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.frame})


def seen(service: ASGIApp, path: str, actions: str, folder: Path) -> Any:
    """Open a page of a service, act in it, and return what the actions return."""
    assert CHROMIUM
    frame = FRAME.replace("ACTIONS", actions).replace("PATH", path)
    with listening(Framed(service, frame)) as port:
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder}"]
        ran = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/frame"],
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    found = re.search(r'<pre id="seen">(.*?)</pre>', ran.stdout.decode(), re.DOTALL)
    assert found, ran.stderr.decode()
    return json.loads(unescape(found[1]))


@contextmanager
def listening(app: ASGIApp) -> Iterator[int]:
    """Answer requests on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)
