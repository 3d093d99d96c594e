// What images cost: at the prices that somebody entered, because no provider's answer has one.
import { $, el } from "./dom.js";
import * as lab from "./lab.js";

const KEY = "prices";

let made = { models: [] };
let realApi = false;
let isKnown = null;
const known = new Promise((resolve) => { isKnown = resolve; });

const prices = () => JSON.parse(localStorage.getItem(KEY) ?? "{}");
const dollars = (sum) => `$${sum.toFixed(2)}`;
const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Whether the images cost anything at all. */
export function know(state) {
  realApi = state.realApi;
  isKnown();
  drawToday();
}

/** A line with what is known of the costs of a result; empty where nothing is known. */
export function ofResult(result) {
  const line = el("p", { className: "hint" });
  known.then(() => { line.textContent = inWords(result); });
  return line;
}

function inWords({ model, images, charged }) {
  const price = prices()[model];
  const sum = price && images.length > 0 ? dollars(price * images.length) : null;
  return !realApi ? `Free: the simulator made it.${sum ? ` At your price: ${sum}.` : ""}`
    : charged === "no" ? "Nothing was charged."
    : charged === "maybe" ? "It may have been charged, though there is no image."
    : sum ? `At your price: ${sum}.` : "";
}

/** Asks what was made today since the lab's start, and shows it in the page's head. */
export async function refresh() {
  const midnight = new Date().setHours(0, 0, 0, 0);
  made = await lab.made(new Date(midnight).toISOString()) ?? made;
  drawToday();
}

/** The table is drawn anew only where it has other lines: somebody may be entering a price. */
function drawToday() {
  const { models, since } = made;
  $("today").hidden = models.length === 0;
  if (models.length === 0) return;
  const lines = JSON.stringify(models);
  if ($("today-made").dataset.lines !== lines) {
    $("today-made").dataset.lines = lines;
    $("today-made").replaceChildren(...models.map(line));
  }
  const images = models.reduce((sum, each) => sum + each.images, 0);
  const priced = models.filter(({ model, images: some }) => some > 0 && prices()[model]);
  const sum = priced.reduce((total, each) => total + each.images * prices()[each.model], 0);
  const isAll = models.every(({ model, images: some }) => some === 0 || prices()[model]);
  const price = priced.length > 0 ? `${dollars(sum)}${isAll ? "" : " and more"}` : "";
  const maybe = models.reduce((total, each) => total + each.maybeCharged, 0);
  const words = realApi ? price : "free";
  $("today-sum").textContent = [`Today: ${counted(images, "image")}`, words].filter(Boolean).join(", ");
  $("today-note").textContent = [
    `Since ${new Date(since).toLocaleTimeString()}, when the day or this lab began.`,
    realApi ? "Prices are yours to look up: no answer of the provider has one."
      : "The simulator costs nothing.",
    !realApi && price ? `At your prices: ${price}.` : "",
    maybe > 0 && realApi ? `${counted(maybe, "request")} without an image may have been charged too.` : "",
  ].filter(Boolean).join(" ");
}

function line({ model, images, tokens }) {
  const price = el("input", { type: "number", min: 0, step: "any", value: prices()[model] ?? "",
    ariaLabel: `Price of an image of ${model} in dollars` });
  price.addEventListener("input", () => {
    const all = { ...prices(), [model]: Number(price.value) };
    localStorage.setItem(KEY, JSON.stringify(all));
    drawToday();
  });
  return el("tr", {},
    el("th", { scope: "row" }, model), el("td", {}, String(images)),
    el("td", {}, tokens > 0 ? String(tokens) : "–"), el("td", {}, price));
}
