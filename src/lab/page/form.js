// The form: only what the API allows can be chosen.
import { $, el } from "./dom.js";
import * as fileField from "./file-field.js";
import * as lab from "./lab.js";
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
  form.addEventListener("change", fit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onSend(read());
  });
  $("prompt").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  $("upload").addEventListener("change", upload);
  fileField.setUp();
  fit();
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

const references = () => $("references").value.split(/\s*\n\s*/).filter(Boolean);

function fit() {
  const fields = new FormData(form);
  const trigger = TRIGGERS[fields.get("trigger")];
  const fast = fields.get("model").includes("-fast-");
  const gemini = fields.get("model").startsWith("gemini");
  $("trigger-hint").textContent = trigger.hint;
  $("prompt-label").textContent = trigger.isBatch ? "Prompts, one a line" : "Prompt";
  $("size-hint").hidden = !fast;
  for (const radio of $("sizes").querySelectorAll("input")) radio.disabled = fast;
  for (const choice of form.querySelectorAll("[data-gemini]")) offer(choice, gemini);
  $("references-field").hidden = !gemini;
  $("references").disabled = !gemini;
  // Gemini's API does not take it.
  $("people-field").hidden = gemini;
  $("people").disabled = gemini;
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

/** What is to be sent: a trigger, an id, and one request or, as a batch, several. */
function read() {
  const fields = new FormData(form);
  const file = fileField.file();
  if (file) return readFile(file, fields.get("id"));
  const trigger = fields.get("trigger");
  const marker = fields.get("fault") ? `[fault:${fields.get("fault")}] ` : "";
  const text = fields.get("prompt").trim();
  const prompts = TRIGGERS[trigger].isBatch ? text.split(/\s*\n\s*/) : [text];
  const id = fields.get("id") || newId(prompts[0]);
  const parameters = {
    sampleCount: Number(fields.get("sampleCount")),
    aspectRatio: fields.get("aspectRatio"),
    ...(fields.has("imageSize") && { imageSize: fields.get("imageSize") }),
    ...(fields.has("personGeneration") && { personGeneration: fields.get("personGeneration") }),
  };
  const requests = prompts.map((prompt, line) => ({
    id: TRIGGERS[trigger].isBatch ? `${id}-${line + 1}` : id,
    prompt: marker + prompt,
    model: fields.get("model"),
    parameters,
    ...(fields.get("references")?.trim() && { references: references() }),
  }));
  return { trigger, id, title: prompts.join(" · "), requests };
}

/** The requests of a file, as they are: a batch, under the id or the file's name. */
function readFile({ name, text }, given) {
  const id = given || newId(name.replace(/\.\w+$/, ""));
  return { trigger: "jsonl", id, title: name, ...requestFile.read(name, text, id) };
}

/** Readable and new: some words of the prompt and a little chance. */
function newId(prompt) {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? ["image"];
  return `${words.slice(0, 4).join("-").slice(0, 40)}-${crypto.randomUUID().slice(0, 6)}`;
}
