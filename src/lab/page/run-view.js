// Shows a run while it goes on. Pictures stay where they are; the rest is drawn anew.
import { $, choices, copyable, el, pill, pretty } from "./dom.js";
import { Batch } from "./batch.js";
import * as elapsed from "./elapsed.js";
import { actionsOfRun } from "./make-again.js";
import { describe, expect, frame, miss, nameOf, reasons, show, summary, why } from "./pictures.js";
import { WAYS, sameAgain } from "./same-again.js";

export class RunView {
  shell = "curl";
  frames = new Map();

  constructor(run) {
    this.run = run;
    this.pictures = el("div", { className: "pictures" });
    this.ending = el("div");
    this.actions = el("div");
    this.rows = el("ol", { className: "waterfall", tabIndex: 0, "aria-label": "Timeline" });
    this.exchanges = el("div", { className: "exchanges" });
    this.commands = el("div");
    $("run-title").textContent = run.title;
    $("run-body").replaceChildren(this.ending, this.pictures, this.actions,
      el("section", {}, el("h3", {}, "Timeline"), this.rows),
      this.exchanges,
      el("section", {}, el("h3", {}, "The same again"),
        choices("shell", WAYS, this.shell, (shell) => {
          this.shell = shell;
          this.drawCommand();
        }),
        this.commands));
    if (run.trigger.isBatch) {
      this.batch = new Batch(run);
      this.pictures.replaceWith(this.batch.element);
    } else {
      this.makeFrames();
    }
  }

  makeFrames() {
    const [{ parameters }] = this.run.requests;
    for (let index = 0; index < parameters.sampleCount; index++) {
      this.frames.set(index, frame(parameters.aspectRatio));
    }
    this.pictures.append(...this.frames.values());
  }

  draw() {
    const { run } = this;
    if (this.batch) this.batch.draw();
    else this.drawPictures();
    run.waterfall.draw(this.rows);
    this.drawExchanges();
    this.drawCommand();
    this.drawStatus();
    this.drawActions();
  }

  /** Anew only when there is a result to save: somebody may be on one of them. */
  drawActions() {
    const result = this.run.results.get(this.run.id);
    if (this.actions.firstChild && result === this.drawn) return;
    this.drawn = result;
    this.actions.replaceChildren(actionsOfRun(this.run.kept, result));
  }

  drawPictures() {
    const { run } = this;
    const [{ prompt }] = run.requests;
    const dead = run.dead.get(run.id);
    const result = dead ? null : run.results.get(run.id);
    for (const [index, figure] of this.frames) {
      const name = run.images.get(`${run.id}/${index}`);
      const stored = result?.images.find((image) => indexOf(image) === index);
      const number = `image ${index + 1} of ${this.frames.size}`;
      if (stored) {
        show(figure, run.id, nameOf(stored), `${prompt}, ${number}`);
        describe(figure, stored);
      } else if (name && !result) {
        show(figure, run.id, name, `${prompt}, ${number}`);
      } else if (result) {
        miss(figure, result.filtered.length > 0 ? "filtered" : "missing");
      } else if (dead || this.refusal()) {
        miss(figure, "none");
      } else {
        expect(figure);
      }
    }
    this.ending.replaceChildren(
      ...(dead ? [why(dead)] : result ? reasons(result) : this.refusal() ?? []));
  }

  /** What the sender was told where there is no result; null where there may still be one. */
  refusal() {
    const { reply } = this.run;
    return reply?.failed ? [why(told(reply.text))] : null;
  }

  /** Changed only where it says something new, because it is read aloud. */
  drawStatus() {
    const [word, text] = this.status();
    if (word + text === this.spoken) return;
    this.spoken = word + text;
    if (["waiting", "running"].includes(word)) elapsed.count(this.run.kept.sentAt);
    else elapsed.end();
    $("status").replaceChildren(pill(word), ` ${text}`);
  }

  status() {
    const { run } = this;
    const result = run.results.get(run.id);
    if (this.batch) {
      const dead = run.dead.size > 0 ? `, ${run.dead.size} dead` : "";
      return [run.isOver() ? "done" : "running",
        `${run.results.size} of ${run.ids.size} requests have a result${dead}`];
    }
    if (run.dead.has(run.id)) return ["dead", "given up: it is among the dead letters"];
    if (result) {
      const replayed = run.reply?.text.includes('"replayed":true');
      return [result.status, summary(result) + (replayed ? ", replayed: paid for once" : "")];
    }
    if (run.reply?.failed) {
      const { status, functionError, retryAfter } = run.reply;
      if (!status) return ["failed", "without an answer"];
      const again = retryAfter ? `, Retry-After: ${retryAfter} s` : "";
      return ["failed", functionError ? "with a function error" : `with status ${status}${again}`];
    }
    if (run.returned) return ["waiting", `on the queue, ${received(run.returned.receives)}`];
    if (run.invocations.size === 0) return ["waiting", "sent"];
    return ["running", `${run.images.size} of ${this.frames.size} images are stored`];
  }

  /** Every event and its answer, the first one open; somebody may be reading in them. */
  drawExchanges() {
    let number = 0;
    for (const invocation of this.run.invocations.values()) {
      number++;
      const drawn = this.exchanges.children[number - 1];
      if (!drawn) this.exchanges.append(exchange(invocation, number));
      else if (invocation.answer && drawn.dataset.answered !== "true") {
        drawn.replaceWith(exchange(invocation, number, drawn.open));
      }
    }
  }

  drawCommand() {
    const command = sameAgain(this.shell, this.run);
    if (this.commands.dataset.command === command) return;
    this.commands.dataset.command = command;
    this.commands.replaceChildren(copyable(`Request as ${this.shell}`, command));
  }
}

/** Which of the images that were asked for it is, which begins its name. */
const indexOf = (image) => Number.parseInt(nameOf(image), 10);

function received(times) {
  return times === 1 ? "received once" : `received ${times} times`;
}

function exchange({ event, answer }, number, open = number === 1) {
  const details = el("details", { open },
    el("summary", {}, `Event ${number} and its answer`),
    el("div", { className: "pair" },
      copyable(`Event ${number}`, pretty(event)),
      copyable(`Answer ${number}`, pretty(answer ?? "…"))));
  details.dataset.answered = String(answer !== undefined);
  return details;
}

/** The words of a problem document or a function error; other text as it is. */
function told(text) {
  try {
    const told = JSON.parse(text);
    const faults = (told.errors ?? []).map((error) => `${error.pointer ?? ""} ${error.detail}`);
    return [told.detail ?? told.errorMessage ?? told.message ?? text, ...faults].join("; ");
  } catch {
    return text;
  }
}
