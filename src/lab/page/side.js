// The function's processes and the queue, as they are now.
import { $, duration, el, pretty } from "./dom.js";
import * as lab from "./lab.js";

const MOST_PROCESSES = 4;

let tell = () => {};

/** Makes the two buttons work; calls back with the queue whenever it was looked at. */
export function setUp(onQueue) {
  tell = onQueue;
  $("cold-start").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    try {
      drawFunction((await lab.recycle()).function);
    } finally {
      target.disabled = false;
      target.focus();
    }
  });
  $("redrive").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    await lab.redrive();
    await refreshQueue();
  });
}

/** Shows the function's processes, the newest first. */
export function drawFunction({ name, processes }) {
  $("function-name").textContent = name;
  $("processes").replaceChildren(...processes.slice(-MOST_PROCESSES).reverse().map((process) =>
    el("tr", {},
      el("th", { scope: "row" }, String(process.pid)),
      el("td", {}, duration(process.initMs)),
      el("td", {}, duration(process.firstAnswerMs)))));
}

let timer = 0;
let asked = 0;

/** Looks at the queue now, and as long as there is something on it; the last answer counts. */
export async function refreshQueue() {
  clearTimeout(timer);
  const mine = ++asked;
  const queue = await lab.queue();
  if (mine !== asked) return;
  const { waiting, inFlight, dead, deadLetters } = queue;
  $("redrive").disabled = dead === 0;
  $("counts").replaceChildren(...Object.entries({ waiting, "in flight": inFlight, dead })
    .map(([term, count]) => el("div", {}, el("dt", {}, term), el("dd", {}, String(count)))));
  drawDeadLetters(deadLetters);
  tell(queue);
  if (waiting + inFlight > 0) timer = setTimeout(refreshQueue, 700);
}

/** Leaves alone what is there already, because somebody may be reading it. */
function drawDeadLetters(deadLetters) {
  const ids = deadLetters.map(({ messageId }) => messageId).join(" ");
  if ($("dead-letters").dataset.ids === ids) return;
  $("dead-letters").dataset.ids = ids;
  $("dead-letters").replaceChildren(...deadLetters.map(({ reason, body }) => el("details", {},
    el("summary", {}, `A dead letter: ${reason}`),
    el("pre", { tabIndex: 0 }, pretty(body)))));
}
