// One request, or a batch of them, from "Send" to the last result: what belongs to it of all that
// happens in the lab, and what is known of it so far.
import * as lab from "./lab.js";
import { promptOf } from "./request-file.js";
import { TRIGGERS, send } from "./triggers.js";
import { Waterfall } from "./waterfall.js";

const OBJECT = /^images\/([^/]+)\/([^/]+)$/;

/** The id of a line that can never run: its file's name, a digest of it, and where it stands. */
const REFUSED = /^(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-(\d+)$/;

/** So much of a file's name is in it. */
const NAME_IN_ID = 60;

/** An id or a key, in JSON or in JSON that is text in JSON. */
const NAME = /"(?:id|key)\\*"\s*:\s*\\*"([\w.-]+)\\*"/g;

export class Run {
  waterfall = new Waterfall();
  starts = new Map();
  invocations = new Map();
  images = new Map();
  objects = new Set();
  /** The calls that are still to come under the open claim of each id. */
  running = new Map();
  calls = new Set();
  accepted = new Set();
  messages = new Set();
  dead = new Map();
  results = new Map();
  returned = null;

  /**
   * A run that was sent or is about to be.
   *
   * @param kept its request, when it is sent, the number of the last event before that, and what
   *     its sender was told, if anything
   * @param state the lab's
   */
  constructor(kept, state) {
    const { trigger, id, title, requests } = kept.request;
    const lines = kept.request.lines ?? requests.map((_, index) => index + 1);
    Object.assign(this, { kept, id, title, requests, lines, state });
    this.trigger = TRIGGERS[trigger];
    this.waterfall.instant("sent", "Sent", kept.sentAt);
    this.body = inLines(requests, lines);
    this.ids = new Set(requests.map((request) => request.id));
    this.file = this.trigger.file?.(this);
  }

  /** What its sender was told; undefined before that. */
  get reply() {
    return this.kept.reply;
  }

  /** Sends it. */
  async send() {
    let response;
    try {
      response = await send(this);
    } catch (silence) {
      if (!(silence instanceof lab.Silence)) throw silence;
      this.kept.reply = { failed: true, text: silence.message };
      return;
    }
    this.kept.reply = {
      status: response.status,
      functionError: response.headers.has("X-Amz-Function-Error"),
      failed: !response.ok || response.headers.has("X-Amz-Function-Error"),
      retryAfter: response.headers.get("Retry-After"),
      text: await response.text(),
    };
    // An id that was paid for before has its result already, and nothing is stored again.
    const hasResult = response.status === 422 || (response.status === 200 && !this.reply.failed);
    if (this.trigger.isAnswered && hasResult) await this.lookUp(this.id);
  }

  /** The first event that reached the function, as text; undefined before that. */
  firstEvent() {
    return this.invocations.values().next().value?.event;
  }

  isOver() {
    return [...this.ids].every((id) => this.results.has(id) || this.dead.has(id));
  }

  /** The id of the request that a result is of: its own, but for a line that was refused. */
  requestOf(id) {
    if (this.ids.has(id) || !this.file) return id;
    const [, name, line] = REFUSED.exec(id) ?? [];
    const index = name === this.file.slice(0, NAME_IN_ID) ? this.lines.indexOf(Number(line)) : -1;
    return this.requests[index]?.id ?? id;
  }

  /** The names in an event or a message that are of this run: of its requests or its file. */
  namesIn(text) {
    return [...text.matchAll(NAME)].map(([, name]) => name)
      .filter((name) => this.ids.has(name) || name === this.file);
  }

  /** Takes what belongs to this run; false where it belongs to another, or to an earlier one. */
  take(happening) {
    return happening.number > this.kept.lastEvent && this[happening.kind](happening);
  }

  /** Asks the lab for what has come of something that this run took. */
  async follow({ kind, key, answer, body, failure }) {
    if (kind === "stored" && key.endsWith("/result.json")) await this.lookUp(OBJECT.exec(key)[1]);
    if (kind === "answered") {
      for (const id of reported(answer)) await this.lookUp(id);
    }
    if (kind === "received" && !failure) {
      const [name] = this.namesIn(body);
      if (name === this.file) await this.lookUpAll();
      else if (!this.results.has(name)) await this.lookUpOrBury(name);
    }
  }

  /** Whose cold start it is, the first event says that the process gets. */
  started({ pid, at, ms }) {
    this.starts.set(pid, { start: at - ms, end: at });
    return false;
  }

  delivered({ requestId, pid, event, at }) {
    const first = this.starts.get(pid);
    this.starts.delete(pid);
    if (this.namesIn(event).length === 0) return false;
    if (first) this.waterfall.span(`process ${pid}`, "Cold start", first.start, first.end);
    this.invocations.set(requestId, { event });
    this.waterfall.span(requestId, "Function", at);
    return true;
  }

  answered({ requestId, answer, error, at }) {
    const invocation = this.invocations.get(requestId);
    if (!invocation) return false;
    Object.assign(invocation, { answer, error });
    this.waterfall.end(requestId, at, error);
    return true;
  }

  called({ call, prompt, at }) {
    // A call names no id, but it follows its claim at once: what else has this prompt is another's.
    const mine = this.requests.find((each) =>
      promptOf(each) === prompt && this.running.get(each.id) > 0);
    if (!mine) return false;
    this.running.set(mine.id, this.running.get(mine.id) - 1);
    this.calls.add(call);
    this.waterfall.span(`call ${call}`, "Predict call", at);
    return true;
  }

  predicted({ call, status, images, at }) {
    if (!this.calls.delete(call)) return false;
    const failure = status === 200 ? null : status === 0 ? "cut off" : `status ${status}`;
    this.waterfall.end(`call ${call}`, at, failure, `${images} image${images === 1 ? "" : "s"}`);
    return true;
  }

  stored({ key, number, at, ms }) {
    const [, of, name] = OBJECT.exec(key) ?? [];
    const id = this.requestOf(of);
    if (!this.ids.has(id)) return this.uploaded(key, at);
    const again = this.objects.has(key);
    this.objects.add(key);
    if (/^\d+[.-]/.test(name)) this.images.set(`${id}/${Number.parseInt(name, 10)}`, name);
    this.accepted.add(id);
    if (name === "result.json" || (name.startsWith("claim-") && again)) this.running.delete(id);
    else if (name.startsWith("claim-") && !this.isAcceptance(name)) {
      this.running.set(id, callsOf(this.requests.find((request) => request.id === id)));
    }
    this.waterfall.span(`object ${number}`, labelOf(name, again), at - ms, at);
    return true;
  }

  /** What goes to the queue is claimed first, and runs under another claim. */
  isAcceptance(name) {
    return name === "claim-0.json" && (this.trigger.isQueued || this.ids.size > 1);
  }

  uploaded(key, at) {
    if (key !== this.file) return false;
    this.waterfall.instant(key, `PUT ${key}`, at);
    return true;
  }

  received({ messageId, body, receives, failure, at }) {
    if (this.namesIn(body).length === 0) return false;
    this.messages.add(messageId);
    this.returned = failure ? { receives, failure } : null;
    const label = failure ? `Returned to the queue (${receives})` : "Message deleted";
    this.waterfall.instant(`${messageId} ${receives}`, label, at, Boolean(failure));
    return true;
  }

  /** Takes the dead letters of this moment; false where they say nothing new of this run. */
  bury(deadLetters) {
    const before = JSON.stringify([...this.dead]);
    this.dead = new Map(deadLetters
      .filter(({ messageId }) => this.messages.has(messageId))
      .flatMap(({ body, reason }) => this.idsIn(body).map((id) => [id, reason])));
    return JSON.stringify([...this.dead]) !== before;
  }

  /** The requests that a message is about: of a whole file those that it has not brought yet. */
  idsIn(body) {
    const ids = this.namesIn(body).filter((name) => name !== this.file);
    return ids.length > 0 ? ids : [...this.ids].filter((id) => !this.accepted.has(id));
  }

  /** A message is done: its request has its result, waits as another message, or is dead. */
  async lookUpOrBury(id) {
    this.bury((await lab.queue()).deadLetters);
    if (!this.dead.has(id)) await this.lookUp(id);
  }

  async lookUp(id) {
    const request = this.requestOf(id);
    const isNew = this.ids.has(request) && !this.results.has(request);
    const result = isNew ? await lab.result(id) : null;
    if (result) this.results.set(request, result);
  }

  /** Those of its requests that have run before: they do not run again. */
  async lookUpAll() {
    const search = [...this.ids].every((id) => id.includes(this.id)) ? this.id : "";
    let after = "";
    do {
      const { results, next } = await lab.search({ search, after });
      for (const result of results) {
        const id = this.requestOf(result.id);
        if (this.ids.has(id) && result.status !== "dead") this.results.set(id, result);
      }
      after = next;
    } while (after && !this.isOver());
  }
}

/** Each in its line of a file, so that its number stays the same without the lines between. */
function inLines(requests, lines) {
  const text = [];
  for (const [index, line] of lines.entries()) text[line - 1] = JSON.stringify(requests[index]);
  return text.join("\n");
}

/** How many calls are made under a claim: Gemini makes one for each image. */
const callsOf = ({ model, parameters }) =>
  model?.startsWith("gemini") ? parameters?.sampleCount ?? 1 : 1;

/** The ids of the results in the report on an event whose sender waits for no answer. */
function reported(answer) {
  try {
    return JSON.parse(answer).results.map(({ id }) => id);
  } catch {
    return [];
  }
}

function labelOf(name, again) {
  if (name.startsWith("claim-")) return again ? "Claim ended" : "Claim";
  if (name === "request.json") return "Request accepted";
  if (name === "dead.json") return "Given up";
  return name === "result.json" ? "Result stored" : `${name} stored`;
}
