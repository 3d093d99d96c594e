"""Makes an image, or finds the one that was made with this id: python python.py "a lighthouse in fog" [id]"""
import os
import sys
import time
import uuid
from urllib.parse import urljoin

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

prompt, request_id = (sys.argv[1:] + [str(uuid.uuid4())])[:2]
session = boto3.Session(region_name=os.environ.get("AWS_REGION"))  # without it, as boto3 finds it
signer = SigV4Auth(session.get_credentials(), "execute-api", session.region_name)


def signed(call):
    to_sign = AWSRequest(call.method, call.url, data=call.body)
    signer.add_auth(to_sign)
    call.headers.update(to_sign.headers)
    return call


def send(method, url, body=None):
    try:
        answer = requests.request(method, url, json=body, auth=signed, timeout=60)
        return answer.status_code, answer.headers, answer.json()
    except requests.RequestException as lost:  # it may have been paid for: to be sent again, with the same id
        return 503, {}, {"detail": f"no answer: {lost}"}


def why(told):
    parts = [told, told.get("error", {}), *told.get("filtered", [])]
    return next(part[word] for word in ("detail", "message", "reason", "status") for part in parts if word in part)


print(f"the request's id is {request_id}", file=sys.stderr)
call = ("POST", os.environ["IMAGES_URL"], {"id": request_id, "prompt": prompt, "parameters": {"sampleCount": 1}})
status, headers, told = send(*call)
last_try = time.monotonic() + 15 * 60
while (status in (202, 429, 503) or "retry-after" in headers) and time.monotonic() < last_try:
    if status == 202 and "location" in headers:
        call = ("GET", urljoin(call[1], headers["location"]))  # it is relative
    after = headers.get("retry-after", "")
    seconds = int(after) if after.isdigit() else 5
    print(f"{status}, again in {seconds} s: {why(told)}", file=sys.stderr)
    time.sleep(seconds)
    status, headers, told = send(*call)
for image in told.get("images", []):
    print(image["url"])
if told.get("status") != "succeeded":  # with status 200 it can be "filtered" or "failed"
    print(f"{status}: {why(told)}", file=sys.stderr)
    for fault in told.get("errors", []):
        print(f"  {fault['pointer']}: {fault['detail']}", file=sys.stderr)
    sys.exit(1)
