// The runs that were sent from this browser, so that the address of each shows it again.

const KEY = "runs";
const MOST = 50;

/** All that is kept, the latest first. */
export const all = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");

/** What is kept of the run with that id; undefined where there is none. */
export const find = (id) => all().find((kept) => kept.request.id === id);

/** What was sent with that id, of many that one alone; undefined where it was not from here. */
export function sentAs(id) {
  for (const { request: sent } of all()) {
    const requests = sent.requests.filter((request) => request.id === id);
    if (requests.length > 0) return { ...sent, requests };
  }
  return undefined;
}

/** Keeps a run before all others: as many as the browser has room for. */
export function keep(run) {
  const runs = [run, ...all().filter((kept) => kept.request.id !== run.request.id)];
  for (let most = MOST; most > 0; most = Math.floor(most / 2)) {
    try {
      localStorage.setItem(KEY, JSON.stringify(runs.slice(0, most)));
      return;
    } catch {
      // its room is a few megabytes, and a file of requests may be long
    }
  }
}
