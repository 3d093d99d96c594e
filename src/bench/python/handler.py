"""The function as a user would write it in Python: boto3, requests, nothing clever."""

import base64
import json
import os

import boto3
import requests

BASE_URL = os.environ["TOKAIFY_BASE_URL"]
BUCKET = os.environ["OUTPUT_BUCKET"]
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

s3 = boto3.client("s3")
http = requests.Session()
http.headers["Authorization"] = "Bearer " + os.environ["TOKAIFY_API_KEY"]


def handler(event, context):
    answer = http.post(
        f"{BASE_URL}/v1beta/models/imagen-4.0-generate-001:predict",
        json={"instances": [{"prompt": event["prompt"]}], "parameters": event["parameters"]},
        timeout=120,
    )
    answer.raise_for_status()
    images = []
    for n, prediction in enumerate(answer.json()["predictions"]):
        mime_type = prediction["mimeType"]
        image = base64.b64decode(prediction["bytesBase64Encoded"])
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
