const MOST = 8; // classes or effects that are shown at once
const TINY = 0.01; // of the largest effect
const LOW = 0.6; // of the window: what begins further down is not seen, as on a phone
const form = byId("row"), section = byId("answer"), said = byId("said"), result = byId("result");
const controls = data.fields.map((_, number) => byId("field-" + number));
let example = 0, busy = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  predict();
});
form.addEventListener("input", (event) => {
  if (event.target.id === "token" || !result.hasChildNodes()) return;
  outdate();
});
byId("example").hidden = data.examples.length < 2;
byId("example").addEventListener("click", () => {
  example = (example + 1) % data.examples.length;
  data.examples[example].forEach((value, number) => fill(number, value));
  clearProblems();
  if (result.hasChildNodes()) outdate();
});

function fill(number, value) {
  const choices = data.fields[number].choices;
  const none = value === null || value === undefined;
  controls[number].value = none ? "" : choices ? choices.indexOf(value) : value;
}

// The row as it is typed; what is left empty is left out. No prototype: a column may have any name.
function typed() {
  const row = Object.create(null);
  data.fields.forEach((field, number) => {
    const text = controls[number].value;
    if (text === "") return;
    if (field.choices) row[field.name] = field.choices[text];
    else row[field.name] = field.type === "category" ? text : Number(text);
  });
  return row;
}

async function predict() {
  if (busy) return;
  clearProblems();
  const unread = controls.findIndex((control) => control.validity.badInput);
  if (unread >= 0) return showProblem(unread, "is not a number");
  busy = true;
  try {
    await answerFor(JSON.stringify(typed()));
  } finally {
    busy = false;
  }
}

async function answerFor(row) {
  say("Asking the model …");
  const answer = await ask("POST", "predict", row);
  if (answer.status !== 200 || !answer.json) return showError(answer);
  showPrediction(answer.json);
  if (section.getBoundingClientRect().top > innerHeight * LOW) section.scrollIntoView();
  await explain(row, answer.json);
}

async function explain(row, predicted) {
  const answer = await ask("POST", "explain", row);
  if (answer.status === 200 && answer.json && answer.json.model === predicted.model) {
    result.append(...driversOf(answer.json));
  } else {
    result.append(make("p", { class: "hint" }, "What drove it could not be found out just now."));
  }
}

function showError({ status, json, wait }) {
  const words = json && json.error ? json.error : "the service did not answer";
  const number = json ? data.fields.findIndex((field) => field.name === json.column) : -1;
  result.replaceChildren();
  result.classList.remove("outdated");
  if (status === 422 && number >= 0) return showProblem(number, words);
  const later = wait ? " Try again in " + wait + " s." : "";
  say("No prediction: " + words + "." + later);
}

function showProblem(number, problem) {
  const name = data.fields[number].name + ": ";
  const words = problem.startsWith(name) ? problem.slice(name.length) : problem;
  byId("problem-" + number).textContent = words;
  controls[number].setAttribute("aria-invalid", "true");
  controls[number].focus();
  say("No prediction: " + name + words);
}

function clearProblems() {
  controls.forEach((control, number) => {
    control.removeAttribute("aria-invalid");
    byId("problem-" + number).textContent = "";
  });
}

// What is said aloud by a screen reader too.
function say(words, kind = "") {
  said.textContent = words;
  said.className = kind;
}

function outdate() {
  result.classList.add("outdated");
  say("The row has changed: press Predict or Enter.");
}

function showPrediction(answer) {
  const shown = { binary: ofTwo, multiclass: ofMany, regression: ofValue }[data.task];
  result.classList.remove("outdated");
  result.replaceChildren(...shown(answer.predictions[0]), origin(answer));
}

function ofTwo({ probability, label }) {
  say(data.target + ": " + label + " (probability of true " + percent(probability) + ")", "found");
  const line = make("i", { class: "threshold" });
  line.style.left = 100 * data.threshold + "%";
  const bar = make("div", { class: "bar", "aria-hidden": "true" }, filled(probability), line);
  const note = "True from " + percent(data.threshold) + " on, where the line is.";
  return [bar, make("p", { class: "hint" }, note)];
}

function ofMany({ label, probabilities }) {
  const every = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  say(data.target + ": " + label + ", probability " + percent(probabilities[label]), "found");
  const rows = every.map(([name, chance]) =>
    make(
      "li",
      {},
      make("span", {}, name),
      make("b", {}, percent(chance)),
      make("div", { class: "bar", "aria-hidden": "true" }, filled(chance)),
    ),
  );
  return listed(rows, "classes");
}

function ofValue({ value }) {
  say(data.target + ": " + number(value), "found");
  return [];
}

function origin({ id, version, model }) {
  const words = ["Model ", make("code", {}, (version ? version + " " : "") + model.slice(0, 8))];
  if (model !== data.model) words.push(" (newer than this page: reload it)");
  return make("p", { class: "hint" }, ...words, ", request ", make("code", {}, id));
}

function driversOf({ drivers, note }) {
  const widest = Math.abs(drivers[0].effect);
  const strong = drivers.filter(({ effect }) => Math.abs(effect) > widest * TINY);
  const weak = drivers.length - strong.length;
  return [
    make("h3", {}, "What drove it"),
    make("p", { class: "hint" }, note),
    ...listed(strong.map((driver) => driven(driver, widest)), "effects"),
    make("p", { class: "hint" }, weak ? "Columns with no effect here, or a tiny one: " + weak : ""),
  ];
}

function driven({ column, value, typical, effect }, widest) {
  const bar = make("i", { class: effect > 0 ? "up" : "down" });
  bar.style.width = (50 * Math.abs(effect)) / widest + "%";
  return make(
    "li",
    {},
    make("span", {}, column + " " + shown(value) + " ", make("small", {}, "typical " + shown(typical))),
    make("b", {}, signed(effect)),
    make("div", { class: "effect", "aria-hidden": "true" }, bar),
  );
}

// A list, and what is too much of it in a fold.
function listed(rows, what) {
  const list = make("ul", { class: "bars" }, ...rows.slice(0, MOST));
  if (rows.length <= MOST) return [list];
  const rest = make("ul", { class: "bars" }, ...rows.slice(MOST));
  return [list, make("details", {}, make("summary", {}, rows.length - MOST + " more " + what), rest)];
}

function filled(share) {
  const bar = make("i", {});
  bar.style.width = 100 * share + "%";
  return bar;
}

function shown(value) {
  if (value === null) return "(empty)";
  return typeof value === "number" ? number(value) : String(value);
}

function number(value) {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}

function percent(share) {
  const figure = 100 * share;
  const rounded = figure < 0.1 ? Number(figure.toPrecision(2)) : figure.toFixed(1);
  return (figure > 99.9 && figure < 100 ? "over 99.9" : rounded) + "\u00a0%";
}

function signed(effect) {
  const size = Math.abs(effect);
  const figure = data.task === "regression" ? Number(size.toPrecision(3)) : points(size);
  return (effect > 0 ? "+" : "\u2212") + figure;
}

// Of a probability, in hundredths.
function points(size) {
  const figure = 100 * size;
  return (figure < 1 ? Number(figure.toPrecision(2)) : figure.toFixed(1)) + " points";
}
