// How long the run that is shown has gone on: a clock beside its status, which is not read aloud.
import { $ } from "./dom.js";

let timer = 0;

/** Counts from that time on, until the end. */
export function count(since) {
  clearInterval(timer);
  const tick = () => { $("elapsed").textContent = inWords(Date.now() - since); };
  timer = setInterval(tick, 1000);
  $("elapsed").hidden = false;
  tick();
}

export function end() {
  clearInterval(timer);
  $("elapsed").hidden = true;
}

function inWords(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
