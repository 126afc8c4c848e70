"""What the service's pages are made of: each is one file that fetches nothing from elsewhere."""

import base64
import hashlib
import html
import json
from pathlib import Path
from typing import Any

from mlops.review.presentation.inert import clean
from mlops.review.presentation.page_style import STYLE

HERE = Path(__file__).parent
TOKEN = """<p id="token-field" hidden><label for="token">Access token</label>
<input id="token" type="password" autocomplete="off"></p>"""  # shown when the service asks for it
SIGNS = "<>&\u2028\u2029"


def page(title: str, name: str, data: Any, parts: list[str]) -> str:
    """A page with the style and the script of a name, and data for the script."""
    style = STYLE + read("page.css") + read(f"{name}.css")
    script = read("page.js") + read(f"{name}.js")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">',
            '<link rel="icon" href="data:,">',
            f"<title>{plain(title)}</title>",
            f"<style>{style}</style>",
            *parts,
            f'<script type="application/json" id="data">{inert_json(data)}</script>',
            f'<script type="module">{script}</script>',
            "</html>\n",
        ]
    )


def read(name: str) -> str:
    """A file that lies beside this one."""
    return (HERE / name).read_text("utf-8")


def policy(style: str, script: str) -> str:
    """Only this style and this script, and requests only to this service."""
    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def digest(text: str) -> str:
    """What names a style or a script in a policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def plain(text: str) -> str:
    """Foreign text as HTML: to be read."""
    return html.escape(clean(text))


def exact(value: Any) -> str:
    """A foreign value as an attribute: to be sent."""
    return html.escape(str(value))


def code(value: Any) -> str:
    """A value as it stands in JSON."""
    return f"<code>{plain(json.dumps(value, ensure_ascii=False))}</code>"


def inert_json(data: Any) -> str:
    """Data in a page; nothing in it can end its element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    for sign in SIGNS:
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
