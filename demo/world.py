"""The demo's people and machines: who acts, through which identity, and what AWS answers them."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from sandbox import Sandbox
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys import naming
from tenant_keys.reader import ApiKeyReader

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEY = naming.DEFAULT_KEY


def new_value() -> str:
    """A made-up API key, another one in each run, so that finding it somewhere would mean something."""
    return f"SG.demo-{secrets.token_urlsafe(24)}"


@dataclass(frozen=True)
class World:
    """The sandbox with its two environments, seen from the demo."""

    sandbox: Sandbox
    value: str = field(default_factory=new_value, repr=False)

    @cached_property
    def dev(self) -> Engine:
        """The engine for the staging environment, as its CI."""
        return Engine(self.sandbox, "dev")

    @cached_property
    def prod(self) -> Engine:
        """The engine for the production environment, as its CI."""
        return Engine(self.sandbox, "prod")

    def stack_file(self, stack: str) -> Path:
        """The stack file of an environment, in the sandbox's copy of the project."""
        return self.sandbox.project / f"Pulumi.{stack}.yaml"

    def names(self, stack: str = "dev") -> naming.Names:
        """The names of an environment."""
        return self.sandbox.settings[stack].names

    def secret(self, tenant: str, stack: str = "dev") -> str:
        """The name of a tenant's secret."""
        return self.names(stack).secret(tenant, KEY)

    def backend(self) -> ApiKeyReader:
        """What the backend's process holds: no credentials but its own role's, nothing cached."""
        names = self.names()
        session = self.sandbox.session("dev-backend")
        return ApiKeyReader(app=names.app, account=names.account, region=names.region, session=session)

    def reader(self, tenant: str) -> "SecretsManagerClient":
        """Secrets Manager as a tenant's reader."""
        return self._assumed("dev-backend", self.names().reader_role_arn(tenant), naming.reader_session_name(tenant))

    def writer(self) -> "SecretsManagerClient":
        """Secrets Manager as the environment's writer."""
        return self._assumed("dev-operator", self.names().writer_role_arn(), naming.operator_session_name("demo", "me"))

    def client(self, profile: str) -> "SecretsManagerClient":
        """Secrets Manager as whoever logs in with `profile`."""
        return self.sandbox.session(profile).client("secretsmanager")

    def tenant_keys(self, *arguments: str, given: str = "", profile: str = "dev-operator", columns: int = 80) -> str:
        """What the operator's command line prints.

        Raises:
            RuntimeError: The command failed.
        """
        command = str(Path(sys.executable).with_name("tenant-keys"))
        done = subprocess.run(  # noqa: S603 - our own command, our own arguments; the value goes through standard input
            [command, "--project", str(self.sandbox.project), "--stack", "dev", *arguments],
            env={**without_cloud_settings(os.environ), **self.sandbox.environment(profile), "COLUMNS": str(columns)},
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tenant-keys {arguments[0]} failed:\n{done.stderr}")
        return done.stdout

    def _assumed(self, profile: str, role: str, name: str) -> "SecretsManagerClient":
        session = self.sandbox.session(profile)
        credentials = session.client("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
        return boto3.client(
            "secretsmanager",
            region_name=self.names().region,
            endpoint_url=session.client("secretsmanager").meta.endpoint_url,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )


def refusal(call: Callable[..., object], **arguments: Any) -> str:  # noqa: ANN401 - whatever the call takes
    """The code with which AWS refuses a call; empty if it does not."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def is_denied(code: str) -> bool:
    """Whether a refusal is one of authorisation, and not of something else that went wrong."""
    return code in {"AccessDenied", "AccessDeniedException"}
