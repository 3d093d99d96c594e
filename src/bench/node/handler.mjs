// The function as a user would write it for Node: fetch, the AWS SDK v3, nothing clever.
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const { TOKAIFY_BASE_URL, TOKAIFY_API_KEY, OUTPUT_BUCKET: Bucket } = process.env;
const EXTENSIONS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" };
const s3 = new S3Client({});

async function call(method, body) {
  const answer = await fetch(`${TOKAIFY_BASE_URL}/v1beta/models/${method}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${TOKAIFY_API_KEY}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`the image API answers ${answer.status}`);
  }
  return answer.json();
}

async function imagen(model, prompt, parameters) {
  const { predictions } = await call(`${model}:predict`, { instances: [{ prompt }], parameters });
  return predictions.map(({ bytesBase64Encoded, mimeType }) => ({
    data: bytesBase64Encoded,
    mimeType,
  }));
}

async function gemini(model, prompt, { sampleCount, imageSize }) {
  const oneImage = async () => {
    const { candidates } = await call(`${model}:generateContent`, {
      contents: [{ role: "user", parts: [{ text: prompt }] }],
      generationConfig: { responseModalities: ["IMAGE"], imageConfig: { imageSize } },
    });
    const { parts } = candidates[0].content;
    return parts.findLast(({ inlineData, thought }) => inlineData && !thought).inlineData;
  };
  return Promise.all(Array.from({ length: sampleCount }, oneImage));
}

export async function handler({ id, model, prompt, parameters }) {
  const make = model.startsWith("imagen") ? imagen : gemini;
  const images = await Promise.all(
    (await make(model, prompt, parameters)).map(async ({ data, mimeType }, n) => {
      const Key = `images/${id}/${n}.${EXTENSIONS[mimeType]}`;
      const Body = Buffer.from(data, "base64");
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: mimeType }));
      const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
      return { url, s3Uri: `s3://${Bucket}/${Key}`, mimeType };
    }),
  );
  const result = { id, status: "succeeded", images };
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: `images/${id}/result.json`,
      Body: JSON.stringify(result),
      ContentType: "application/json",
    }),
  );
  return result;
}
