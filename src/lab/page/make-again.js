// What can be done with a request or its result, and what it cost: once more with changes, as a
// variant, or saved.
import { ofResult as costOf } from "./cost.js";
import { el } from "./dom.js";
import { fill, sendAgain } from "./form.js";
import { filePath } from "./lab.js";
import * as runs from "./runs.js";

const LARGEST_SEED = 4294967295;

/** The buttons of a run that was sent from this browser. */
export function actionsOfRun({ request }, result) {
  return row(request, result);
}

/** The buttons of a result, whose request may have been sent from elsewhere. */
export function actionsOfResult(result) {
  const sent = runs.sentAs(result.id);
  if (sent) return row(sent.lines ? sent : { ...sent, trigger: "http" }, result);
  if (!result.prompt) return row(null, result);
  return el("div", {},
    row({ trigger: "http", requests: [whatIsKnownOf(result)] }, result),
    el("p", { className: "hint" },
      "It was not sent from this browser: ratio, size and seed are not known."));
}

function row(sent, result) {
  const button = (words, onclick) => el("button", { type: "button", onclick }, words);
  return el("div", { className: "row again" },
    sent && button("Use again", () => fill(sent)),
    sent && !sent.lines && sent.requests.length === 1
      ? button("Vary", () => sendAgain(varied(sent))) : null,
    result?.images.length > 0
      ? el("a", { className: "button", href: filePath(result.id), download: "" },
        "Download all (zip)")
      : null,
    result && costOf(result));
}

const whatIsKnownOf = ({ prompt, model, requestedModel, requested, tenant, metadata }) =>
  ({
    prompt,
    model: requestedModel ?? model,
    parameters: { sampleCount: requested },
    tenant,
    metadata,
  });

/** The same with another seed. Where each image is a call of its own, no two are the same anyway. */
function varied({ trigger, requests: [request] }) {
  const { model, parameters } = request;
  const takesSeed = model.startsWith("imagen") || parameters.sampleCount === 1;
  const seed = Math.floor(Math.random() * LARGEST_SEED);
  return {
    trigger,
    requests: [{ ...request, parameters: { ...parameters, ...(takesSeed && { seed }) } }],
  };
}
