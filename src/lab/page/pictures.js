// Images with what is known of them; on the way, stored, or missing.
import { duration, el, size } from "./dom.js";
import { filePath, imagePath } from "./lab.js";

const known = new WeakMap();

/** The picture in a frame: its id, name and words, and its result's image; undefined without. */
export const pictureIn = (figure) => known.get(figure);

/** A place for an image that is still to come. */
export function frame(aspectRatio = "1:1") {
  const figure = el("figure", { className: "frame" }, el("div", { className: "picture" }));
  figure.style.setProperty("--ratio", aspectRatio.replace(":", " / "));
  return figure;
}

/** Puts the stored image into its frame, if it is not there yet; a click shows it large. */
export function show(figure, id, name, alt) {
  if (known.get(figure)?.name === name) return;
  expect(figure);
  known.set(figure, { id, name, alt });
  figure.firstChild.replaceChildren(
    el("button", { type: "button", className: "open", title: "Show it large", ariaHasPopup: "dialog" },
      el("img", { src: imagePath(id, name), alt, loading: "lazy" })));
}

/** The image may still come, though it was missing before. */
export function expect(figure) {
  if (!figure.classList.contains("missing")) return;
  figure.classList.remove("missing");
  figure.firstChild.replaceChildren();
}

/** Says in the frame why there is no image. */
export function miss(figure, why) {
  known.delete(figure);
  figure.classList.add("missing");
  figure.firstChild.replaceChildren(why);
}

/** Adds what the result knows of the image, and what can be done with it, once. */
export function describe(figure, image) {
  const picture = known.get(figure);
  if (picture.image) return;
  picture.image = image;
  figure.append(el("figcaption", {},
    el("p", {}, inShort(image)),
    el("div", { className: "row" },
      el("button", { type: "button", className: "quiet edit" }, "Edit this"),
      el("a", { className: "button quiet", href: filePath(picture.id, picture.name), download: "" },
        "Download")),
    el("details", {}, el("summary", {}, "Details"), ...facts(image))));
}

const inShort = ({ width, height, mimeType, bytes }) =>
  `${width} × ${height} · ${mimeType.replace("image/", "").toUpperCase()} · ${size(bytes)}`;

/** What only few want to know of an image. */
export function facts(image) {
  const terms = {
    "SHA-256": image.sha256,
    Object: image.s3Uri,
    Type: `${image.mimeType}, ${image.bytes} bytes`,
    ...(image.prompt && { "Prompt, as rewritten": image.prompt }),
  };
  return [
    el("dl", {}, Object.entries(terms).map(([term, text]) =>
      el("div", {}, el("dt", {}, term), el("dd", { dir: "auto" }, text)))),
    el("a", { href: image.url, target: "_blank", rel: "noopener" }, "Open the object’s URL"),
  ];
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
