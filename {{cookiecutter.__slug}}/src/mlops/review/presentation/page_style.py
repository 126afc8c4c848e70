"""How the page looks, in light and dark, on a phone and on a desk; and what draws its plots."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --ground: #fff; --raised: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --faint: #9198a1; --line: #3d444d; --ground: #0d1117; --raised: #151b23;
    --good: #3fb950; --bad: #f85149;
  }
}
* { box-sizing: border-box; }
body {
  max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem;
  color: var(--ink); background: var(--ground);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
  overflow-wrap: break-word;
}
header { border-left: 4px solid; padding: .2rem 0 .2rem 1rem; margin-bottom: 1.5rem; }
header.good { border-color: var(--good); }
header.bad { border-color: var(--bad); }
header p:first-of-type { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
p, ul { margin: .6rem 0; }
ul { padding-left: 1.3rem; }
code, pre { font: .86em/1.45 ui-monospace, "SF Mono", Menlo, "Liberation Mono", monospace; }
code { unicode-bidi: isolate; background: var(--raised); padding: .15em .35em; border-radius: 5px; }
code { overflow-wrap: anywhere; }
pre { background: var(--raised); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; }
.wide { overflow-x: auto; margin: .8rem 0; }
.wide {  /* a shadow at an edge says that more of the table is behind it */
  background: linear-gradient(to right, var(--ground) 30%, transparent) left / 2.5rem 100%,
    linear-gradient(to left, var(--ground) 30%, transparent) right / 2.5rem 100%,
    linear-gradient(to right, var(--line), transparent) left / 1rem 100%,
    linear-gradient(to left, var(--line), transparent) right / 1rem 100%;
  background-attachment: local, local, scroll, scroll; background-repeat: no-repeat;
}
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .8rem; text-align: left; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; }
th.r, td.r { text-align: right; }
th.r, td.r, td.n { white-space: nowrap; }
th.c, td.c { text-align: center; }
td:first-child code { white-space: nowrap; background: none; padding: 0; }
.better { color: var(--good); }
.worse { color: var(--bad); }
.small, figcaption, summary { color: var(--faint); }
.small { margin-top: 2rem; font-size: .86rem; }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; }
figure { margin: 1.2rem 0; }
figcaption { font-size: .9rem; }
@media (max-width: 500px) {
  body { padding: 1rem .8rem 2rem; }
  th, td { padding: .35rem .5rem; }
}
"""

# A plot in a fold has no width before it is opened: it is drawn then.
SCRIPT = """
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw(figure) {
  const style = getComputedStyle(document.body), grid = style.getPropertyValue("--line");
  const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
  const axis = { gridcolor: grid, linecolor: grid, zerolinecolor: style.color, automargin: true };
  axis.zeroline = false;
  layout.font = { family: style.fontFamily, size: 12, color: style.color };
  layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
  layout.margin = { l: 50, r: 16, t: 16, b: 44 };
  layout.legend = { orientation: "h", y: 1.12 };
  layout.xaxis = Object.assign({}, axis, layout.xaxis);
  layout.yaxis = Object.assign({}, axis, layout.yaxis);
  layout.dragmode = false;
  const options = { responsive: true, displayModeBar: false };
  Plotly.react(figure.querySelector("div"), data, layout, options);
}
function drawAll() {
  for (const figure of document.querySelectorAll("figure"))
    if (!figure.closest("details:not([open])")) draw(figure);
}
for (const fold of document.querySelectorAll("details")) fold.addEventListener("toggle", drawAll);
dark.addEventListener("change", drawAll);
drawAll();
"""
