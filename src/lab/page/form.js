// The form: only what the API allows can be chosen.
import { $, el } from "./dom.js";
import * as earlier from "./earlier.js";
import * as fileField from "./file-field.js";
import * as references from "./references.js";
import { lines, newId, read, write } from "./request.js";
import * as requestFile from "./request-file.js";
import { TRIGGERS } from "./triggers.js";

const form = $("request");
const GEMINI = "gemini-nano-banana-2.1";

/** Shows the triggers and keeps the rest of the form fitting to what is chosen. */
export function setUp(onSend) {
  for (const [value, trigger] of Object.entries(TRIGGERS)) {
    const radio = el("input", { type: "radio", name: "trigger", value, checked: value === "http" });
    $("trigger-hint").before(el("label", {}, radio, el("span", {}, trigger.label)));
  }
  if (navigator.platform.startsWith("Mac")) $("modifier").textContent = "⌘";
  form.addEventListener("change", fit);
  form.addEventListener("input", sayWhatIsSet);
  // The browser could not show what is wrong with a field that is folded away.
  form.addEventListener("invalid", ({ target }) => unfold(target), true);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onSend(toSend());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  $("more").addEventListener("toggle", showFirst);
  $("metadata").addEventListener("input", checkMetadata);
  earlier.setUp(choosePrompt);
  fileField.setUp();
  references.setUp(form, addReference, workFrom);
  fit();
}

function unfold(field) {
  const details = field.closest("details");
  if (details) details.open = true;
}

/** So that it is seen that there is something. */
function showFirst() {
  if ($("more").open) $("more").querySelector(".field").scrollIntoView({ block: "nearest" });
}

function choosePrompt(prompt) {
  fileField.leave();
  $("prompt").value = prompt;
  $("prompt").focus();
}

/** Fills the form with what was sent before, for changes. */
export function fill(sent) {
  if (sent.lines) {
    fileField.put(sent);
  } else {
    fileField.leave();
    write(form, sent);
    checkMetadata();
    fit();
  }
  show();
}

/** Sends what was sent before as something new. */
export function sendAgain(sent) {
  fill(sent);
  form.requestSubmit();
}

/** Adds an image to work from, for words on what is to change. */
function workFrom(s3Uri) {
  addReference(s3Uri);
  show();
}

/** Chooses a model that works from images, too. */
function addReference(s3Uri) {
  if (!$("model").value.startsWith("gemini")) $("model").value = GEMINI;
  $("references").value = [...lines($("references").value), s3Uri].join("\n");
  fit();
}

function show() {
  const focus = () => {
    const field = $("prompt").hidden ? $("no-file") : $("prompt");
    field.focus();
    field.scrollIntoView({ block: "center" });
  };
  if ($("try").hidden) {
    location.hash = "#/";
    addEventListener("hashchange", focus, { once: true });
  } else {
    focus();
  }
}

function checkMetadata() {
  const wrong = lines($("metadata").value).find((line) => line.indexOf("=") < 1);
  $("metadata").setCustomValidity(wrong ? `Write key=value; there is no key in: ${wrong}` : "");
}

function fit() {
  const fields = new FormData(form);
  const trigger = TRIGGERS[fields.get("trigger")];
  const gemini = fields.get("model").startsWith("gemini");
  $("trigger-hint").textContent = trigger.hint;
  $("prompt-label").textContent = trigger.isBatch ? "Prompts, one a line" : "Prompt";
  for (const choice of form.querySelectorAll("[data-gemini]")) offer(choice, gemini);
  $("references").hidden = !gemini;
  for (const [name, why] of Object.entries(whyNot(fields))) {
    for (const field of form.querySelectorAll(`[name="${name}"]:not([hidden] > *)`)) {
      field.disabled = Boolean(why);
    }
    $(`${name}-why`).textContent = why;
  }
  if (!gemini && fields.get("seed")) {
    $("seed-why").textContent = "Goes with addWatermark=false: Imagen takes no seed with a watermark.";
  }
  sayWhatIsSet();
}

/** Why the chosen model does not take a field; empty where it does. */
function whyNot(fields) {
  const model = fields.get("model");
  const gemini = model.startsWith("gemini");
  return {
    imageSize: model.includes("-fast-") ? "The fast model takes no size." : "",
    personGeneration: gemini ? "Gemini’s API does not take it." : "",
    negativePrompt: gemini ? "Gemini’s API has none: say it in the prompt." : "",
    references: gemini ? "" : "Imagen takes none: the first one chooses a model of Gemini.",
    seed: gemini && fields.get("sampleCount") !== "1"
      ? "With Gemini for one image only: each is a call of its own." : "",
  };
}

/** Shows a choice or hides it; of a hidden one that was chosen, the first that is there is taken. */
function offer(choice, isThere) {
  const radio = choice.querySelector("input");
  choice.hidden = !isThere;
  radio.disabled = !isThere;
  if (!isThere && radio.checked) {
    choice.parentElement.querySelector("label:not([hidden]) input").checked = true;
  }
}

/** Names what is set among the fields that are folded away. */
function sayWhatIsSet() {
  const set = [...$("more").querySelectorAll(".field")].filter((field) => {
    const control = field.querySelector("input, select, textarea");
    const usual = control.querySelector("[selected]")?.value ?? "";
    return !control.disabled && control.value !== usual;
  });
  $("more-set").textContent = set
    .map((field) => field.querySelector("label").firstChild.textContent.trim()).join(", ");
}

/** The requests of a file, as they are, as a batch under the id or the file's name; or the form's. */
function toSend() {
  const file = fileField.file();
  if (!file) return read(form);
  const id = form.elements.id.value || newId(file.name.replace(/\.\w+$/, ""));
  return { trigger: "jsonl", id, title: file.name, ...requestFile.read(file.name, file.text, id) };
}
