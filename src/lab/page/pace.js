// The simulator's quota, and what it does: the calls made and refused and the requests that wait,
// for each second of the last two minutes.
import { $, choices, el } from "./dom.js";
import * as lab from "./lab.js";

const SECONDS = 120;
const ROW = 10;

/** In the chart's units: a second is one wide, and made are above the line, refused below. */
const LINE = 65;
const HEIGHT = 100;
const BAR = 0.8;

const NOTHING = { made: 0, refused: 0 };

/** What is known of each second; what waits is known only where somebody looked. */
const seconds = new Map();
const calls = new Map();

/** Of requests a minute; one that the lab was started with comes to them. */
const offered = new Set([0, 6, 30, 60, 300]);

/** Draws anew as time goes by. */
export function setUp() {
  draw();
  setInterval(draw, 1000);
  $("pace-table").addEventListener("toggle", draw);
}

/** Takes a call, or that it was refused: then it was not made. */
export function hear({ kind, call, status, at }) {
  if (kind === "called") {
    calls.set(call, at);
    of(at).made++;
  }
  if (kind === "predicted" && calls.has(call)) {
    if (status === 429) {
      of(calls.get(call)).made--;
      of(at).refused++;
    }
    calls.delete(call);
  }
}

/** Takes what is on the queue now. */
export function look({ waiting, inFlight }) {
  of(Date.now()).waiting = waiting + inFlight;
}

function of(at) {
  const second = Math.floor(at / 1000);
  if (!seconds.has(second)) seconds.set(second, { ...NOTHING });
  return seconds.get(second);
}

/** Shows the quota of the lab's state as a choice; the real API has its own. */
export function fit({ quota }) {
  const now = quota?.requests ?? 0;
  $("quota").disabled = !quota;
  $("quota-hint").textContent = !quota ? "The real API is in use, and its quota is its own."
    : now === 0 ? "Every call is let through."
    : `${now} may come at once, then one every ${now === 60 ? "second" : `${60 / now} s`}. ` +
      "More is refused with 429, and its requests wait on the queue.";
  if (!offered.has(now) || !$("quotas").hasChildNodes()) {
    offered.add(now);
    $("quotas").replaceChildren(choices("quota",
      [...offered].sort((a, b) => a - b).map((each) => [each, each === 0 ? "none" : String(each)]),
      now, async (requests) => fit(await lab.setQuota(requests))));
  }
  for (const radio of $("quotas").querySelectorAll("input")) {
    radio.checked = Number(radio.value) === now;
  }
}

/** The last two minutes, the oldest second first. What waited before anybody looked is null. */
function lately() {
  const now = Math.floor(Date.now() / 1000);
  let waiting = null;
  for (const second of [...seconds.keys()].filter((each) => each <= now - SECONDS).sort()) {
    waiting = seconds.get(second).waiting ?? waiting;
    seconds.delete(second);
  }
  if (waiting !== null) of((now - SECONDS) * 1000).waiting = waiting;
  return Array.from({ length: SECONDS }, (_, index) => {
    const known = seconds.get(now - SECONDS + 1 + index) ?? NOTHING;
    waiting = known.waiting ?? waiting;
    return { ...known, waiting };
  });
}

function draw() {
  if ($("try").hidden || document.hidden) return;
  const all = lately();
  const most = (what) => Math.max(...all.map((each) => each[what]));
  const scale = Math.min(LINE / Math.max(most("made"), 1),
    (HEIGHT - LINE) / Math.max(most("refused"), 1));
  $("made").setAttribute("d", bars(all, ({ made }) => -made * scale));
  $("refused").setAttribute("d", bars(all, ({ refused }) => refused * scale));
  $("waiting").setAttribute("d", area(all, HEIGHT / Math.max(most("waiting"), 1)));
  const { waiting } = all.at(-1);
  count("made-count", sum(all.slice(-60), "made"));
  count("refused-count", sum(all.slice(-60), "refused"));
  count("waiting-count", waiting ?? "–");
  const said = `${sum(all, "made")} made, at most ${most("made")} in a second; ` +
    `${sum(all, "refused")} refused, at most ${most("refused")} in a second`;
  name("calls-chart", `Calls in the last two minutes: ${said}`);
  name("waiting-chart", `Requests that waited in the last two minutes: at most ${most("waiting")}, ` +
    `now ${waiting ?? "unknown"}`);
  $("calls-most").textContent = `${most("made")} a second`;
  $("waiting-most").textContent = `${most("waiting")} waiting`;
  if ($("pace-table").open) $("pace-rows").replaceChildren(...rows(all));
}

const sum = (all, what) => all.reduce((total, each) => total + each[what], 0);

const name = (id, text) => $(id).setAttribute("aria-label", text);

function count(id, text) {
  $(id).textContent = String(text);
}

/** A bar from the line for each second, upwards where its height is negative. */
const bars = (all, height) => all.map((each, index) => height(each) === 0 ? ""
  : `M${index} ${LINE}h${BAR}v${height(each).toFixed(1)}h-${BAR}z`).join("");

const area = (all, scale) => all.map(({ waiting }, index) => !waiting ? ""
  : `M${index} ${HEIGHT}h1v${(-waiting * scale).toFixed(1)}h-1z`).join("");

/** For who does not see the chart: ten seconds in a row, the newest first. */
function rows(all) {
  const made = [];
  for (let end = SECONDS; end > 0; end -= ROW) {
    const some = all.slice(end - ROW, end);
    made.push(el("tr", {}, el("th", { scope: "row" }, `${SECONDS - end} to ${SECONDS - end + ROW}`),
      [sum(some, "made"), sum(some, "refused"), some.at(-1).waiting ?? "–"]
        .map((cell) => el("td", {}, String(cell)))));
  }
  return made;
}
