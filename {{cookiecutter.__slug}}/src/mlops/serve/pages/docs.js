const call = byId("call"), route = byId("route"), body = byId("body");
const said = byId("said"), answer = byId("answer");
const base = new URL(".", location.href).href;

for (const place of document.querySelectorAll(".base")) place.textContent = base;
for (const button of document.querySelectorAll("[data-copies]"))
  button.addEventListener("click", () => copy(button));
for (const button of document.querySelectorAll("[data-fills]"))
  button.addEventListener("click", () => (body.value = data[button.dataset.fills]));
route.addEventListener("change", offer);
call.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
body.value = data.record;
offer();

// A page that came over plain HTTP from another machine has no clipboard: its text is selected.
async function copy(button) {
  const source = byId(button.dataset.copies);
  getSelection().selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
}

function offer() {
  byId("sent").hidden = route.value.startsWith("GET");
  for (const button of document.querySelectorAll("[data-fills]"))
    button.hidden = route.value === "POST explain" && button.dataset.fills !== "record";
}

async function send() {
  const [method, path] = route.value.split(" ");
  said.textContent = "Waiting …";
  const began = performance.now();
  const { status, text, json } = await ask(method, path, method === "GET" ? undefined : body.value);
  const took = Math.round(performance.now() - began);
  said.textContent = status ? "Status " + status + ", after " + took + " ms" : "No answer";
  answer.textContent = json === null ? text : JSON.stringify(json, null, 2);
  answer.hidden = answer.textContent === "";
}
