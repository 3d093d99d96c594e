"""Writes what AWS makes of template.yaml: the SAM transform, as `sam validate --lint` does it.

Arguments are the parameters that are to differ from their defaults, as NAME=VALUE.
"""

import json
import os
import sys
from pathlib import Path

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
    """As `sam package` writes it, which puts local files into a bucket."""
    for name, resource in template["Resources"].items():
        for local in {"CodeUri", "DefinitionUri"} & resource["Properties"].keys():
            resource["Properties"][local] = f"s3://packages/{name}"
    return template


def main(arguments):
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    given = {"ApiKeySecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf"}
    given.update(argument.split("=", 1) for argument in arguments)
    template = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
    json.dump(transform(packaged(template), given, NoManagedPolicies()), sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
