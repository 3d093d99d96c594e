// All requests that have ended, as the address filters them, and one result by its link.
import { $, copyable, el, pill, pretty, soon } from "./dom.js";
import * as lab from "./lab.js";
import { actionsOfResult } from "./make-again.js";
import { describe, frame, nameOf, reasons, show, summary, why } from "./pictures.js";

const PAGE = 60;
const SOON_MS = 300;

let asked = 0;
let shown = "";
let most = PAGE;

/** Makes the filters work, each by the address, and the button for more. */
export function setUp() {
  // Every letter of a search would be a step on the way back.
  $("search").addEventListener("input", () => look("replaceState"));
  for (const select of $("filters").querySelectorAll("select")) {
    select.addEventListener("change", () => look("pushState"));
  }
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("show-more").addEventListener("click", showMore);
}

function look(how) {
  history[how](null, "", addressOf(filters()));
  refresh();
}

/** Shows what the query of an address asks for. */
export function open(query = "") {
  const wanted = new URLSearchParams(query);
  for (const field of $("filters").elements) {
    const value = wanted.get(field.name) ?? "";
    if (field.options) offer(field, [value]);
    field.value = value;
  }
  refresh();
}

/** What has ended or died meanwhile is shown, too. */
export function hear({ kind, key }) {
  const hasEnded = kind === "received" || /\/(?:result|dead)\.json$/.test(key);
  if (hasEnded && !$("gallery").hidden) refreshSoon();
}

const refreshSoon = soon(SOON_MS, refresh);

const filters = () => new URLSearchParams(
  [...new FormData($("filters"))].filter(([, value]) => value));

const addressOf = (wanted) => `#/gallery${wanted.size > 0 ? "?" : ""}${wanted}`;

/** As much as was asked for already; of several answers the last one counts. */
async function refresh() {
  const mine = ++asked;
  const wanted = filters();
  if (`${wanted}` !== shown) most = PAGE;
  shown = `${wanted}`;
  const page = await lab.search([...wanted, ["most", most]]);
  if (mine !== asked) return;
  draw(page.results);
  tell(page);
}

async function showMore() {
  const before = $("cards").childElementCount;
  most += PAGE;
  await refresh();
  $("cards").children[before]?.querySelector("a, summary")?.focus();
}

function tell(page) {
  $("show-more").hidden = !page.next;
  const count = $("cards").childElementCount;
  const all = page.total === 1 ? "1 request" : `${page.total} requests`;
  $("found").textContent = count < page.total ? `${all}, the newest ${count} are shown` : all;
  offer($("model-filter"), page.models);
  offer($("tenant-filter"), page.tenants);
}

/** Adds the words that can be chosen and are not there yet. */
function offer(select, words) {
  const known = [...select.options].map((option) => option.value);
  select.append(...words.filter((word) => !known.includes(word)).map((word) =>
    el("option", {}, word)));
}

/** A card that is there stays: somebody may be reading it, or be on it with the keyboard. */
function draw(results) {
  const focused = document.activeElement;
  const known = new Map([...$("cards").children].map((each) => [each.dataset.key, each]));
  $("cards").replaceChildren(...results.map((each) => known.get(keyOf(each)) ?? card(each)));
  if (focused.isConnected) focused.focus();
}

const keyOf = ({ id, status, createdAt }) => `${id} ${status} ${createdAt}`;

function card(ended) {
  const item = ended.status === "dead" ? deadCard(ended) : resultCard(ended);
  item.dataset.key = keyOf(ended);
  return item;
}

function resultCard(result) {
  const [image] = result.images;
  const picture = image
    ? el("img", { src: lab.imagePath(result.id, nameOf(image)), alt: "", loading: "lazy" })
    : "no image";
  return el("li", {},
    el("a", { href: `#/result/${result.id}` },
      el("span", { className: "picture" }, picture), title(result)),
    facts(result, `${result.images.length} of ${result.requested} images`));
}

function deadCard(dead) {
  const item = el("li", { className: "dead" },
    el("span", { className: "picture" }, "given up"), title(dead),
    facts(dead), why(dead.reason));
  if (!dead.body) return item;
  const button = el("button", { type: "button" }, "Send again");
  button.addEventListener("click", async () => {
    button.disabled = true;
    await lab.sendAgain(dead.id);
    $("main").focus();
    await refresh();
  });
  item.append(
    el("details", {}, el("summary", {}, "The request"),
      el("pre", { tabIndex: 0 }, pretty(dead.body))),
    button);
  return item;
}

const title = ({ id, prompt }) => el("b", { dir: "auto" }, prompt ?? id);

const facts = ({ status, model, tenant, createdAt }, ...more) =>
  el("small", {},
    el("span", {}, pill(status), ...more.map((text) => ` ${text}`)),
    [model, tenant].filter(Boolean).map((word) => el("span", {}, word)),
    el("time", { dateTime: createdAt }, new Date(createdAt).toLocaleString()));

/** One result, by its id. */
export async function showResult(id) {
  const result = await lab.result(id);
  const article = $("result");
  if (!result) {
    article.replaceChildren(el("h1", { id: "result-title" }, "No such result"),
      el("p", {}, `There is no result with the id ${id}. `,
        el("a", { href: `#/gallery?search=${id}` }, "Look for it in the gallery")));
    return;
  }
  const pictures = result.images.map((image, index) => {
    const figure = frame(`${image.width}:${image.height}`);
    show(figure, id, nameOf(image), `${result.prompt ?? id}, image ${index + 1}`);
    describe(figure, image);
    return figure;
  });
  article.replaceChildren(
    el("h1", { id: "result-title" }, result.prompt ?? id),
    el("p", { className: "hint" }, `${id} · ${result.model ?? "no model"} · `,
      el("time", { dateTime: result.createdAt }, new Date(result.createdAt).toLocaleString())),
    el("p", {}, pill(result.status), ` ${summary(result)}`),
    ...reasons(result),
    el("div", { className: "pictures" }, pictures),
    actionsOfResult(result),
    el("h2", {}, "As it is stored"),
    copyable("result.json with URLs", JSON.stringify(result, null, 2)));
}
