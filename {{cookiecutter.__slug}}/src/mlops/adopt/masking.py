"""Keep credentials out of what is written and printed."""

import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

SHOWN = "***"


def public(url: str) -> str:
    """A URL without user, password, query and fragment, any of which may let somebody in."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    plain = urlunsplit((parts.scheme, host, parts.path, "", ""))
    # An empty host, as in sqlite:///file, loses its slashes on the way.
    lost = url.startswith(f"{parts.scheme}:///") and "://" not in plain
    return plain.replace(f"{parts.scheme}:", f"{parts.scheme}://", 1) if lost else plain


def masked(text: str, url: str) -> str:
    """A message in one line, without what is secret in the URL."""
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    values = [pair.partition("=")[2] for pair in re.split("[&;]", parts.query)]
    secrets = {password, *values, parts.query, f"{user}:{password}" if password else user}
    forms = {form for text in secrets if text for form in (text, unquote(text), quote(text))}
    text = " ".join(text.split()).replace(url, public(url))
    for secret in sorted(forms, key=len, reverse=True):
        if len(secret) > 2 or secret == password:
            text = text.replace(secret, SHOWN)
    return re.sub(r"//[^/@\s]+@", f"//{SHOWN}@", text)
