// Ties the parts together: the address says which view is shown, the lab says what happens.
import * as cost from "./cost.js";
import { $, soon } from "./dom.js";
import * as earlier from "./earlier.js";
import * as form from "./form.js";
import * as gallery from "./gallery.js";
import * as lab from "./lab.js";
import * as log from "./log.js";
import * as pace from "./pace.js";
import { Run } from "./run.js";
import { RunView } from "./run-view.js";
import * as runs from "./runs.js";
import * as side from "./side.js";
import * as viewer from "./viewer.js";

const MOST_HAPPENINGS = 2000;
const SOON_MS = 100;

const heard = [];
let run = null;
let view = null;

async function send(request) {
  const state = await lab.state();
  const kept = { request, sentAt: Date.now(), lastEvent: state.lastEvent };
  const mine = new Run(kept, state);
  runs.keep(kept);
  earlier.refresh();
  if (location.hash !== addressOf(mine.id)) history.pushState(null, "", addressOf(mine.id));
  show(mine);
  route();
  bringIntoView($("run"));
  await mine.send();
  runs.keep(kept);
  draw(mine);
}

/** Unless its beginning is to be seen already. */
function bringIntoView(element) {
  const { top } = element.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 3) element.scrollIntoView();
}

const addressOf = (id) => `#/run/${id}`;

/** Shows a run that was sent before from this browser; of another's only the result is known. */
async function reopen(id) {
  const kept = runs.find(id);
  if (!kept) {
    location.replace(`#/result/${id}`);
    return;
  }
  const state = await lab.state();
  if (location.hash !== addressOf(id)) return;
  const mine = new Run(kept, state);
  const past = heard.filter((happening) => mine.take(happening));
  show(mine);
  // A lab that was started since then knows results, and not what happened.
  if (!mine.reply?.failed) await mine.lookUpAll();
  for (const happening of past) await mine.follow(happening);
  draw(mine);
}

function show(mine) {
  run = mine;
  view = new RunView(mine);
  view.draw();
}

function draw(mine) {
  if (mine === run) view.draw();
}

async function follow(mine, happening) {
  await mine.follow(happening);
  draw(mine);
}

function happened(happening) {
  heard.push(happening);
  if (heard.length > MOST_HAPPENINGS) heard.shift();
  log.write(happening);
  refreshSide(happening.kind);
  gallery.hear(happening);
  pace.hear(happening);
  if (run?.take(happening)) {
    view.draw();
    follow(run, happening);
  }
}

const SIDE = [
  { kinds: ["started", "answered"], refresh: soon(SOON_MS, refreshFunction) },
  { kinds: ["stored"], refresh: soon(SOON_MS, cost.refresh) },
  { kinds: ["delivered", "answered", "received"], refresh: soon(SOON_MS, side.refreshQueue) },
];

function refreshSide(kind) {
  for (const { kinds, refresh } of SIDE) {
    if (kinds.includes(kind)) refresh();
  }
}

async function refreshFunction() {
  const state = await lab.state();
  if (!state) return;
  $("real-api").hidden = !state.realApi;
  $("faults").hidden = state.realApi;
  side.drawFunction(state.function);
  cost.know(state);
  pace.fit(state);
}

const VIEWS = {
  try: /^(?!#\/.)|^#\/run\/([\w.-]+)$/,
  gallery: /^#\/gallery(?:\?(.*))?$/,
  result: /^#\/result\/([\w.-]+)$/,
};

/** Shows the view that the address names: #/, #/run/{id}, #/gallery?{filters} or #/result/{id}. */
function route() {
  const [name, pattern] = Object.entries(VIEWS).find(([, each]) => each.test(location.hash))
    ?? ["nowhere"];
  const of = pattern?.exec(location.hash)[1];
  for (const each of [...Object.keys(VIEWS), "nowhere"]) $(each).hidden = each !== name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (name === "gallery") gallery.open(of);
  if (name === "result") gallery.showResult(of);
  if (name === "try" && of && of !== run?.id) reopen(of);
  $("address").textContent = location.hash;
}

/** Jumps there without the link's address, which would be another view. */
function skip(event) {
  event.preventDefault();
  $("main").focus();
}

function refresh() {
  refreshFunction();
  side.refreshQueue();
  cost.refresh();
}

// The page says that the lab is gone. Whoever waited for its answer ends here.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof lab.Silence) event.preventDefault();
});

form.setUp(send);
viewer.setUp();
side.setUp((queue) => {
  pace.look(queue);
  if (run?.bury(queue.deadLetters)) view.draw();
});
pace.setUp();
gallery.setUp();
document.querySelector(".skip").addEventListener("click", skip);
addEventListener("hashchange", route);
route();
refresh();
lab.listen(happened, () => {
  refresh();
  route();
});
