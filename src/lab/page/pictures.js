// Images with what is known of them; on the way, stored, or missing.
import { duration, el, size } from "./dom.js";
import { imagePath } from "./lab.js";

/** A place for an image that is still to come. */
export function frame(aspectRatio = "1:1") {
  const figure = el("figure", { className: "frame" }, el("div", { className: "picture" }));
  figure.style.setProperty("--ratio", aspectRatio.replace(":", " / "));
  return figure;
}

/** Puts the stored image into its frame, once. */
export function show(figure, id, name, alt) {
  if (figure.querySelector("img")) return;
  expect(figure);
  figure.firstChild.replaceChildren(el("img", { src: imagePath(id, name), alt, loading: "lazy" }));
}

/** The image may still come, though it was missing before. */
export function expect(figure) {
  if (!figure.classList.contains("missing")) return;
  figure.classList.remove("missing");
  figure.firstChild.replaceChildren();
}

/** Says in the frame why there is no image. */
export function miss(figure, why) {
  figure.classList.add("missing");
  figure.firstChild.replaceChildren(why);
}

/** Adds what the result knows of the image, once. */
export function describe(figure, image) {
  if (figure.querySelector("dl")) return;
  const facts = {
    Image: `${image.width} × ${image.height}, ${image.mimeType}, ${size(image.bytes)}`,
    "SHA-256": image.sha256,
    Object: image.s3Uri,
    ...(image.prompt && { "Prompt, as rewritten": image.prompt }),
  };
  figure.append(el("figcaption", {},
    el("dl", {}, Object.entries(facts).map(([term, text]) =>
      el("div", {}, el("dt", {}, term), el("dd", {}, text)))),
    el("a", { href: image.url, target: "_blank", rel: "noopener" }, "Open the object’s URL")));
}

/** The name of an image's object, from its s3:// address. */
export const nameOf = (image) => image.s3Uri.split("/").at(-1);

/** What it took, in a line. */
export function summary({ images, requested, attempts, durationMs, usage }) {
  const calls = attempts === 1 ? "1 call" : `${attempts} calls`;
  const tokens = usage ? `, ${usage.totalTokens} tokens` : "";
  return `${images.length} of ${requested} images, ${calls}${tokens}, ${duration(durationMs)}`;
}

/** A reason for what went wrong. */
export const why = (text) => el("p", { className: "why" }, text);

/** Why the result is not better than it is; nothing where it is good. */
export function reasons({ filtered, error, warnings = [] }) {
  return [
    ...filtered.map(({ missing, reason }) => `${missing} filtered: ${reason}`),
    ...(error ? [`${error.outcome}, ${error.code}: ${error.message}`] : []),
    ...warnings,
  ].map(why);
}
