// Ties the parts together: the address says which view is shown, the lab says what happens.
import { $, soon } from "./dom.js";
import * as form from "./form.js";
import * as gallery from "./gallery.js";
import * as lab from "./lab.js";
import * as log from "./log.js";
import * as pace from "./pace.js";
import { Run } from "./run.js";
import { RunView } from "./run-view.js";
import * as runs from "./runs.js";
import * as side from "./side.js";

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
  if (location.hash !== addressOf(mine.id)) history.pushState(null, "", addressOf(mine.id));
  show(mine);
  route();
  if ($("run").getBoundingClientRect().top > innerHeight / 2) $("run").scrollIntoView();
  await mine.send();
  runs.keep(kept);
  draw(mine);
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
}

// The page says that the lab is gone. Whoever waited for its answer ends here.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof lab.Silence) event.preventDefault();
});

form.setUp(send);
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
