// The progress of a file of requests: how many are done and how fast, those that failed first, and
// a report of all to download.
import { el, pill } from "./dom.js";
import { imagePath } from "./lab.js";
import { nameOf, reasons, why } from "./pictures.js";
import { promptOf } from "./request-file.js";

const MINUTE_MS = 60_000;
const MOST_LINES = 200;
const FAILED = new Set(["failed", "filtered", "dead"]);

export class Batch {
  progress = el("progress", {});
  summary = el("span", {});
  rate = el("p", { className: "hint" });
  list = el("ul", { className: "lines" });
  more = el("p", { className: "hint" });
  lines = [];

  constructor(run) {
    this.run = run;
    this.progress.max = run.requests.length;
    this.lines = run.requests.map((request) => ({ request, item: el("li", {}) }));
    this.element = el("div", { className: "batch" },
      el("label", {}, this.summary, this.progress), this.rate,
      el("button", { type: "button", onclick: () => this.download() }, "Download the report"),
      this.list, this.more);
  }

  /** Draws what has changed: a picture that is there stays. */
  draw() {
    for (const line of this.lines) {
      const stage = this.stage(line.request.id);
      if (stage === line.stage) continue;
      line.stage = stage;
      line.item.replaceChildren(...this.parts(line));
    }
    this.order();
    const count = (wanted) => this.lines.filter(({ stage }) => wanted(stage)).length;
    const failed = count((stage) => FAILED.has(stage));
    const running = count((stage) => stage === "running");
    const waiting = count((stage) => stage === "waiting");
    const done = this.lines.length - failed - running - waiting;
    this.progress.value = done + failed;
    this.summary.textContent =
      `${done} done, ${running} running, ${failed} failed, ${waiting} waiting`;
    this.rate.textContent = this.speed(running + waiting);
  }

  stage(id) {
    const { dead, results, running } = this.run;
    if (dead.has(id)) return "dead";
    return results.get(id)?.status ?? (running.has(id) ? "running" : "waiting");
  }

  parts({ request, stage }) {
    const { id } = request;
    const result = this.run.results.get(id);
    const [image] = result?.images ?? [];
    const picture = image
      ? el("img", { src: imagePath(id, nameOf(image)), alt: "" })
      : el("span", { className: "picture" });
    const reason = this.run.dead.get(id);
    const text = el("div", {},
      el("a", { href: `#/result/${result?.id ?? id}`, dir: "auto" }, promptOf(request)),
      reason ? why(reason) : result ? reasons(result) : []);
    return [picture, text, pill(stage)];
  }

  /** Those that failed come first, in the order of the file; what has its place stays. */
  order() {
    const isFailed = ({ stage }) => FAILED.has(stage);
    const wanted = this.lines.toSorted((a, b) => isFailed(b) - isFailed(a))
      .slice(0, MOST_LINES).map(({ item }) => item);
    const focused = document.activeElement;
    wanted.forEach((item, index) => {
      if (this.list.children[index] !== item) {
        this.list.insertBefore(item, this.list.children[index] ?? null);
      }
    });
    while (this.list.children.length > wanted.length) this.list.lastChild.remove();
    if (focused.isConnected && focused !== document.activeElement) focused.focus();
    const rest = this.lines.length - wanted.length;
    this.more.textContent = rest > 0 ? `${rest} more lines are in the report.` : "";
  }

  /** How many end in a minute, by the last minute, and how long the rest takes at that. */
  speed(left) {
    const { sentAt } = this.run.kept;
    const start = sentAt - (sentAt % 1000); // as the times of results are whole seconds
    const ends = [...this.run.results.values()]
      .map(({ createdAt }) => Date.parse(createdAt))
      .filter((end) => end >= start);
    const now = left === 0 ? Math.max(start, ...ends) : Date.now();
    const since = left === 0 ? start : Math.max(start, now - MINUTE_MS);
    const some = ends.filter((end) => end >= since).length;
    if (some === 0) return "";
    const perMinute = some / (Math.max(now - since, 1000) / MINUTE_MS);
    const shown = perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute);
    const rest = left > 0 ? `; ${left} left, about ${time(left / perMinute)} more` : "";
    return `${shown} requests a minute${rest}`;
  }

  /** A line of JSON for each of the file. */
  download() {
    const report = this.lines.map(({ request, stage }, index) => {
      const { error, filtered, images = [] } = this.run.results.get(request.id) ?? {};
      const message = this.run.dead.get(request.id) ?? error?.message ?? filtered?.[0]?.reason;
      return JSON.stringify({
        line: this.run.lines[index],
        id: request.id,
        status: stage,
        ...(error && { code: error.code }),
        ...(message && { message }),
        urls: images.map(({ url }) => url),
      });
    });
    const url = URL.createObjectURL(
      new Blob([report.map((line) => `${line}\n`).join("")], { type: "application/jsonl" }));
    el("a", { href: url, download: `${this.run.id}-report.jsonl` }).click();
    setTimeout(() => URL.revokeObjectURL(url), MINUTE_MS);
  }
}

function time(minutes) {
  if (minutes < 1) return `${Math.ceil(minutes * 60)} seconds`;
  return minutes < 1.5 ? "a minute" : `${Math.round(minutes)} minutes`;
}
