"""Secrets Manager and the scheduler as moto has them, in this process: good for the wire's shapes, not the contract."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.scheduler.models import scheduler_backends
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from rotation_lambda import notices
from rotation_lambda.function import clients

REGION = "ap-northeast-1"
TAGS = {
    "app": "myapp",
    "environment": "prod",
    "tenant": "acme",
    "key": "external-api-key",
    "issuer": "mail",
    "issuer-account": "acme-mail",
    "rotate": "monthly",
    "grace-hours": "24",
}
NAME = "/saas/myapp/tenant-acme/external-api-key"


@contextmanager
def mocked() -> Iterator[None]:
    """An empty AWS, with credentials that are none; the function's clients are made in it."""
    with mock_aws(), pytest.MonkeyPatch.context() as environment:  # what is set last is undone first
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.setenv("AWS_ACCESS_KEY_ID", "none")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "none")
        environment.setattr(SecretsManagerBackend, "list_secret_version_ids", _versions_with_dates)
        for made_once in (clients, notices.secrets, notices.topics):
            made_once.cache_clear()
        yield
        for made_once in (clients, notices.secrets, notices.topics):
            made_once.cache_clear()


def _versions_with_dates(backend: Any, secret_id: str) -> str:
    """Moto says of each version that it was made now."""
    versions = [
        {"VersionId": key, "VersionStages": version["version_stages"], "CreatedDate": version["createdate"]}
        for key, version in backend.secrets[secret_id].versions.items()
    ]
    return json.dumps({"ARN": secret_id, "Versions": versions})


def forget() -> None:
    """Empties Secrets Manager and the scheduler."""
    secretsmanager_backends.reset()
    scheduler_backends.reset()


def make_secret(name: str = NAME, value: str | None = None, **tags: str) -> str:
    """A secret as the stack makes it, with `tags` on top; its ARN."""
    client = clients().secrets
    given = [{"Key": key, "Value": text} for key, text in (TAGS | tags).items() if text]
    arn = client.create_secret(Name=name, Tags=given)["ARN"]
    if value is not None:
        client.put_secret_value(SecretId=arn, SecretString=value)
    return arn


def place_pending(arn: str, version: str) -> None:
    """What Secrets Manager does before createSecret, and no API can: AWSPENDING on a version without a value."""
    secret = moto_secret(arn)
    secret.versions[version] = {"version_id": version, "version_stages": ["AWSPENDING"], "createdate": 1_800_000_000}


def name_rotator(arn: str, function: str) -> None:
    """What RotateSecret does with the function's ARN; moto's own would rotate at once."""
    secret = moto_secret(arn)
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn = function


def moto_secret(arn: str) -> Any:
    """Moto's own object of a secret."""
    return secretsmanager_backends[DEFAULT_ACCOUNT_ID][REGION].secrets[arn]
