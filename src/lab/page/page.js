// Ties the parts together: the address says which view is shown, the lab says what happens.
import { $ } from "./dom.js";
import * as form from "./form.js";
import * as gallery from "./gallery.js";
import * as lab from "./lab.js";
import * as log from "./log.js";
import { Run } from "./run.js";
import { RunView } from "./run-view.js";
import * as side from "./side.js";

let run = null;
let view = null;

async function send(request) {
  run = new Run(request, await lab.state());
  view = new RunView(run);
  view.draw();
  if ($("run").getBoundingClientRect().top > innerHeight / 2) $("run").scrollIntoView();
  const mine = view;
  await run.send();
  mine.draw();
}

async function happened(happening) {
  log.write(happening);
  refreshSide(happening.kind);
  if (happening.key?.endsWith("/result.json") && !$("gallery").hidden) gallery.refresh();
  const mine = view;
  if (await run?.take(happening)) mine.draw();
}

const SIDE = {
  function: { kinds: ["started", "answered"], timer: 0, draw: refreshFunction },
  queue: { kinds: ["delivered", "answered", "received"], timer: 0, draw: side.refreshQueue },
};

/** Soon, and once for all that happens at the same time. */
function refreshSide(kind) {
  for (const part of Object.values(SIDE)) {
    if (part.kinds.includes(kind)) {
      clearTimeout(part.timer);
      part.timer = setTimeout(part.draw, 100);
    }
  }
}

async function refreshFunction() {
  const state = await lab.state();
  if (!state) return;
  $("real-api").hidden = !state.realApi;
  $("faults").hidden = state.realApi;
  side.drawFunction(state.function);
}

const VIEWS = {
  try: /^(?!#\/.)/,
  gallery: /^#\/gallery$/,
  result: /^#\/result\/([\w.-]+)$/,
};

/** Shows the view that the address names: #/, #/gallery or #/result/{id}. */
function route() {
  const [name, pattern] = Object.entries(VIEWS).find(([, each]) => each.test(location.hash))
    ?? ["nowhere"];
  for (const each of [...Object.keys(VIEWS), "nowhere"]) $(each).hidden = each !== name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (name === "gallery") gallery.refresh();
  if (name === "result") gallery.showResult(pattern.exec(location.hash)[1]);
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
side.setUp((deadLetters) => { if (run?.bury(deadLetters)) view.draw(); });
$("search").addEventListener("input", gallery.refresh);
$("search-form").addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".skip").addEventListener("click", skip);
addEventListener("hashchange", route);
route();
refresh();
lab.listen(happened, refresh);
