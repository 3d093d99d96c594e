// The progress of a file of requests.
import { el, pill } from "./dom.js";
import { imagePath } from "./lab.js";
import { nameOf, why } from "./pictures.js";

export class Batch {
  progress = el("progress", {});
  summary = el("span", {});
  lines = el("ul", { className: "lines" });
  stages = [];

  constructor(run) {
    this.run = run;
    this.progress.max = run.ids.size;
    this.lines.append(...run.requests.map(() => el("li", {})));
    this.element = el("div", { className: "batch" },
      el("label", {}, this.summary, this.progress), this.lines);
  }

  /** Draws what has changed: a picture that is there stays. */
  draw() {
    this.run.requests.forEach((request, index) => {
      const stage = this.stage(request.id);
      if (stage === this.stages[index]) return;
      this.stages[index] = stage;
      this.lines.children[index].replaceChildren(...this.line(request, stage));
    });
    const count = (...words) => this.stages.filter((stage) => words.includes(stage)).length;
    const done = count("succeeded", "partial");
    const failed = count("failed", "filtered", "dead");
    this.progress.value = done + failed;
    this.summary.textContent = `${done} done, ${count("running")} running, ${failed} failed, ` +
      `${count("waiting")} waiting`;
  }

  stage(id) {
    const { dead, results, running } = this.run;
    if (dead.has(id)) return "dead";
    return results.get(id)?.status ?? (running.has(id) ? "running" : "waiting");
  }

  line({ id, prompt }, stage) {
    const [image] = this.run.results.get(id)?.images ?? [];
    const picture = image
      ? el("img", { src: imagePath(id, nameOf(image)), alt: "" })
      : el("span", { className: "picture" });
    const reason = this.run.dead.get(id);
    const text = el("div", {}, el("a", { href: `#/result/${id}` }, prompt), reason && why(reason));
    return [picture, text, pill(stage)];
  }
}
