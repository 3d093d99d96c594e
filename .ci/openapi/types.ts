// What the types of a generated client take, and what they do not. `check` compiles this: it fails where a good request
// is refused, and where a bad one is not.
import type { operations } from "./api";

type Request = operations["generateImages"]["requestBody"]["content"]["application/json"];
type Predict = operations["predict"]["requestBody"]["content"]["application/json"];
type GenerateContent = operations["generateContent"]["requestBody"]["content"]["application/json"];
type CreateImage = operations["createImage"]["requestBody"]["content"]["application/json"];

export const good: Request[] = [
  { prompt: "a pier" },
  {
    id: "pier-1",
    prompt: "a pier",
    model: "gemini-nano-banana-2.1",
    parameters: { sampleCount: 2, aspectRatio: "16:9", imageSize: "2K", personGeneration: "dont_allow", seed: 7 },
    references: ["s3://requests/pier.png"],
    tenant: "anna",
    metadata: { campaign: "spring" },
  },
  { instances: [{ prompt: "a pier" }], parameters: { sampleCount: 1, negativePrompt: "people" } },
  {
    contents: [{ role: "user", parts: [{ text: "a pier" }, { inlineData: { data: "iVBORw0KGgo=" } }] }],
    generationConfig: { responseModalities: ["IMAGE"], imageConfig: { aspectRatio: "16:9" }, seed: 7 },
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_ONLY_HIGH" }],
  },
];
export const predict: Predict = { instances: [{ prompt: "a pier" }] };
export const generateContent: GenerateContent = { contents: [{ parts: [{ text: "a pier" }] }] };
export const createImage: CreateImage = { prompt: "a pier", n: 2, size: "1024x1024", response_format: "b64_json" };

// @ts-expect-error
export const empty: Request = {};
// @ts-expect-error
export const typo: Request = { prompt: "a pier", modle: "imagen-4.0-generate-001" };
// @ts-expect-error
export const withoutPrompt: Request = { model: "imagen-4.0-generate-001", parameters: { sampleCount: 1 } };
// @ts-expect-error
export const withoutInstance: Request = { instances: [] };
// @ts-expect-error
export const instanceWithoutPrompt: Request = { instances: [{}] };
// @ts-expect-error
export const withoutTurn: Request = { contents: [] };
// @ts-expect-error
export const emptyPart: Request = { contents: [{ parts: [{}] }] };
// @ts-expect-error
export const unknownRatio: Request = { prompt: "a pier", parameters: { aspectRatio: "2:1" } };
// @ts-expect-error
export const unknownSize: GenerateContent["generationConfig"] = { imageConfig: { imageSize: "1k" } };
// @ts-expect-error
export const numberInMetadata: Request = { prompt: "a pier", metadata: { campaign: 7 } };
// @ts-expect-error
export const predictWithoutPrompt: Predict = {};
// @ts-expect-error
export const generateContentWithoutPrompt: GenerateContent = {};
// @ts-expect-error
export const createImageWithoutPrompt: CreateImage = { n: 2 };

type Answers = operations["generateImages"]["responses"];
type Body<Status extends keyof Answers> = Answers[Status]["content"][keyof Answers[Status]["content"]];
type Problem = Exclude<keyof Answers, 200 | 202>;

// Each has all members of its union and no other.
export const ended: Record<Body<200>["status"], true> = { succeeded: true, partial: true };
export const pending: Record<Body<202>["status"], true> = { queued: true, in_progress: true };
export const unmade: Record<Body<422>["result"]["status"], true> = { filtered: true, failed: true };
export const problems: Record<Problem, true> = {
  400: true, 401: true, 409: true, 413: true, 415: true, 422: true, 429: true, 502: true, 503: true, 504: true,
};
export const problemType: Record<keyof Answers[Problem]["content"], true> = { "application/problem+json": true };

export const url = (answer: Body<200>): string => answer.images[0].url;
export const location = (answer: Answers[202]): string => answer.headers.Location;
export const fault = (problem: Body<400>): string => problem.errors[0].pointer;
export const detail = (problem: Body<Problem>): string => problem.detail;
export const id = (problem: Body<422 | 429 | 502 | 504>): string => problem.id;
export const wait = (answer: Answers[429 | 503]): string => answer.headers["Retry-After"];
