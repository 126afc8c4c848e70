"""Text that came with a report, made harmless: it may be shown, and can do nothing else.

A report may come from anybody's fork. Its text could hold HTML, links, mentions, references to
issues, or characters that hide or reorder what stands beside them.
"""

import re
import unicodedata
from itertools import groupby

HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(point) for block in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for point in block
}
REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
CLOSING = "),.:;"
ENDING = re.compile(r"[),.:;]+(?: |$)").match
MARKS = 2  # accents on one letter; more would reach over the lines around it

# Words that no renderer takes for anything but words. Seven hexadecimal digits may be a
# commit, and www an address.
WORD = re.compile(
    r"""(?!.*(?:[0-9a-fA-F]{7}|[wW]{3}))
    \(? (?: [A-Za-z]{1,30} \d{0,2} (?: ['_-] [A-Za-z]{1,30} ){0,5}  # roc_auc, f1, row's
          | v?[+-]? \d{1,6} (?: [.,] \d{1,6} ){0,2} %?          # 0.005, 28,243, v1.2.0
          | \d{4}-\d{2} (?: -\d{2} )?                            # 2013-07-31
          | [%=+-] )
    \)? [.,:;]?""",
    re.VERBOSE,
)


def clean(text: str, longest: int = 400) -> str:
    """One line of visible characters, bounded; what is hidden or reorders becomes a mark."""
    shown: list[str] = []
    marks = 0
    for character in " ".join(unicodedata.normalize("NFC", text[: 4 * longest]).split()):
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if category in REFUSED or character in HIDDEN:
            shown.append("\N{REPLACEMENT CHARACTER}")
        elif marks <= MARKS:
            shown.append(character)
    line = "".join(shown)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def code(text: str, longest: int = 80) -> str:
    """Markdown's code span: nothing in it is read, in a table neither.

    A mark after right-to-left letters keeps them from reordering the figures beside them.
    """
    line = clean(text, longest).replace("`", "'").replace("|", "¦") or "(empty)"
    turned = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in line)
    return f"`{line}`" + ("\N{LEFT-TO-RIGHT MARK}" if turned else "")


def prose(text: str, longest: int = 240) -> str:
    """Markdown with words as words; whatever is more than a word becomes a code span."""
    parts = []
    for number, piece in enumerate(clean(text, longest).split("`")):
        if number % 2 and piece.strip():
            parts.append(code(piece, longest))
            continue
        for plain, words in groupby(piece.split(), lambda word: bool(WORD.fullmatch(word))):
            phrase = " ".join(words)
            parts.append(phrase if plain else punctuated(phrase, longest))
    spaced = (part if ENDING(part) else f" {part}" for part in parts)
    return "".join(spaced).strip() or code("")


def punctuated(phrase: str, longest: int) -> str:
    """A code span; the punctuation of the sentence around it stays outside."""
    inner = phrase.lstrip("(,:; ")
    whole = inner.rstrip(CLOSING)
    inner = whole if whole.count("(") == whole.count(")") else inner
    before, _, after = phrase.partition(inner) if inner else (phrase, "", "")
    return f"{before}{code(inner, longest) if inner else ''}{after}"


def label(text: str) -> str:
    """A chart's label: only letters, digits and a few signs."""
    return re.sub(r"[^A-Za-z0-9 ._-]+", " ", text)[:40].strip()
