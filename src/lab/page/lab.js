// The lab's small API: JSON to ask, server-sent events to listen.
import { $ } from "./dom.js";

const TRY_AGAIN_MS = 2000;

/** The lab did not answer, which the page says by then. */
export class Silence extends Error {}

/** As fetch; where nobody answers, it fails with a Silence. */
export async function reach(path, options) {
  try {
    const response = await fetch(path, options);
    isThere();
    return response;
  } catch (cause) {
    isGone();
    throw new Silence(`The lab at ${location.origin} does not answer.`, { cause });
  }
}

function isThere() {
  $("gone").hidden = true;
}

/** Written anew each time that somebody asked for something, so that it is read aloud again. */
function isGone() {
  $("gone").hidden = false;
  $("gone").textContent = `The lab at ${location.origin} does not answer. ` +
    "Start it again with ./mvnw -Plab; this page goes on by itself.";
}

async function json(path, options) {
  const response = await reach(path, options);
  return response.ok ? response.json() : null;
}

export const state = () => json("/lab/state");
export const queue = () => json("/lab/queue");
export const redrive = () => json("/lab/redrive", { method: "POST" });
export const recycle = () => json("/lab/function/recycle", { method: "POST" });

/** Limits the simulator, 0 for no limit; answers with the state of it. */
export const setQuota = (requests) =>
  json("/lab/quota", { method: "PUT", body: JSON.stringify({ requests }) });

/** A page of the gallery: what its filters let through, and how much there is in all. */
export const search = (filters) => json(`/lab/results?${new URLSearchParams(filters)}`);

/** Puts a dead request on the queue again. */
export const sendAgain = (id) => json(`/lab/dead/${encodeURIComponent(id)}`, { method: "POST" });

/** What was made since a time, and since the lab’s start, by model. */
export const made = (since) => json(`/lab/made?since=${encodeURIComponent(since)}`);

/** Puts a file where requests may refer to it. */
export const upload = (file) =>
  json(`/lab/references/${encodeURIComponent(file.name)}`, { method: "PUT", body: file });

/** The stored result with that id; null while there is none. */
export const result = (id) => json(`/lab/results/${encodeURIComponent(id)}`);

/** Where an image is, for as long as the lab runs: the lab sends the browser on to S3. */
export const imagePath = (id, name) =>
  `/lab/results/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

/** Where an image is as a file to save or read; without a name, all of a result as a zip. */
export const filePath = (...idAndName) =>
  `/lab/files/${idAndName.map(encodeURIComponent).join("/")}`;

const KINDS = ["started", "delivered", "answered", "called", "predicted", "stored", "received"];

/**
 * Calls back with all that happened lately, and from then on with all that happens, once each; and
 * when a lab that was gone is back.
 */
export function listen(callback, isBack) {
  let source = null;
  let last = 0;
  let isLost = false;
  let timer = 0;

  function hear(kind, { data, lastEventId }) {
    const number = Number(lastEventId);
    if (number <= last) return;
    last = number;
    const happening = JSON.parse(data);
    callback({ ...happening, kind, number, at: Date.parse(happening.at) });
  }

  function connect() {
    clearTimeout(timer);
    if (source || document.hidden) return;
    source = new EventSource(`/lab/events?after=${last}`);
    for (const kind of KINDS) source.addEventListener(kind, (event) => hear(kind, event));
    source.addEventListener("open", () => {
      isThere();
      if (isLost) isBack();
      isLost = false;
    });
    // Not every browser tries again by itself where nobody listens.
    source.addEventListener("error", () => {
      disconnect();
      isLost = true;
      if ($("gone").hidden) isGone();
      timer = setTimeout(connect, TRY_AGAIN_MS);
    });
  }

  function disconnect() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  // A browser has six connections for all the tabs of a host, and a page that it keeps for "back"
  // would keep its own, too. Who is seen again hears what was missed.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disconnect();
    else connect();
  });
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  connect();
}
