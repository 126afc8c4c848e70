"""Keep credentials out of what is written and printed."""

import re
from urllib.parse import quote, unquote

SHOWN = "***"
SHORTEST = 3  # a shorter secret is in half of all words


def parts(url: str) -> tuple[str, str, str, str]:
    """Scheme, user and password, host and path, and what follows a `?` or `#`."""
    scheme, mark, rest = url.partition("://")
    user, _, behind = rest.rpartition("@")
    if "/" in user and ":" not in user.partition("/")[0]:
        user, behind = "", rest  # the @ is one of the path
    place = re.split("[?#]", behind, maxsplit=1)
    return f"{scheme}{mark}", user, place[0], behind[len(place[0]) + 1 :]


def public(url: str) -> str:
    """A URL without user, password, query and fragment, any of which may let somebody in."""
    scheme, _, place, _ = parts(url)
    return scheme + place


def masked(text: str, url: str) -> str:
    """A message in one line, without what is secret in the URL."""
    _, user, _, query = parts(url)
    values = [pair.partition("=")[2] for pair in re.split("[&;#]", query)]
    secrets = {user, user.partition(":")[2], query, *values}
    forms = {form for one in secrets for form in (one, unquote(one), quote(one))}
    text = " ".join(text.split()).replace(url, public(url))
    for secret in sorted(forms, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, SHOWN)
    return re.sub(r"//[^/@\s]+@", f"//{SHOWN}@", text)
