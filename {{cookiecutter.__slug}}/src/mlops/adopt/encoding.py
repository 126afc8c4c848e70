"""Which characters the bytes of a sample stand for."""

import codecs
import re
from typing import NamedTuple

from mlops.adopt.content import Content
from mlops.errors import UserError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# The common ones: of so many others, a short text fits several by chance.
GUESSED = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "utf_16_le", "utf_16_be"),
]
WIDE = ("utf-16", "utf-32")
GUESSED_FROM = 100_000  # bytes
TOLERATED = 0.1  # of chaos beyond the least


class Text(NamedTuple):
    """The texts of a sample; `head` has the header, and each text ends with a line."""

    encoding: str
    head: str
    places: list[str]
    guess: str | None  # what the guess is seen by, where there was one


def decode(content: Content, given: str | None, file: str) -> Text:
    """Decode a sample. Raise `UserError` naming the row where it cannot be."""
    guess = None
    if given:
        encoding = known(given)
    else:
        encoding, guess = detect(content.head, content.whole, file)
    head = content.head if content.whole else lines(content.head, encoding, file)
    text = strict(head, encoding, file).removeprefix("\ufeff")
    places = []
    if not encoding.startswith(WIDE):
        for part in content.places:
            rest = part.partition(b"\n")[2]
            places.append(strict(rest[: rest.rfind(b"\n") + 1], encoding, file, inside=True))
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise UserError(f"{file}: row {row:,}: a NUL byte: not a text, or damaged")
    return Text(encoding, text, places, example(text) if guess else None)


def known(name: str) -> str:
    """Python's name of an encoding."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise UserError(f"--encoding {name!r}: no such encoding; try utf-8 or cp1252") from None


def detect(head: bytes, whole: bool, file: str) -> tuple[str, str | None]:
    """Tell the encoding, and the one that was guessed where it is not plain."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding, None
    text = head.decode("utf-8", "surrogateescape")
    # A character that was cut in two at the end is no sign of another encoding.
    bad = len(re.findall("[\udc80-\udcff]", text if whole else text[:-3]))
    good = len(re.findall("[^\x00-\x7f\udc80-\udcff]", text))
    if not bad:
        return "utf-8", None
    if good > bad:
        strict(head, "utf-8", file)
    guess = likeliest(head)
    if guess is None:
        strict(head, "utf-8", file)
    return known(guess or "utf-8"), guess


def likeliest(head: bytes) -> str | None:
    """The encoding in which the text reads most like a language; of equals the commonest."""
    from charset_normalizer import from_bytes

    telling = [line for line in head.splitlines() if not line.isascii()]
    found = from_bytes(b"\n".join(telling)[:GUESSED_FROM], cp_isolation=GUESSED)
    least = min((match.chaos for match in found), default=0.0)
    ranks = {
        name: (-match.coherence, match.chaos, GUESSED.index(name))
        for match in found
        if match.chaos <= least + TOLERATED
        for name in match.could_be_from_charset
        if name in GUESSED
    }
    return min(ranks, key=lambda name: ranks[name], default=None)


def strict(content: bytes, encoding: str, file: str, inside: bool = False) -> str:
    """Decode, or say where that fails."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        byte = content[error.start : error.start + 1].hex()
        row = f"row {content.count(10, 0, error.start) + 1:,}: "
        raise UserError(
            f"{file}: {'' if inside else row}byte 0x{byte} is not {encoding}:"
            " mend it, or name the file's encoding, such as --encoding cp1252"
        ) from None


def lines(content: bytes, encoding: str, file: str) -> bytes:
    """Cut off the last line, which may be half of one."""
    width = 1 if not encoding.startswith(WIDE) else 2 if "16" in encoding else 4
    end = content.rfind(b"\n")
    if end < 0:
        end = content.rfind(b"\r")
    if end < 0:
        raise UserError(f"{file}: row 1: is longer than {len(content):,} bytes: not a table")
    return content[: (end // width + 1) * width]


def example(text: str) -> str | None:
    """A word by which a person sees whether the encoding is right."""
    found = re.search(r"\w*[^\x00-\x7f]\w*", text)
    return found[0][:30] if found else None
