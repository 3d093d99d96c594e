// Makes an image, or finds the one that was made with this id: node node.mjs "a lighthouse in fog" [id]
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { Sha256 } from "@smithy/core/checksum";
import { loadConfig, NODE_REGION_CONFIG_OPTIONS } from "@smithy/core/config";
import { SignatureV4 } from "@smithy/signature-v4";

const [prompt, id = randomUUID()] = process.argv.slice(2);
const region = loadConfig(NODE_REGION_CONFIG_OPTIONS);
const credentials = fromNodeProviderChain();
const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });

async function send({ method, url, body }) {
  const headers = { host: url.host, "content-type": "application/json" };
  const { protocol, hostname, pathname: path } = url;
  const signed = await signer.sign({ method, protocol, hostname, path, headers, body });
  try {
    const signal = AbortSignal.timeout(60_000);
    const answer = await fetch(url, { method, headers: signed.headers, body, signal });
    return { status: answer.status, headers: answer.headers, told: await answer.json() };
  } catch (lost) { // it may have been paid for: to be sent again, with the same id
    return { status: 503, headers: new Headers(), told: { detail: `no answer: ${lost.cause ?? lost}` } };
  }
}

const why = ({ detail, message, error, filtered, status }) =>
  detail ?? message ?? error?.message ?? filtered?.[0]?.reason ?? status;

console.error(`the request's id is ${id}`);
const body = JSON.stringify({ id, prompt, parameters: { sampleCount: 1 } });
let call = { method: "POST", url: new URL(process.env.IMAGES_URL), body };
let { status, headers, told } = await send(call);
const lastTry = Date.now() + 15 * 60_000;
while (([202, 429, 503].includes(status) || headers.has("retry-after")) && Date.now() < lastTry) {
  if (status === 202 && headers.has("location")) {
    call = { method: "GET", url: new URL(headers.get("location"), call.url) }; // it is relative
  }
  const seconds = Number(headers.get("retry-after")) || 5;
  console.error(`${status}, again in ${seconds} s: ${why(told)}`);
  await sleep(seconds * 1000);
  ({ status, headers, told } = await send(call));
}
for (const image of told.images ?? []) console.log(image.url);
if (told.status !== "succeeded") { // with status 200 it can be "filtered" or "failed"
  console.error(`${status}: ${why(told)}`);
  for (const { pointer, detail } of told.errors ?? []) console.error(`  ${pointer}: ${detail}`);
  process.exitCode = 1;
}
