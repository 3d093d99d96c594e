// The lab's small API: JSON to ask, server-sent events to listen.

async function json(path, options) {
  const response = await fetch(path, options);
  return response.ok ? response.json() : null;
}

export const state = () => json("/lab/state");
export const queue = () => json("/lab/queue");
export const redrive = () => json("/lab/redrive", { method: "POST" });
export const recycle = () => json("/lab/function/recycle", { method: "POST" });
export const search = (text) => json(`/lab/results?search=${encodeURIComponent(text)}`);

/** Puts a file where requests may refer to it. */
export const upload = (file) =>
  json(`/lab/references/${encodeURIComponent(file.name)}`, { method: "PUT", body: file });

/** The stored result with that id; null while there is none. */
export const result = (id) => json(`/lab/results/${encodeURIComponent(id)}`);

/** Where an image is, for as long as the lab runs: the lab sends the browser on to S3. */
export const imagePath = (id, name) =>
  `/lab/results/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

const KINDS = ["started", "delivered", "answered", "called", "predicted", "stored", "received"];

/** Calls back with all that happened lately, and from then on with all that happens, once each. */
export function listen(callback) {
  let source;
  let last = 0;

  function hear(kind, { data, lastEventId }) {
    const number = Number(lastEventId);
    if (number <= last) return;
    last = number;
    const happening = JSON.parse(data);
    callback({ ...happening, kind, number, at: Date.parse(happening.at) });
  }

  function connect() {
    source = new EventSource("/lab/events");
    for (const kind of KINDS) source.addEventListener(kind, (event) => hear(kind, event));
  }

  // A page that the browser keeps for "back" would keep its connection, of which there are few.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", ({ persisted }) => { if (persisted) connect(); });
  connect();
}
