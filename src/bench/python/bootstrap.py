"""The least that speaks the Lambda Runtime API: no more than AWS's own client must do."""

import http.client
import json
import os

from handler import handler

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
BASE = "/2018-06-01/runtime/invocation/"

while True:
    api.request("GET", BASE + "next")
    response = api.getresponse()
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.load(response)
    try:
        answer, where = handler(event, None), "/response"
    except Exception as e:
        answer, where = {"errorType": type(e).__name__, "errorMessage": str(e)}, "/error"
    api.request("POST", BASE + request_id + where, json.dumps(answer))
    api.getresponse().read()
