// All results in the bucket, and one of them by its link.
import { $, copyable, el, pill } from "./dom.js";
import * as lab from "./lab.js";
import { actionsOfResult } from "./make-again.js";
import { describe, frame, nameOf, reasons, show, summary } from "./pictures.js";

let asked = 0;

/** Fills the gallery with what the search field asks for; of several answers the last one counts. */
export async function refresh() {
  const mine = ++asked;
  const { total, results } = await lab.search($("search").value);
  if (mine !== asked) return;
  const shown = results.length < total ? `, the newest ${results.length} are shown` : "";
  $("found").textContent = total === 1 ? "1 result" : `${total} results${shown}`;
  $("cards").replaceChildren(...results.map(card));
}

function card(result) {
  const [image] = result.images;
  const picture = image
    ? el("img", { src: lab.imagePath(result.id, nameOf(image)), alt: "", loading: "lazy" })
    : "no image";
  return el("li", {},
    el("a", { href: `#/result/${result.id}` },
      el("span", { className: "picture" }, picture),
      el("b", {}, result.prompt ?? result.id)),
    el("small", {}, pill(result.status), ` ${result.images.length} of ${result.requested} · `,
      el("time", { dateTime: result.createdAt }, new Date(result.createdAt).toLocaleString())));
}

/** One result, by its id. */
export async function showResult(id) {
  const result = await lab.result(id);
  const article = $("result");
  if (!result) {
    article.replaceChildren(el("h1", { id: "result-title" }, "No such result"),
      el("p", {}, `There is no result with the id ${id}.`));
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
