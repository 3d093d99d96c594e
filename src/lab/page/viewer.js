// One picture as large as the window, or two side by side.
import { $, el, say } from "./dom.js";
import { filePath, imagePath, reach } from "./lab.js";
import { facts, pictureIn } from "./pictures.js";

const dialog = $("viewer");

/** Where the pictures are that the arrows go through: more of them may still come. */
let group = null;
let at = 0;
/** Which one stays while the arrows change the other; null where one is shown alone. */
let compared = null;

export function setUp() {
  document.addEventListener("click", ({ target }) => {
    const figure = target.closest(".frame:has(.open)");
    if (figure && target.closest(".open")) open(figure);
  });
  dialog.addEventListener("keydown", keyPressed);
  $("viewer-previous").addEventListener("click", () => step(-1));
  $("viewer-next").addEventListener("click", () => step(1));
  $("viewer-compare").addEventListener("click", compare);
  $("viewer-actual").addEventListener("click", () => { toggle("actual"); });
  $("viewer-copy").addEventListener("click", copyImage);
  $("viewer-link").addEventListener("click", copyLink);
  $("viewer-close").addEventListener("click", () => dialog.close());
  addEventListener("hashchange", () => dialog.close());
}

const pictures = () => [...group.querySelectorAll(".frame")].map(pictureIn).filter(Boolean);

function open(figure) {
  group = figure.parentElement;
  at = pictures().indexOf(pictureIn(figure));
  compared = null;
  $("viewer-pictures").classList.remove("actual");
  draw();
  dialog.showModal();
}

function keyPressed(event) {
  // The arrows also move what is larger than the window.
  const scrolls = event.target.closest("#viewer-pictures.actual");
  const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!steps || scrolls) return;
  event.preventDefault();
  step(steps);
}

/** To the next picture, and after the last to the first, but never to the one it stands beside. */
function step(by) {
  const count = pictures().length;
  const next = () => { at = (at + by + count) % count; };
  next();
  if (at === compared && count > 1) next();
  draw();
}

/** Keeps the picture that is shown and sets the next one beside it; or goes back to one. */
function compare() {
  if (compared === null) {
    compared = at;
    step(1);
  } else {
    at = compared;
    compared = null;
    draw();
  }
}

function toggle(name) {
  $("viewer-pictures").classList.toggle(name);
  draw();
}

function draw() {
  const all = pictures();
  const shown = (compared === null ? [at] : [compared, at]).map((index) => all[index]);
  const isActual = $("viewer-pictures").classList.contains("actual");
  const last = shown.at(-1);
  $("viewer-title").textContent = last.alt;
  $("viewer-place").textContent = compared === null ? `${at + 1} of ${all.length}`
    : `${compared + 1} beside ${at + 1} of ${all.length}`;
  $("viewer-pictures").replaceChildren(...shown.map(({ id, name, alt }) =>
    el("div", isActual ? { tabIndex: 0, role: "group", ariaLabel: alt } : {},
      el("img", { src: imagePath(id, name), alt }))));
  for (const id of ["previous", "next", "compare"]) $(`viewer-${id}`).hidden = all.length < 2;
  $("viewer-compare").ariaPressed = String(compared !== null);
  $("viewer-actual").ariaPressed = String(isActual);
  $("viewer-download").href = filePath(last.id, last.name);
  $("viewer-facts").replaceChildren(...shown.flatMap(({ image }) =>
    image ? el("div", {}, ...facts(image)) : []));
}

const current = () => pictures()[at];
const link = () => location.origin + imagePath(current().id, current().name);

async function copyLink() {
  await navigator.clipboard.writeText(link());
  say($("viewer-link"), "Copied");
}

/** Copies the image itself; where the browser cannot, a link to it. */
async function copyImage() {
  const { id, name } = current();
  try {
    // The item is made before the image is here: Safari allows it only at once after a click.
    const item = new ClipboardItem({ "image/png": png(filePath(id, name)) });
    await navigator.clipboard.write([item]);
    say($("viewer-copy"), "Copied");
  } catch {
    await navigator.clipboard.writeText(link());
    say($("viewer-copy"), "Link copied instead");
  }
}

/** No browser copies anything but PNG. */
async function png(path) {
  const blob = await (await reach(path)).blob();
  if (blob.type === "image/png") return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
