"""One look for all pictures, in light and dark, and without colours."""

# Colours that differ in lightness too; dashes and marks tell lines apart where there are none.
STYLE = """\
.plot { --ink: #1f2328; --faint: #59636e; --grid: #d1d9e0; --ground: #fff;
  --c0: #0b5cad; --c1: #b04a00; --c2: #18794e; --c3: #8a2da8; --c4: #3d4650; --c5: #b3123f;
  background: var(--ground);
  font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
@media (prefers-color-scheme: dark) {
  .plot { --ink: #e6edf3; --faint: #9aa4af; --grid: #3d444d; --ground: #0d1117;
    --c0: #6cb6ff; --c1: #f69d50; --c2: #6bc46d; --c3: #dcbdfb; --c4: #b8c0c9; --c5: #ff8ba7; } }
.plot text { fill: var(--ink); } .plot .faint { fill: var(--faint); }
.plot .head { font-weight: 600; font-size: 13px; }
.plot .grid, .plot .guide, .plot .line, .plot .dots, .plot .reach, .plot .halo { fill: none; }
.plot .grid { stroke: var(--grid); }
.plot .guide { stroke: var(--faint); stroke-dasharray: 2 3; }
.plot .line { stroke-width: 1.8; stroke-linejoin: round; }
.plot .dots { stroke-width: 4; stroke-linecap: round; opacity: .6; }
.plot .mark { stroke-width: 1.4; fill: var(--ground); }
.plot .reach { stroke: var(--ink); stroke-width: 1.3; }
.plot .halo { stroke: var(--ground); stroke-width: 4; }
.plot .cell { fill: var(--c0); } .plot text.over { fill: var(--ground); }
.plot .c0 { stroke: var(--c0); } .plot .c1 { stroke: var(--c1); } .plot .c2 { stroke: var(--c2); }
.plot .c3 { stroke: var(--c3); } .plot .c4 { stroke: var(--c4); } .plot .c5 { stroke: var(--c5); }
.plot .b0 { fill: var(--c0); stroke: var(--c0); }
.plot .b1 { fill: var(--ground); stroke: var(--c1); }
.plot .b2 { fill: var(--grid); stroke: var(--c2); }
.plot .b3 { fill: var(--faint); stroke: var(--c3); }
""".replace("\n", " ")

COLOURS = 6
FILLS = 4
DASHES = ("", "7 3", "2 2.5", "9 3 2 3", "4 2")
DOT = "M-3 0A3 3 0 1 0 3 0A3 3 0 1 0-3 0Z"
MARKS = (
    *("", DOT, "M-3-3H3V3H-3Z", "M0-3.5 3.5 3H-3.5Z"),
    *("M0-4 4 0 0 4-4 0Z", "M0 3.5 3.5-3H-3.5Z"),
)


def dash(number: int) -> str:
    """How the line of a series is broken."""
    return DASHES[number % len(DASHES)]


def mark(number: int) -> str:
    """What stands on the line of a series: nothing on the first ones, for dashes differ."""
    return MARKS[number // len(DASHES) % len(MARKS)]


def colour(number: int) -> str:
    """The class of a series' colour."""
    return f"c{number % COLOURS}"


def fill(number: int) -> str:
    """The class of a series' bars: full, empty, light, dark."""
    return f"b{number % FILLS}"
