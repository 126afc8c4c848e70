const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

// An element with attributes and children; text is text, whatever it holds.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Ask the service; the answer is its status, its text, and what the text holds as JSON.
async function ask(method, path, body) {
  const headers = {};
  const token = byId("token").value;
  if (token) headers["authorization"] = "Bearer " + token;
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    const answer = await fetch(path, { method, headers, body, cache: "no-store" });
    const text = await answer.text();
    if (answer.status === 401) askForToken();
    return { status: answer.status, text, json: parsed(text), wait: answer.headers.get("retry-after") };
  } catch {
    return { status: 0, text: "", json: null, wait: null };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function askForToken() {
  byId("token-field").hidden = false;
  byId("token").focus();
}
