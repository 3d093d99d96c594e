// The form: only what the API allows can be chosen.
import { $, el } from "./dom.js";
import * as lab from "./lab.js";
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
    onSend(read());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  $("more").addEventListener("toggle", showFirst);
  $("metadata").addEventListener("input", checkMetadata);
  $("upload").addEventListener("change", upload);
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

/** Adds an image to work from, and chooses a model that can. */
export function workFrom(s3Uri) {
  if (!$("model").value.startsWith("gemini")) $("model").value = GEMINI;
  $("references").value = [...references(), s3Uri].join("\n");
  fit();
}

async function upload() {
  for (const file of $("upload").files) {
    const { s3Uri } = await lab.upload(file);
    workFrom(s3Uri);
  }
  $("upload").value = "";
}

const lines = (text) => text.split(/\s*\n\s*/).map((line) => line.trim()).filter(Boolean);
const references = () => lines($("references").value);

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
  $("references-field").hidden = !gemini;
  $("references").disabled = !gemini;
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
    const usual = control.querySelector?.("[selected]")?.value ?? "";
    return !control.disabled && control.value !== usual;
  });
  $("more-set").textContent = set
    .map((field) => field.querySelector("label").firstChild.textContent.trim()).join(", ");
}

/** What is to be sent: a trigger, an id, and one request or, as a batch, several. */
function read() {
  const fields = new FormData(form);
  const trigger = fields.get("trigger");
  const marker = fields.get("fault") ? `[fault:${fields.get("fault")}] ` : "";
  const text = fields.get("prompt").trim();
  const prompts = TRIGGERS[trigger].isBatch ? text.split(/\s*\n\s*/) : [text];
  const id = fields.get("id") || newId(prompts[0]);
  const requests = prompts.map((prompt, line) => ({
    id: TRIGGERS[trigger].isBatch ? `${id}-${line + 1}` : id,
    prompt: marker + prompt,
    model: fields.get("model"),
    parameters: parameters(fields),
    ...(fields.get("references")?.trim() && { references: references() }),
    ...(fields.get("tenant") && { tenant: fields.get("tenant") }),
    ...(fields.get("metadata").trim() && { metadata: metadata(fields.get("metadata")) }),
  }));
  return { trigger, id, title: prompts.join(" · "), requests };
}

/** Only what has a value: a field that is disabled has none. */
function parameters(fields) {
  const seed = fields.get("seed");
  const isImagen = fields.get("model").startsWith("imagen");
  return {
    sampleCount: Number(fields.get("sampleCount")),
    ...Object.fromEntries(["aspectRatio", "imageSize", "personGeneration", "negativePrompt"]
      .map((name) => [name, fields.get(name)?.trim()]).filter(([, value]) => value)),
    ...(seed && { seed: Number(seed) }),
    ...(seed && isImagen && { addWatermark: false }),
  };
}

const metadata = (text) => Object.fromEntries(lines(text).map((line) => {
  const [key, ...value] = line.split("=");
  return [key.trim(), value.join("=").trim()];
}));

/** Readable and new: some words of the prompt and a little chance. */
function newId(prompt) {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? ["image"];
  return `${words.slice(0, 4).join("-").slice(0, 40)}-${crypto.randomUUID().slice(0, 6)}`;
}
