"""Clients that others wrote, from PyPI, each in every case; ClientsIT starts it and judges.

usage: clients.py API S3 SQS_QUEUE KEY

Prints a line of JSON a case: what the client got, as SHA-256 hashes of images, or how it failed.
"""

import base64
import hashlib
import json
import sys
import time
import urllib.request
from importlib.metadata import version

import boto3
import botocore
import litellm
import openai
from google import genai
from google.genai import types

API, S3, QUEUE, KEY = sys.argv[1:]
IMAGEN, GEMINI = "imagen-4.0-generate-001", "gemini-nano-banana-2.1"
BYTES = {"X-Imagen-Response": "bytes"}
NOBODY = "a key of nobody"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:imagen-lambda"

# What must end in one error, once it was paid for or while it may still be.
PAID_ERRORS = {"unknown": "[fault:504] ", "late": "[fault:slow=10000] ", "filtered": "[fault:all-filtered] "}


def fetched(url):
    with urllib.request.urlopen(url) as image:
        return image.read()


def case(client, name, prompt, images):
    """Runs a case. `images` takes a prompt, and gives the bytes of images."""
    line = {"client": client, "case": name, "prompt": prompt, "images": [], "error": None}
    try:
        line["images"] = [hashlib.sha256(image).hexdigest() for image in images(prompt)]
    except Exception as error:
        line["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(line), flush=True)


def google_images(client):
    """How a client of google-genai makes images with Imagen."""

    def images(as_bytes, count=2):
        def made(prompt):
            answer = client.models.generate_images(
                model=IMAGEN,
                prompt=prompt,
                config=types.GenerateImagesConfig(number_of_images=count, http_options=options(as_bytes)),
            )
            parts = [each.image for each in answer.generated_images or [] if each.image]
            return [part.image_bytes if as_bytes else fetched(part.gcs_uri) for part in parts]

        return made

    return images


def google_content(client):
    """How it makes them with Gemini's models."""

    def images(as_bytes, ratio="16:9"):
        def made(prompt):
            answer = client.models.generate_content(
                model=GEMINI,
                contents=prompt,
                config=types.GenerateContentConfig(
                    response_modalities=["IMAGE"],
                    image_config=types.ImageConfig(aspect_ratio=ratio),
                    http_options=options(as_bytes),
                ),
            )
            parts = answer.candidates[0].content.parts or []
            return [part.inline_data.data if as_bytes else fetched(part.file_data.file_uri) for part in parts]

        return made

    return images


def options(as_bytes):
    return types.HttpOptions(headers=BYTES if as_bytes else {})


def google():
    """google-genai through each of its doors. Gemini's has no generate_images."""
    client = f"google-genai {version('google-genai')}"

    def gemini(key, api_version):
        return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=API, api_version=api_version))

    def vertex(key):
        return genai.Client(vertexai=True, api_key=key, http_options=types.HttpOptions(base_url=API))

    for api_version in "v1beta", "v1":
        content, nobody = google_content(gemini(KEY, api_version)), google_content(gemini(NOBODY, api_version))
        name = f"{client}, Gemini API {api_version}"
        cases(name, "generate_content", content, content(False, "7:1"), nobody(False))
    content, nobody = google_content(vertex(KEY)), google_content(vertex(NOBODY))
    cases(f"{client}, Vertex AI", "generate_content", content, content(False, "7:1"), nobody(False))
    images, nobody = google_images(vertex(KEY)), google_images(vertex(NOBODY))
    cases(f"{client}, Vertex AI", "generate_images", images, images(False, 99), nobody(False))


def cases(client, what, images, invalid, stranger):
    """All cases of a client; `images(as_bytes)` gives what takes a prompt."""
    case(client, f"{what} urls", f"{client} {what} urls", images(False))
    case(client, f"{what} bytes", f"{client} {what} bytes", images(True))
    for error, fault in PAID_ERRORS.items():
        case(client, f"{what} {error}", f"{fault}{client} {what}", images(False))
    case(client, f"{what} invalid", f"{client} {what} invalid", invalid)
    case(client, f"{what} stranger", f"{client} {what} stranger", stranger)


def open_ai():
    client = f"openai {version('openai')} (Python)"

    def images(as_bytes, size="1792x1024", key=KEY):
        def made(prompt):
            answer = openai.OpenAI(api_key=key, base_url=API + "/v1").images.generate(
                model=IMAGEN, prompt=prompt, n=2, size=size, response_format="b64_json" if as_bytes else "url"
            )
            return [base64.b64decode(each.b64_json) if as_bytes else fetched(each.url) for each in answer.data]

        return made

    cases(client, "images.generate", images, images(False, size="10x1000"), images(False, key=NOBODY))


def lite_llm():
    client = f"litellm {version('litellm')}"

    def images(model, key=KEY, **more):
        def made(prompt):
            answer = litellm.image_generation(
                model=f"gemini/{model}", prompt=prompt, api_base=API + "/v1beta", api_key=key, extra_headers=BYTES, **more
            )
            return [base64.b64decode(each.b64_json) for each in answer.data]

        return made

    for name, model in ("image_generation, Imagen", IMAGEN), ("image_generation, Gemini", GEMINI):
        case(client, f"{name} bytes", f"{client} {name} bytes", images(model, n=1))
        for error, fault in PAID_ERRORS.items():
            case(client, f"{name} {error}", f"{fault}{client} {name}", images(model, n=1))
        case(client, f"{name} stranger", f"{client} {name} stranger", images(model, key=NOBODY))


def aws():
    client = f"boto3 {version('boto3')}"
    keys = {
        "region_name": "us-east-1",
        "aws_access_key_id": "lab-access-key",
        "aws_secret_access_key": "lab-secret-key",
    }
    s3 = boto3.client("s3", endpoint_url=S3, **keys)

    def invoke(name):
        def images(prompt):
            answer = boto3.client("lambda", endpoint_url=API, **keys).invoke(
                FunctionName=name, Payload=json.dumps({"prompt": prompt, "parameters": {"sampleCount": 2}})
            )
            result = json.loads(answer["Payload"].read())
            if "FunctionError" in answer:
                raise RuntimeError(f"{result['errorType']}: {result['errorMessage']}")
            if result["status"] == "failed":
                raise RuntimeError(result["error"]["message"])
            return [fetched(image["url"]) for image in result["images"]]

        return images

    def presigned(prompt):
        """Through the queue; the images by URLs of boto3's own making."""
        request = {"id": "boto3-queued", "prompt": prompt, "parameters": {"sampleCount": 2}}
        boto3.client("sqs", endpoint_url=QUEUE.rsplit("/", 2)[0], **keys).send_message(
            QueueUrl=QUEUE, MessageBody=json.dumps(request)
        )
        while True:
            try:
                s3.get_object(Bucket="images", Key="images/boto3-queued/result.json")
                break
            except botocore.exceptions.ClientError as missing:
                if missing.response["Error"]["Code"] != "NoSuchKey":
                    raise
                time.sleep(0.2)
        keys_of = [f"images/boto3-queued/{n}.png" for n in range(2)]
        return [
            fetched(s3.generate_presigned_url("get_object", Params={"Bucket": "images", "Key": key})) for key in keys_of
        ]

    case(client, "invoke urls", f"{client} invoke urls", invoke("imagen-lambda"))
    case(client, "invoke by alias urls", f"{client} invoke by alias urls", invoke("imagen-lambda:live"))
    case(client, "invoke by ARN urls", f"{client} invoke by ARN urls", invoke(FUNCTION + ":live"))
    case(client, "queue urls", f"{client} queue urls", presigned)
    case(client, "invoke unknown", f"{PAID_ERRORS['unknown']}{client} invoke", invoke("imagen-lambda"))
    case(client, "invoke invalid", "x" * 20_000, invoke("imagen-lambda"))


google()
open_ai()
lite_llm()
aws()
