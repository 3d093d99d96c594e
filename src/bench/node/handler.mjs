// The function as a user would write it for Node: fetch, the AWS SDK v3, nothing clever.
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const { TOKAIFY_BASE_URL, TOKAIFY_API_KEY, OUTPUT_BUCKET: Bucket } = process.env;
const EXTENSIONS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" };
const s3 = new S3Client({});

export async function handler({ id, prompt, parameters }) {
  const answer = await fetch(
    `${TOKAIFY_BASE_URL}/v1beta/models/imagen-4.0-generate-001:predict`,
    {
      method: "POST",
      headers: {
        Authorization: `Bearer ${TOKAIFY_API_KEY}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ instances: [{ prompt }], parameters }),
    },
  );
  if (!answer.ok) {
    throw new Error(`the predict API answers ${answer.status}`);
  }
  const { predictions } = await answer.json();
  const images = await Promise.all(
    predictions.map(async ({ bytesBase64Encoded, mimeType }, n) => {
      const Key = `images/${id}/${n}.${EXTENSIONS[mimeType]}`;
      const Body = Buffer.from(bytesBase64Encoded, "base64");
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
