"""The function as a user would write it in Python: boto3, requests, nothing clever."""

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor

import boto3
import requests

BASE_URL = os.environ["TOKAIFY_BASE_URL"]
BUCKET = os.environ["OUTPUT_BUCKET"]
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

s3 = boto3.client("s3")
http = requests.Session()
http.headers["Authorization"] = "Bearer " + os.environ["TOKAIFY_API_KEY"]


def imagen(model, prompt, parameters):
    answer = http.post(
        f"{BASE_URL}/v1beta/models/{model}:predict",
        json={"instances": [{"prompt": prompt}], "parameters": parameters},
        timeout=120,
    )
    answer.raise_for_status()
    return [(p["mimeType"], p["bytesBase64Encoded"]) for p in answer.json()["predictions"]]


def gemini(model, prompt, parameters):
    config = {"imageSize": parameters["imageSize"]}

    def one_image(n):
        answer = http.post(
            f"{BASE_URL}/v1beta/models/{model}:generateContent",
            json={
                "contents": [{"role": "user", "parts": [{"text": prompt}]}],
                "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": config},
            },
            timeout=120,
        )
        answer.raise_for_status()
        parts = answer.json()["candidates"][0]["content"]["parts"]
        images = [p["inlineData"] for p in parts if "inlineData" in p and not p.get("thought")]
        return images[-1]["mimeType"], images[-1]["data"]

    with ThreadPoolExecutor() as calls:
        return list(calls.map(one_image, range(parameters["sampleCount"])))


def handler(event, context):
    make = imagen if event["model"].startswith("imagen") else gemini
    images = []
    for n, (mime_type, data) in enumerate(
        make(event["model"], event["prompt"], event["parameters"])
    ):
        image = base64.b64decode(data)
        key = f"images/{event['id']}/{n}.{EXTENSIONS[mime_type]}"
        s3.put_object(Bucket=BUCKET, Key=key, Body=image, ContentType=mime_type)
        url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key})
        images.append({"url": url, "s3Uri": f"s3://{BUCKET}/{key}", "mimeType": mime_type})
    result = {"id": event["id"], "status": "succeeded", "images": images}
    s3.put_object(
        Bucket=BUCKET,
        Key=f"images/{event['id']}/result.json",
        Body=json.dumps(result),
        ContentType="application/json",
    )
    return result
