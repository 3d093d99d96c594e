"""Writes what AWS makes of template.yaml: the SAM transform, as `sam validate --lint` does it.

`--stack NAME` takes the parameters from one of the stacks that `--list` tells, those of src/test/resources/stacks.json.
What is written has them as defaults, so that it stands for the stack with these values. `--template FILE` takes a
template whose files are in a bucket already.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from cfnlint.decode import cfn_yaml
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

ROOT = Path(__file__).resolve().parent.parent
STACKS = ROOT / "src/test/resources/stacks.json"
KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imagen-lambda/api-key-AbCdEf"


class NoManagedPolicies(ManagedPolicyLoader):
    """The template uses none; asking IAM for them would need an account."""

    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def packaged(template):
    """As `sam package` writes it, which puts local files into a bucket."""
    for name, resource in template["Resources"].items():
        for local in {"CodeUri", "DefinitionUri"} & resource["Properties"].keys():
            resource["Properties"][local] = f"s3://packages/{name}"
    return template


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--template", metavar="FILE")
    arguments.add_argument("--stack", metavar="NAME", default="default")
    arguments.add_argument("--list", action="store_true")
    arguments = arguments.parse_args()
    stacks = json.loads(STACKS.read_text())
    if arguments.list:
        print(*stacks, sep="\n")
        return
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    template = json.loads(json.dumps(cfn_yaml.load(arguments.template or str(ROOT / "template.yaml"))))
    if not arguments.template:
        template = packaged(template)
    parameters = template["Parameters"]
    given = stacks[arguments.stack]
    if "ApiKeySecretArn" in parameters:
        given.setdefault("ApiKeySecretArn", KEY)
    for name, value in given.items():
        parameters[name]["Default"] = int(value) if parameters[name]["Type"] == "Number" else value
    json.dump(transform(template, given, NoManagedPolicies()), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
