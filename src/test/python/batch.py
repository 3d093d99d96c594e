"""Runs deploy/batch.asl.yaml once, in moto's interpreter of the Amazon States Language.

S3 is the lab's, the function is the lab's, and expressions are evaluated by the JSONata of the test
that calls this: python3 batch.py, with a JSON object on standard input that names them. The
execution as DescribeExecution tells it, and its events, are the JSON on standard output.

moto does not know all of Step Functions. How to read JSONL is added here, and the ResultWriter, of
which it takes only JSONPath's form, is left out, so that the results are the output.
"""

import json
import os
import sys
import time
import urllib.request
from pathlib import Path

import boto3
import yaml
from botocore.config import Config
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import item_reader_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import (
    resource_eval_s3 as reader,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer.transformer_json import (
    ResourceOutputTransformerJson,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config import (
    input_type,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.jsonata import jsonata

PATIENCE_SECONDS = 90
ASL = Path(__file__).resolve().parents[3] / "deploy" / "batch.asl.yaml"


class Lines(ResourceOutputTransformerJson):
    def _eval_body(self, env):
        config, text = env.stack.pop(), env.stack.pop()
        env.stack.append("[%s]" % ",".join(line for line in text.splitlines() if line.strip()))
        env.stack.append(config)
        super()._eval_body(env)


def know_jsonl():
    known_type = input_type.InputTypeValue
    known_transformer = item_reader_decl.resource_output_transformer_for
    input_type.InputTypeValue = lambda name: name if name == "JSONL" else known_type(name)
    item_reader_decl.resource_output_transformer_for = lambda input_type: (
        Lines() if input_type.input_type_value == "JSONL" else known_transformer(input_type)
    )


def use(services):
    def client(service, region=None, state_credentials=None):
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=services[service],
            aws_access_key_id=services["accessKeyId"],
            aws_secret_access_key=services["secretAccessKey"],
            config=Config(
                retries={"max_attempts": 0}, read_timeout=120, s3={"addressing_style": "path"}
            ),
        )

    for module in (reader, lambda_eval_utils):
        module.boto_client_for = client

    def evaluate(expression):
        with urllib.request.urlopen(services["jsonata"], expression.encode(), 30) as answer:
            told = json.load(answer)
        if "error" in told:
            raise jsonata.JSONataException("UNKNOWN", told["error"])
        return told.get("value")

    jsonata._eval_jsonata = evaluate


def definition(substitutions):
    text = ASL.read_text()
    for name, value in substitutions.items():
        text = text.replace("${%s}" % name, value)
    machine = yaml.safe_load(text)
    for state in machine["States"].values():
        state.pop("ResultWriter", None)
    return machine


def run(machines, given):
    machine = machines.create_state_machine(
        name="batch",
        definition=json.dumps(definition(given["substitutions"])),
        roleArn="arn:aws:iam::123456789012:role/batch",
    )
    execution = machines.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=given["name"],
        input=json.dumps(given["input"]),
    )
    arn = execution["executionArn"]
    ends = time.monotonic() + PATIENCE_SECONDS
    while (told := machines.describe_execution(executionArn=arn))["status"] == "RUNNING":
        if time.monotonic() > ends:
            break
        time.sleep(0.1)
    events = machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    return {
        "status": told["status"],
        "output": json.loads(told.get("output") or "null"),
        "error": told.get("error"),
        "cause": told.get("cause"),
        "events": [event["type"] for event in events],
    }


def main():
    given = json.load(sys.stdin)
    know_jsonl()
    use(given["services"])
    config = {
        "core": {"passthrough": {"urls": [r"http://(127\.0\.0\.1|localhost):\d+/.*"]}},
        "stepfunctions": {"execute_state_machine": True},
    }
    with mock_aws(config=config):
        told = run(boto3.client("stepfunctions", region_name="us-east-1"), given)
    json.dump(told, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # an execution that is still running would keep the process


if __name__ == "__main__":
    main()
