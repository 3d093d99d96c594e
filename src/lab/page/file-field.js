// A file of requests instead of the form's prompt: chosen, or dropped onto the field.
import { $ } from "./dom.js";
import { read, WrongLines } from "./request-file.js";

let chosen = null;

/** Takes files and dropped text. */
export function setUp() {
  const field = $("prompt-field");
  $("file").addEventListener("change", () => take($("file").files[0]));
  $("no-file").addEventListener("click", () => {
    leave();
    $("prompt").focus();
  });
  field.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    field.classList.add("over");
  });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    const [dropped] = event.dataTransfer.files;
    const text = event.dataTransfer.getData("text/plain");
    // A prompt is the field's, and an image the form's.
    if (dropped ? dropped.type.startsWith("image/") : !text.trimStart().startsWith("{")) return;
    event.preventDefault();
    event.stopPropagation();
    if (dropped) {
      $("file").files = event.dataTransfer.files;
      take(dropped);
    } else takeText("what was dropped", text);
  });
}

/** The file that is there: its name and its text; null for none. */
export const file = () => chosen;

/** Takes what was sent of a file before, but for the ids that the page gave. */
export function put({ id, title, requests }) {
  const lines = requests.map((request) =>
    JSON.stringify({ ...request, id: request.id.startsWith(`${id}-`) ? undefined : request.id }));
  $("file").value = "";
  takeText(title.replace(/\.csv$/i, ".jsonl"), lines.join("\n"));
}

/** Takes it away: the prompt is there again. */
export function leave() {
  chosen = null;
  $("file").value = "";
  show();
}

async function take(given) {
  if (given) takeText(given.name, await given.text());
}

function takeText(name, text) {
  try {
    chosen = { name, text, count: read(name, text, "line").requests.length };
    show();
  } catch (wrong) {
    if (!(wrong instanceof WrongLines)) throw wrong;
    leave();
    $("file-why").textContent = `Nothing is sent of ${name}. ${first(wrong.lines)}`;
  }
}

function first(lines) {
  const more = lines.length > 5 ? [`and ${lines.length - 5} more`] : [];
  return [...lines.slice(0, 5), ...more].join("; ");
}

function show() {
  $("file-why").textContent = "";
  $("file-hint").textContent = chosen
    ? `${chosen.name}: ${chosen.count === 1 ? "1 request" : `${chosen.count} requests`}, sent as ` +
      `${chosen.count === 1 ? "it is" : "they are"}. Of what is below, only the id is used.`
    : "";
  $("no-file").hidden = !chosen;
  $("prompt-label").hidden = Boolean(chosen);
  $("prompt").hidden = Boolean(chosen);
  $("prompt").disabled = Boolean(chosen);
}
