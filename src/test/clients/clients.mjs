// Clients that others wrote, from npm, each in every case; ClientsIT starts it and judges.
// usage: node clients.mjs API PROXY KEY, where PROXY is Prism in front of API
// Prints a line of JSON a case: what the client got, as SHA-256 hashes of images, or how it failed.
import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {createGoogleGenerativeAI} from "@ai-sdk/google";
import {createOpenAI} from "@ai-sdk/openai";
import {GoogleGenAI} from "@google/genai";
import {GoogleGenAI as OldGoogleGenAI} from "@google/genai-1";
import {generateImage, generateText} from "ai";
import createClient from "openapi-fetch";
import OpenAI from "openai";

const [API, PROXY, KEY] = process.argv.slice(2);
const IMAGEN = "imagen-4.0-generate-001";
const GEMINI = "gemini-nano-banana-2.1";
const BYTES = {"X-Imagen-Response": "bytes"};
const NOBODY = "a key of nobody";

// What must end in one error, once it was paid for or while it may still be.
const PAID_ERRORS = {unknown: "[fault:504] ", late: "[fault:slow=10000] ", filtered: "[fault:all-filtered] "};

const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const fetched = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
const decoded = (base64) => Buffer.from(base64, "base64");

async function run(client, name, prompt, images) {
  const line = {client, case: name, prompt, images: [], error: null};
  try {
    line.images = (await images(prompt)).map((image) => createHash("sha256").update(image).digest("hex"));
  } catch (error) {
    line.error = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify(line));
}

// All cases of a client; images is what takes a prompt, in each way in which it can ask.
async function cases(client, what, {urls, bytes, invalid, stranger}) {
  if (urls) await run(client, `${what} urls`, `${client} ${what} urls`, urls);
  if (bytes) await run(client, `${what} bytes`, `${client} ${what} bytes`, bytes);
  for (const [error, fault] of Object.entries(PAID_ERRORS)) {
    await run(client, `${what} ${error}`, `${fault}${client} ${what}`, urls ?? bytes);
  }
  if (invalid) await run(client, `${what} invalid`, `${client} ${what} invalid`, invalid);
  await run(client, `${what} stranger`, `${client} ${what} stranger`, stranger);
}

function contentOf(google, headers) {
  return async (prompt) => {
    const answer = await google.models.generateContent({
      model: GEMINI,
      contents: prompt,
      config: {responseModalities: ["IMAGE"], imageConfig: {aspectRatio: "16:9"}, httpOptions: {headers}},
    });
    const parts = answer.candidates[0].content?.parts ?? [];
    return Promise.all(parts.map((part) => (part.fileData ? fetched(part.fileData.fileUri) : decoded(part.inlineData.data))));
  };
}

async function googleGenAi(Client, client) {
  const of = (apiKey) => new Client({apiKey, httpOptions: {baseUrl: API}});
  await cases(client, "generateContent", {
    urls: contentOf(of(KEY), {}),
    bytes: contentOf(of(KEY), BYTES),
    stranger: contentOf(of(NOBODY), {}),
  });
}

async function oldGoogleGenAi(client) {
  const of = (apiKey, headers, numberOfImages = 2) => async (prompt) => {
    const google = new OldGoogleGenAI({apiKey, httpOptions: {baseUrl: API, headers}});
    const answer = await google.models.generateImages({model: IMAGEN, prompt, config: {numberOfImages}});
    const made = (answer.generatedImages ?? []).map((each) => each.image).filter(Boolean);
    return made.map((image) => decoded(image.imageBytes));
  };
  // it reads nothing but bytes
  await cases(client, "generateImages", {
    bytes: of(KEY, BYTES),
    invalid: of(KEY, BYTES, 99),
    stranger: of(NOBODY, BYTES),
  });
}

async function openAi(client) {
  const of = (apiKey, response_format, size = "1792x1024") => async (prompt) => {
    const answer = await new OpenAI({apiKey, baseURL: `${API}/v1`}).images.generate({
      model: IMAGEN, prompt, n: 2, size, response_format,
    });
    return Promise.all(answer.data.map((each) => (each.url ? fetched(each.url) : decoded(each.b64_json))));
  };
  await cases(client, "images.generate", {
    urls: of(KEY, "url"),
    bytes: of(KEY, "b64_json"),
    invalid: of(KEY, "url", "10x1000"),
    stranger: of(NOBODY, "url"),
  });
}

async function aiSdk(ai) {
  const image = (model, size) => async (prompt) =>
    (await generateImage({model, prompt, n: 1, size})).images.map((each) => each.uint8Array);
  const text = (model) => async (prompt) => {
    const answer = await generateText({model, prompt, providerOptions: {google: {responseModalities: ["IMAGE"]}}});
    return answer.files.map((file) => file.uint8Array);
  };
  const google = (apiKey) => createGoogleGenerativeAI({apiKey, baseURL: `${API}/v1beta`, headers: BYTES});
  const openAi = (apiKey) => createOpenAI({apiKey, baseURL: `${API}/v1`});
  const withGoogle = `${ai}, @ai-sdk/google ${version("@ai-sdk/google")}`;
  await cases(withGoogle, "generateImage", {
    bytes: image(google(KEY).image(GEMINI)),
    stranger: image(google(NOBODY).image(GEMINI)),
  });
  await cases(withGoogle, "generateText", {bytes: text(google(KEY)(GEMINI)), stranger: text(google(NOBODY)(GEMINI))});
  await cases(`${ai}, @ai-sdk/openai ${version("@ai-sdk/openai")}`, "generateImage", {
    bytes: image(openAi(KEY).image(IMAGEN), "1024x1024"),
    invalid: image(openAi(KEY).image(IMAGEN), "10x1000"),
    stranger: image(openAi(NOBODY).image(IMAGEN), "1024x1024"),
  });
}

// A generated client, and a proxy that refuses whatever the OpenAPI document does not allow.
async function openApi(client) {
  const of = (key, sampleCount = 2) => async (prompt) => {
    const api = createClient({baseUrl: PROXY, headers: {Authorization: `Bearer ${key}`}});
    const {data, error} = await api.POST("/images", {body: {prompt, parameters: {sampleCount}}});
    if (error) throw new Error(`${error.status} ${error.detail}`);
    if (!data.images) throw new Error(`is not there yet: ${data.id}`);
    return Promise.all(data.images.map((each) => fetched(each.url)));
  };
  await cases(client, "POST /images", {urls: of(KEY), invalid: of(KEY, 99), stranger: of(NOBODY)});
}

await googleGenAi(GoogleGenAI, `@google/genai ${version("@google/genai")}`);
await googleGenAi(OldGoogleGenAI, `@google/genai ${version("@google/genai-1")}`);
await oldGoogleGenAi(`@google/genai ${version("@google/genai-1")}`);
await openAi(`openai ${version("openai")} (Node)`);
await aiSdk(`ai ${version("ai")}`);
await openApi(`openapi-fetch ${version("openapi-fetch")}, @stoplight/prism-cli ${version("@stoplight/prism-cli")}`);
