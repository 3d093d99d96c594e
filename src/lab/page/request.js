// What the form's fields say as requests, and the way back.
import { TRIGGERS } from "./triggers.js";

/** What the simulator takes out of a prompt, and does. */
const FAULT = /^\[fault:([^\]]+)\] /;

/** The trimmed lines of a text that are not empty. */
export const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** A prompt without what the simulator is to do. */
export const withoutFault = ({ prompt }) => prompt.replace(FAULT, "");

/** What is to be sent: a trigger, an id, and one request or, as a batch, several. */
export function read(form) {
  const fields = new FormData(form);
  const trigger = fields.get("trigger");
  const marker = fields.get("fault") ? `[fault:${fields.get("fault")}] ` : "";
  const text = fields.get("prompt").trim();
  const prompts = TRIGGERS[trigger].isBatch ? lines(text) : [text];
  const id = fields.get("id") || newId(prompts[0]);
  const references = lines(fields.get("references") ?? "");
  const requests = prompts.map((prompt, line) => ({
    id: TRIGGERS[trigger].isBatch ? `${id}-${line + 1}` : id,
    prompt: marker + prompt,
    model: fields.get("model"),
    parameters: parameters(fields),
    ...(references.length > 0 && { references }),
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
export function newId(prompt) {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? ["image"];
  return `${words.slice(0, 4).join("-").slice(0, 40)}-${crypto.randomUUID().slice(0, 6)}`;
}

/** Fills the fields with what was sent before, but for its id, which is paid for. */
export function write(form, { trigger, requests }) {
  const [{ model, prompt, parameters: given, references = [], tenant = "", metadata: pairs = {} }] =
    requests;
  const fault = FAULT.exec(prompt)?.[1] ?? "";
  const fields = form.elements;
  const isOffered = [...fields.fault.options].some(({ value }) => value === fault);
  if (![...fields.model.options].some(({ value }) => value === model)) {
    fields.model.add(new Option(model));
  }
  const values = {
    trigger,
    prompt: requests.map(isOffered ? withoutFault : (each) => each.prompt).join("\n"),
    fault: isOffered ? fault : "",
    model,
    negativePrompt: "",
    seed: "",
    ...given,
    references: references.join("\n"),
    metadata: Object.entries(pairs).map(([key, value]) => `${key}=${value}`).join("\n"),
    tenant,
    id: "",
  };
  for (const [name, value] of Object.entries(values)) {
    if (fields[name]) fields[name].value = value;
  }
}
