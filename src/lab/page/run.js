// One request, or a batch of them, from "Send" to the last result: what belongs to it of all that
// happens in the lab, and what is known of it so far.
import * as lab from "./lab.js";
import { TRIGGERS } from "./triggers.js";
import { Waterfall } from "./waterfall.js";

const OBJECT = /^images\/([^/]+)\/([^/]+)$/;

export class Run {
  waterfall = new Waterfall();
  invocations = new Map();
  images = new Map();
  objects = new Set();
  running = new Set();
  accepted = new Set();
  messages = new Set();
  dead = new Map();
  results = new Map();
  reply = null;
  returned = null;

  constructor({ trigger, id, title, requests }, state) {
    Object.assign(this, { id, title, requests, state });
    this.trigger = TRIGGERS[trigger];
    this.body = requests.map((request) => JSON.stringify(request)).join("\n");
    this.ids = new Set(requests.map((request) => request.id));
    this.prompts = new Set(requests.map((request) => request.prompt));
    this.mentions = new RegExp(`(?<![\\w.-])${id.replaceAll(".", "\\.")}(-\\d+)?(?![\\w-])`);
  }

  /** Sends it; `reply` is then what its sender was told. */
  async send() {
    this.waterfall.instant("sent", "Sent", Date.now());
    let response;
    try {
      response = await this.trigger.send(this.body, this, this.state);
    } catch (silence) {
      if (!(silence instanceof lab.Silence)) throw silence;
      this.reply = { failed: true, text: silence.message };
      return;
    }
    this.reply = {
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

  /** Takes what belongs to this run; false where it belongs to another. */
  async take(happening) {
    const mine = this[happening.kind](happening);
    if (mine && happening.key?.endsWith("/result.json")) {
      await this.lookUp(OBJECT.exec(happening.key)[1]);
    }
    if (mine && happening.kind === "answered") {
      for (const id of reported(happening.answer)) await this.lookUp(id);
    }
    if (mine && happening.kind === "received" && !happening.failure) {
      const [id] = this.mentions.exec(happening.body);
      if (!this.ids.has(id)) await this.lookUpAll();
      else if (!this.results.has(id)) await this.lookUpOrBury(id);
    }
    return mine;
  }

  started({ pid, at, ms }) {
    if (this.isOver() || this.reply?.failed) return false;
    this.waterfall.span(`process ${pid}`, "Cold start", at - ms, at);
    return true;
  }

  delivered({ requestId, event, at }) {
    if (!this.mentions.test(event)) return false;
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
    if (!this.prompts.has(prompt)) return false;
    this.waterfall.span(`call ${call}`, "Predict call", at);
    return true;
  }

  predicted({ call, prompt, status, images, at }) {
    if (!this.prompts.has(prompt)) return false;
    const failure = status === 200 ? null : status === 0 ? "cut off" : `status ${status}`;
    this.waterfall.end(`call ${call}`, at, failure, `${images} image${images === 1 ? "" : "s"}`);
    return true;
  }

  stored({ key, number, at, ms }) {
    const [, id, name] = OBJECT.exec(key) ?? [];
    if (!this.ids.has(id)) return this.uploaded(key, at);
    const again = this.objects.has(key);
    this.objects.add(key);
    if (/^\d+\./.test(name)) this.images.set(`${id}/${Number.parseInt(name, 10)}`, name);
    this.accepted.add(id);
    if (/^claim-[1-9]/.test(name) || (name === "claim-0.json" && !this.trigger.isBatch)) {
      this.running.add(id);
    }
    this.waterfall.span(`object ${number}`, labelOf(name, again), at - ms, at);
    return true;
  }

  uploaded(key, at) {
    if (key.startsWith("images/") || !this.mentions.test(key)) return false;
    this.waterfall.instant(key, `PUT ${key}`, at);
    return true;
  }

  received({ messageId, body, receives, failure, at }) {
    if (!this.mentions.test(body)) return false;
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
    const [name] = this.mentions.exec(body);
    return this.ids.has(name) ? [name] : [...this.ids].filter((id) => !this.accepted.has(id));
  }

  /** A message is done: its request has its result, waits as another message, or is dead. */
  async lookUpOrBury(id) {
    this.bury((await lab.queue()).deadLetters);
    if (!this.dead.has(id)) await this.lookUp(id);
  }

  async lookUp(id) {
    const result = this.ids.has(id) && !this.results.has(id) ? await lab.result(id) : null;
    if (result) this.results.set(id, result);
  }

  /** A file was read: those of its requests that have run before do not run again. */
  async lookUpAll() {
    const { results } = await lab.search(this.id);
    for (const result of results) {
      if (this.ids.has(result.id)) this.results.set(result.id, result);
    }
  }
}

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
