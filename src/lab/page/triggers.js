// The ways in: how each sends requests, and what would do the same in a shell.
import { reach } from "./lab.js";

const JSON_TYPE = { "Content-Type": "application/json" };
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const post = (path, body, headers = JSON_TYPE) => reach(path, { method: "POST", headers, body });

function curl(path, body, ...options) {
  return ["curl", ...options, `-d ${quoted(body)}`, location.origin + path].join(" \\\n  ");
}

function aws(state, endpoint, ...words) {
  const variables = Object.entries(state.credentials).map(([name, value]) => `${name}=${value}`);
  return [...variables, `aws --endpoint-url ${endpoint}`, ...words].join(" \\\n  ");
}

const invoke = (state, event) => aws(state, location.origin,
  `lambda invoke --function-name ${state.functionName}`,
  "--cli-binary-format raw-in-base64-out", `--payload ${quoted(event)} /dev/stdout`);

/** What API Gateway or EventBridge made of the request, handed to the function once more. */
const invokeWithEvent = (body, state, run) =>
  run.firstEvent() ? invoke(state, run.firstEvent()) : "# the event is not known yet";

function upload(extension) {
  const name = (run) => `${run.id}.${extension}`;
  const path = (run) => `/lab/requests/${name(run)}`;
  return {
    file: name,
    send: (body, run) => reach(path(run), { method: "PUT", body }),
    curl: (body, state, run) =>
      `printf '%s\\n' ${quoted(body)} | \\\n  curl -T - ${location.origin}${path(run)}`,
    aws: (body, state, run) => `printf '%s\\n' ${quoted(body)} | \\\n  ${aws(state,
      state.endpoints.s3, `s3 cp - s3://${state.requestBucket}/${name(run)}`)}`,
  };
}

export const TRIGGERS = {
  http: {
    label: "HTTP",
    isAnswered: true,
    hint: "POST /images through API Gateway; the answer is the result.",
    send: (body) => post("/images", body),
    curl: (body) => curl("/images", body, "-H 'Content-Type: application/json'"),
    aws: invokeWithEvent,
  },
  later: {
    label: "HTTP, later",
    isAnswered: true,
    isQueued: true,
    hint: "With Prefer: respond-async: 202 at once, the request goes through the queue.",
    send: (body) => post("/images", body, { ...JSON_TYPE, Prefer: "respond-async" }),
    curl: (body) => curl("/images", body, "-i", "-H 'Content-Type: application/json'",
      "-H 'Prefer: respond-async'"),
    aws: invokeWithEvent,
  },
  sqs: {
    label: "SQS",
    hint: "A message on the queue; after five failures it is a dead letter.",
    send: (body) => post("/lab/queue", body),
    curl: (body) => curl("/lab/queue", body),
    aws: (body, state) => aws(state, state.endpoints.sqs,
      `sqs send-message --queue-url ${state.endpoints.queueUrl}`,
      `--message-body ${quoted(body)}`),
  },
  json: {
    label: "S3 .json",
    hint: "An object with one request, told by S3 through the queue.",
    ...upload("json"),
  },
  jsonl: {
    label: "S3 .jsonl",
    hint: "An object with many requests: every line of the prompt is one.",
    isBatch: true,
    ...upload("jsonl"),
  },
  schedule: {
    label: "Schedule",
    hint: "A tick that brings the request; ${date} and ${time} are filled in.",
    send: (body) => post("/lab/schedule", body),
    curl: (body) => curl("/lab/schedule", body),
    aws: invokeWithEvent,
  },
  direct: {
    label: "Direct",
    isAnswered: true,
    hint: "Lambda's Invoke API, as a state machine or another program calls it.",
    send: (body, run, state) =>
      post(`/2015-03-31/functions/${state.functionName}/invocations`, body),
    curl: (body, state) => curl(`/2015-03-31/functions/${state.functionName}/invocations`, body),
    aws: (body, state) => invoke(state, body),
  },
};
