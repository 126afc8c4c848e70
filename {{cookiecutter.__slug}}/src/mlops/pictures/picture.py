"""A plot as an SVG image that opens without tools: written here, for a library would be slow.

Importing one takes half a second, and each figure a tenth; these take a millisecond.
"""

from mlops.model.plot import Plot
from mlops.pictures import bars, histogram, lines, matrix, style
from mlops.pictures.frame import WIDTH
from mlops.pictures.svg import element, fitted, hint, words

KINDS = {
    **{"line": lines.draw, "points": lines.draw, "bars": bars.draw},
    **{"matrix": matrix.draw, "histogram": histogram.draw},
}
HEAD = 34.0  # the title's height


def draw(plot: Plot) -> str:
    """The picture of a plot, the same bytes for the same points.

    Points that are null are left out; a plot without points says so.
    """
    name = fitted(plot.title, WIDTH - 16)
    if len(list(plot.points[plot.x])):
        parts, height = KINDS[plot.kind](plot, HEAD)
    else:
        parts, height = [words("no rows", 4, HEAD + 20, class_="faint")], HEAD + 40
    head = words(name, 4, 17, class_="head")
    whole = [hint(plot.title), element("style", style.STYLE), head, *parts]
    return element(
        "svg",
        "\n".join(whole),
        xmlns="http://www.w3.org/2000/svg",
        class_="plot",
        role="img",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
    )
