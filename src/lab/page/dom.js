// Small helpers. Text becomes text: nothing here, or anywhere on the page, parses HTML.

export const $ = (id) => document.getElementById(id);

/** An element; a property that the element does not have becomes an attribute. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const duration = (ms) =>
  ms === null || ms === undefined ? "–"
    : ms < 1 ? "< 1 ms"
    : ms < 10_000 ? `${Math.round(ms)} ms`
    : `${(ms / 1000).toFixed(1)} s`;

export const size = (bytes) =>
  bytes < 1000 ? `${bytes} B`
    : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** JSON with line breaks; what is no JSON, as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Acts soon, once for all that ask meanwhile, and once more where somebody asks during it. */
export function soon(ms, act) {
  let isAsked = false;
  let isBusy = false;
  return async () => {
    isAsked = true;
    if (isBusy) return;
    isBusy = true;
    try {
      while (isAsked) {
        await new Promise((resume) => { setTimeout(resume, ms); });
        isAsked = false;
        await act();
      }
    } finally {
      isBusy = false;
    }
  };
}

/** A word in a coloured pill: succeeded, partial, filtered, failed … */
export const pill = (word) => el("span", { className: `pill ${word}` }, word);

/** Native radio buttons that look like one row of buttons; the arrow keys move between them. */
export function choices(name, options, chosen, onChange) {
  return el("div", { className: "choices", role: "group" }, options.map(([value, label]) =>
    el("label", {},
      el("input", { type: "radio", name, value, checked: value === chosen,
        onchange: () => onChange(value) }),
      el("span", {}, label))));
}

/** Says on a button for a moment what came of it. */
export function say(button, words) {
  button.dataset.words ??= button.textContent;
  button.textContent = words;
  setTimeout(() => { button.textContent = button.dataset.words; }, 1500);
}

/** Text that can be copied with a button beside it. */
export function copyable(label, text) {
  const button = el("button", { type: "button", className: "quiet copy" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  });
  return el("div", { className: "copyable" },
    el("div", { className: "caption" }, el("h3", {}, label), button),
    el("pre", { tabIndex: 0, role: "region", "aria-label": label }, text));
}
