// The ways in: the HTTP call with which each sends its requests, and what they are on AWS.
import { reach } from "./lab.js";

const JSON_TYPE = { "Content-Type": "application/json" };

const post = (path, headers = JSON_TYPE) => ({ method: "POST", path, headers });

function upload(extension) {
  return {
    file: (run) => `${run.id}.${extension}`,
    call: (state, file) => ({ method: "PUT", path: `/lab/requests/${file}` }),
    aws: "bucket",
    onAws: "PutObject of S3",
  };
}

/** Sends a run's requests. */
export function send({ trigger, body, state, file }) {
  const { path, ...options } = trigger.call(state, file);
  return reach(path, { ...options, body });
}

export const TRIGGERS = {
  http: {
    label: "HTTP",
    isAnswered: true,
    hint: "POST /images through API Gateway; the answer is the result.",
    call: () => post("/images"),
  },
  later: {
    label: "HTTP, later",
    isAnswered: true,
    isQueued: true,
    hint: "With Prefer: respond-async: 202 at once, the request goes through the queue.",
    call: () => post("/images", { ...JSON_TYPE, Prefer: "respond-async" }),
  },
  sqs: {
    label: "SQS",
    hint: "A message on the queue; after five failures it is a dead letter.",
    call: () => post("/lab/queue"),
    aws: "queue",
    onAws: "SendMessage of SQS",
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
    call: () => post("/lab/schedule"),
    onAws: "PutEvents of EventBridge",
  },
  direct: {
    label: "Direct",
    isAnswered: true,
    hint: "Lambda's Invoke API, as a state machine or another program calls it.",
    call: (state) => post(`/2015-03-31/functions/${state.functionName}/invocations`),
    aws: "function",
    onAws: "Invoke of Lambda",
  },
};
