"""Writes what AWS makes of template.yaml: the SAM transform, as `sam validate --lint` does it.

Local files become what `sam package` makes of them, but the state machine's definition is put in
place, so that a linter sees it. Arguments are the parameters that are to differ from their
defaults, as NAME=VALUE.
"""

import json
import os
import sys
from pathlib import Path

import yaml
from cfnlint.decode import cfn_yaml
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

ROOT = Path(__file__).resolve().parent.parent


class NoManagedPolicies(ManagedPolicyLoader):
    """The template uses none; asking IAM for them would need an account."""

    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def packaged(template):
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if "CodeUri" in properties:
            properties["CodeUri"] = f"s3://packages/{name}"
        if "DefinitionUri" in properties:
            definition = ROOT / properties.pop("DefinitionUri")
            properties["Definition"] = yaml.safe_load(definition.read_text())
    return template


def main(arguments):
    given = {"ApiKeySecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf"}
    given.update(argument.split("=", 1) for argument in arguments)
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    template = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
    json.dump(transform(packaged(template), given, NoManagedPolicies()), sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
