"""The lint rule that keeps imports going one way, asked about imports that must not be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recording import ROOT

RUFF = str(Path(sys.executable).with_name("ruff"))

FORBIDDEN = [
    ("policies/new.py", "import pulumi"),
    ("policies/new.py", "from tenant_keys import naming"),
    ("policies/new.py", "import boto3"),
    ("components/new.py", "from sandbox import Sandbox"),
    ("components/new.py", "import boto3"),
    ("components/new.py", "from rotation_lambda.protocol import rotate"),
    ("rotation_lambda/new.py", "from tenant_keys.naming import Names"),
    ("rotation_lambda/issuers/new.py", "import requests"),
    ("sandbox/new.py", "from components.tenant import Tenant"),
    ("sandbox/gate/new.py", "from rotation_lambda import handler"),
    ("tenant_keys/new.py", "from components.tenant import Tenant"),
    ("tenant_keys/cli/new.py", "from sandbox import Sandbox"),
    ("tenant_keys/new.py", "from rotation_lambda.issuers.registry import issuer_problems"),
    ("tenant_keys/settings/new.py", "from rotation_lambda.protocol import rotate"),
    ("tenant_keys/settings/new.py", "from sandbox import Sandbox"),
    ("tenant_keys/reader/new.py", "from tenant_keys.settings import Settings"),
    ("tenant_keys/reader/new.py", "import pydantic"),
    ("tenant_keys/audit/new.py", "from tenant_keys.settings import Settings"),
    ("tenant_keys/audit/new.py", "import boto3"),
]
ALLOWED = [
    ("components/new.py", "from policies.documents import Document"),
    ("components/new.py", "from tenant_keys.settings import Settings"),
    ("sandbox/new.py", "import boto3"),
    ("tenant_keys/reader/new.py", "from tenant_keys import naming"),
    ("tenant_keys/settings/new.py", "from rotation_lambda.issuers.registry import issuer_problems"),
    ("tenant_keys/audit/new.py", "from tenant_keys import naming"),
    ("demo/new.py", "from sandbox import Sandbox"),
]


def findings(path: str, line: str) -> list[str]:
    """What ruff says of the import's direction, if a file at `path` held `line`."""
    done = subprocess.run(
        [RUFF, "check", "--select", "TID251", "--output-format", "json", "--stdin-filename", path, "-"],
        input=f"{line}\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    return [each["code"] for each in json.loads(done.stdout)]


@pytest.mark.parametrize(("path", "line"), FORBIDDEN)
def test_an_import_against_the_direction_is_refused(path: str, line: str) -> None:
    assert findings(path, line) == ["TID251"]


@pytest.mark.parametrize(("path", "line"), ALLOWED)
def test_an_import_along_the_direction_is_fine(path: str, line: str) -> None:
    assert findings(path, line) == []
