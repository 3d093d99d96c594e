// Everything that happens, in words, the newest first.
import { $, duration, el, size } from "./dom.js";

const MOST_LINES = 200;

const WORDS = {
  started: ({ pid, ms }) => `process ${pid} is ready, ${duration(ms)} after its start`,
  delivered: ({ pid, event }) => `process ${pid} has taken an event, ${size(event.length)}`,
  answered: ({ pid, error, ms }) =>
    `process ${pid} has answered in ${duration(ms)}${error ? `: ${error}` : ""}`,
  called: ({ call, prompt }) => `predict call ${call}: ${prompt}`,
  predicted: ({ call, status, images, ms }) =>
    `predict call ${call}: status ${status}, ${images} images in ${duration(ms)}`,
  stored: ({ bucket, key, bytes, ms }) =>
    `PUT s3://${bucket}/${key}, ${size(bytes)} in ${duration(ms)}`,
  received: ({ queue, receives, failure }) => failure
    ? `${queue}: a message failed with its delivery ${receives}: ${failure}`
    : `${queue}: a message is done`,
};

export function write(happening) {
  const failed = Boolean(happening.error || happening.failure || (happening.status ?? 200) !== 200);
  const time = new Date(happening.at);
  $("log").prepend(el("li", { className: failed ? "failed" : "" },
    el("time", { dateTime: time.toISOString() }, time.toTimeString().slice(0, 8)),
    ` ${WORDS[happening.kind](happening)}`));
  if ($("log").childElementCount > MOST_LINES) $("log").lastChild.remove();
}
