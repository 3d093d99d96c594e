// The prompts that were sent before from this browser's form, to be chosen again.
import { $, el } from "./dom.js";
import * as runs from "./runs.js";
import { withoutFault } from "./request.js";

const MOST = 12;
const FORGOTTEN_UNTIL = "prompts-forgotten-until";

/** Calls back with the prompt that is chosen. */
export function setUp(onChoice) {
  $("earlier-prompts").addEventListener("click", ({ target }) => {
    if (!target.matches("button")) return;
    $("earlier").open = false;
    onChoice(target.textContent);
  });
  $("forget").addEventListener("click", () => {
    localStorage.setItem(FORGOTTEN_UNTIL, Date.now());
    refresh();
    $("prompt").focus();
  });
  refresh();
}

/** Shows the latest first, each once. The runs that were sent with them stay. */
export function refresh() {
  const since = Number(localStorage.getItem(FORGOTTEN_UNTIL));
  const prompts = new Set(runs.all()
    .filter(({ sentAt, request }) => sentAt > since && !request.lines)
    .flatMap(({ request }) => request.requests.map(withoutFault)));
  $("earlier").hidden = prompts.size === 0;
  $("earlier-prompts").replaceChildren(...[...prompts].slice(0, MOST).map((prompt) =>
    el("li", {}, el("button", { type: "button", className: "quiet", dir: "auto" }, prompt))));
}
