"""SVG as text: elements, escaped words, and how wide words are."""

from html import escape
from unicodedata import east_asian_width

from mlops.review.presentation.inert import clean

SIZE = 12  # of the letters; a picture is 360 wide, so this is pixels on a phone
WIDE = 0.6  # of a letter's height, the mean width of a sans serif's letters


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """An element; its content is SVG already. `stroke_width` is the attribute stroke-width."""
    pairs = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    shown = "".join(f' {key}="{attribute(value)}"' for key, value in pairs.items())
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def attribute(value: str | float) -> str:
    """An attribute's value: a text escaped, a number with one decimal at most."""
    return escape(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def box(x: float, y: float, width: float, height: float, kind: str, content: str = "") -> str:
    """A rectangle of a class."""
    return element("rect", content, class_=kind, x=x, y=y, width=width, height=height)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line of a class."""
    return element("line", class_=kind, x1=x1, y1=y1, x2=x2, y2=y2)


def words(text: str, x: float, y: float, **attributes: str | float) -> str:
    """A line of text; whatever it holds is shown and not read."""
    return element("text", escape(clean(text)), x=x, y=y, **attributes)


def hint(text: str) -> str:
    """What is told of an element to who points at it, or cannot see it."""
    return element("title", escape(clean(text)))


def width(text: str) -> float:
    """About how wide a text is."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return SIZE * (WIDE * (len(text) - wide) + wide)


def fitted(text: str, most: float) -> str:
    """A text cut to a width, in its middle: names often differ at their ends."""
    line = clean(text)
    kept = len(line)
    while kept and width(shortened(line, kept)) > most:
        kept -= 1
    return shortened(line, kept)


def shortened(line: str, kept: int) -> str:
    """So many letters of a line, two thirds of them from its beginning."""
    if kept == len(line):
        return line
    end = kept // 3
    return f"{line[: kept - end].rstrip()}…{line[len(line) - end :].lstrip()}"


def path(points: list[tuple[float, float]]) -> str:
    """The data of a path from point to point; points that fall together are drawn once."""
    spots = dict.fromkeys(f"{number(x)} {number(y)}" for x, y in points)
    return "M" + "L".join(spots)
