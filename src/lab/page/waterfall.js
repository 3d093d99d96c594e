// What happened and how long it took, as bars on one axis of time.
import { duration, el } from "./dom.js";

export class Waterfall {
  rows = new Map();

  span(key, label, start, end = null) {
    this.rows.set(key, { label, start, end, note: null, failed: false });
  }

  instant(key, label, at, failed = false) {
    this.rows.set(key, { label, start: at, end: at, note: null, failed });
  }

  /** Ends a span; a failure says why, a note something beside the time. */
  end(key, at, failure, note = null) {
    const row = this.rows.get(key);
    if (row) Object.assign(row, { end: at, note: failure ?? note, failed: Boolean(failure) });
  }

  /** Fills a list with one line a row, in the order of their beginnings. */
  draw(list) {
    const rows = [...this.rows.values()].sort((a, b) => a.start - b.start);
    const now = Date.now();
    const first = Math.min(...rows.map((row) => row.start));
    const last = Math.max(first + 1, ...rows.map((row) => row.end ?? now));
    const percent = (time) => `${(100 * (time - first)) / (last - first)}%`;
    list.replaceChildren(...rows.map((row) => {
      const bar = el("i", { className: row.end === null ? "open" : row.failed ? "failed" : "" });
      bar.style.setProperty("--from", percent(row.start));
      bar.style.setProperty("--to", percent(row.end ?? now));
      return el("li", {},
        el("span", { className: "what" }, row.label),
        el("span", { className: "track", "aria-hidden": "true" }, bar),
        el("span", { className: "took" }, took(row)));
    }));
  }
}

function took({ start, end, note }) {
  if (end === null) return "…";
  const time = end > start ? duration(end - start) : "";
  return [note, time].filter(Boolean).join(", ");
}
