"""Runs state machines of deploy/ in moto's interpreter of the Amazon States Language.

Expressions are evaluated by the JSONata of the test that calls this. The services are those whose
addresses are given, such as the lab's S3 and function; all others are moto's, in this process.

python3 interpreter.py reads a JSON object from each line of standard input, and writes its answer to
a line of standard output, {"value": …} or {"error": "…"}:

  {"use": {"jsonata": URL, "s3": URL, …}}        the first of all
  {"run": {"definition": …, "name": …, …}}       an execution, as DescribeExecution tells it
  {"call": [service, operation, {parameter: …}]} a call of a service, by boto3's names
  {"break": "service:action"}                    from now on that SDK integration fails
  {"mend": true}                                 from now on none does
  {"forget": true}                               moto's services are empty again

moto does not know all of Step Functions. How to read JSONL is added here, and so are the names of
SDK integrations, which moto gives to boto3 as they are. The ResultWriter, of which it takes only
JSONPath's form, is left out, so that the results are the output.
"""

import datetime
import functools
import json
import os
import re
import sys
import time
import urllib.request
from pathlib import Path

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError
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
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as aws_sdk,
)
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.backend import execution_worker

PATIENCE_SECONDS = 90
REGION = "us-east-1"
ROOT = Path(__file__).resolve().parents[3]
MOTO = {
    "core": {"passthrough": {"urls": [r"http://(127\.0\.0\.1|localhost):\d+/.*"]}},
    "stepfunctions": {"execute_state_machine": True},
}


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


def sdk_name(member):
    """A member's name as Step Functions has it, which is that of the SDK for Java: UUID is Uuid."""
    words = re.sub(r"([A-Z])([A-Z]+)(?=$|[A-Z][a-z])", lambda run: run[1] + run[2].lower(), member)
    return words[0].upper() + words[1:]


def to_boto(value, shape):
    if shape.type_name == "structure":
        members = {sdk_name(name): (name, member) for name, member in shape.members.items()}
        unknown = value.keys() - members.keys()
        if unknown:
            raise ValueError(f"{shape.name} has no {unknown}, but {sorted(members)}")
        return {
            members[name][0]: to_boto(each, members[name][1]) for name, each in value.items()
        }
    if shape.type_name == "list":
        return [to_boto(each, shape.member) for each in value]
    if shape.type_name == "map":
        return {key: to_boto(each, shape.value) for key, each in value.items()}
    return value


def from_boto(value, shape):
    if shape.type_name == "structure":
        return {
            sdk_name(name): from_boto(each, shape.members[name])
            for name, each in value.items()
            if name in shape.members
        }
    if shape.type_name == "list":
        return [from_boto(each, shape.member) for each in value]
    if shape.type_name == "map":
        return {key: from_boto(each, shape.value) for key, each in value.items()}
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


@functools.cache  # boto3 takes a tenth of a second for each
def motos(service):
    return boto3.client(service, region_name=REGION)


class SdkIntegrations:
    """moto's SDK integrations with the names of Step Functions, and some that fail."""

    broken = set()

    def __init__(self, service):
        self.service = service
        self.client = motos(service)

    def __getattr__(self, operation):
        name = self.client.meta.method_to_api_mapping[operation]
        model = self.client.meta.service_model.operation_model(name)

        def call(**parameters):
            action = f"{self.service}:{name[0].lower()}{name[1:]}"
            if action in self.broken:
                raise ClientError(
                    {
                        "Error": {"Code": "InternalFailure", "Message": f"{action} is broken"},
                        "ResponseMetadata": {"HTTPStatusCode": 500, "RequestId": "0"},
                    },
                    name,
                )
            answer = getattr(self.client, operation)(**to_boto(parameters, model.input_shape))
            return from_boto(answer, model.output_shape) if model.output_shape else {}

        return call


def use(services):
    def client(service, region=None, state_credentials=None):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=services[service],
            aws_access_key_id=services["accessKeyId"],
            aws_secret_access_key=services["secretAccessKey"],
            config=Config(
                retries={"max_attempts": 0}, read_timeout=120, s3={"addressing_style": "path"}
            ),
        )

    for module in (reader, lambda_eval_utils):
        module.boto_client_for = client
    aws_sdk.boto_client_for = lambda service, **where: SdkIntegrations(service)

    def evaluate(expression):
        with urllib.request.urlopen(services["jsonata"], expression.encode(), 30) as answer:
            told = json.load(answer)
        if "error" in told:
            raise jsonata.JSONataException("UNKNOWN", told["error"])
        return told.get("value")

    jsonata._eval_jsonata = evaluate


class Clock:
    """What executions say when they were started, where a test says it."""

    time = None
    execution = execution_worker.ExecutionData

    @classmethod
    def set(cls):
        execution_worker.ExecutionData = lambda **fields: cls.execution(
            **fields | ({"StartTime": cls.time} if cls.time else {})
        )


def definition(name, substitutions):
    text = (ROOT / name).read_text()
    for variable, value in substitutions.items():
        text = text.replace("${%s}" % variable, value)
    machine = yaml.safe_load(text)
    for state in machine["States"].values():
        state.pop("ResultWriter", None)
    return machine


def run(given):
    Clock.time = given.get("startTime")
    machines = motos("stepfunctions")
    machine = machines.create_state_machine(
        name=given["name"],
        definition=json.dumps(definition(given["definition"], given["substitutions"])),
        roleArn="arn:aws:iam::123456789012:role/machine",
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
        time.sleep(0.05)
    events = machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
    return {
        "status": told["status"],
        "output": json.loads(told.get("output") or "null"),
        "error": told.get("error"),
        "cause": told.get("cause"),
        "events": [event["type"] for event in events],
        "calls": [
            "{resourceType}:{resource}".format(**event["taskScheduledEventDetails"])
            for event in events
            if event["type"] == "TaskScheduled"
        ],
    }


def call(service, operation, parameters):
    answer = getattr(motos(service), operation)(**parameters)
    answer.pop("ResponseMetadata", None)
    return json.loads(json.dumps(answer, default=str))


def answered(moto, command):
    (verb, given), = command.items()
    match verb:
        case "use":
            use(given)
        case "run":
            return run(given)
        case "call":
            return call(*given)
        case "break":
            SdkIntegrations.broken.add(given)
        case "mend":
            SdkIntegrations.broken.clear()
        case "forget":
            moto.stop()
            moto.start()
        case _:
            raise ValueError(verb)


def main():
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed is no answer
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "moto")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "moto")
    know_jsonl()
    Clock.set()
    aws_sdk._SERVICE_ERROR_NAMES.update(
        {"cloudwatch": "CloudWatch", "lambda": "Lambda", "scheduler": "Scheduler", "sns": "Sns"}
    )
    moto = mock_aws(config=MOTO)
    moto.start()
    for line in sys.stdin:
        try:
            told = {"value": answered(moto, json.loads(line))}
        except Exception as wrong:
            told = {"error": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(told), file=answers, flush=True)
    os._exit(0)  # an execution that is still running would keep the process


if __name__ == "__main__":
    main()
