"""The demo's people and machines: who acts, through which identity, and what AWS answers them."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from demo.issuer import FakeIssuer
from sandbox import Sandbox
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys import naming
from tenant_keys.reader import ApiKeyReader

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEY = naming.DEFAULT_KEY
# The date that Secrets Manager tells is the end of the hour in which it rotates.
_WINDOW = timedelta(hours=2)


@dataclass(frozen=True)
class World:
    """The sandbox with its two environments, and the issuer of acme's keys.

    Attributes:
        sandbox: The embedded AWS.
        issuer: A stand-in for the third party, which listens on this machine.
        value: The API key that a person made at the issuer, for acme.
    """

    sandbox: Sandbox
    issuer: FakeIssuer
    value: str = field(repr=False)

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

    def read(self, tenant: str) -> str:
        """What the backend gets for a tenant, asked of AWS anew."""
        return self.backend().get(tenant)

    def advance(self, duration: timedelta) -> None:
        """Lets time pass for AWS and for the issuer; whatever comes due on the way happens."""
        now = self.sandbox.now()
        self._advance_to(now + duration)

    def wait_until_due(self, tenant: str) -> None:
        """Lets time pass until shortly before Secrets Manager means to rotate a tenant's secret."""
        described = self.client("dev-deployer").describe_secret(SecretId=self.secret(tenant))
        self._advance_to(described["NextRotationDate"] - _WINDOW)

    def _advance_to(self, moment: datetime) -> None:
        seconds = (moment - self.sandbox.now()).total_seconds()
        self.sandbox.advance_to(moment, skips_repeats=True)
        self.issuer.advance(seconds)

    def rotations(self, tenant: str) -> list[dict[str, Any]]:
        """The rotations of a tenant's secret so far, oldest first."""
        name = f":secret:{self.secret(tenant)}-"
        return [each for each in self.sandbox.rotations() if name in each["secret"]]

    def mails(self, tenant: str) -> list[dict[str, str]]:
        """The mails to a tenant's owner so far, oldest first."""
        owner = self.sandbox.settings["dev"].tenants[tenant].owner
        return [each for each in self.sandbox.mails() if each["address"] == owner]

    def alarms(self) -> list[dict[str, str]]:
        """The mails to the staging environment's security contacts so far, oldest first."""
        contacts = self.sandbox.settings["dev"].security_contacts
        return [each for each in self.sandbox.mails() if each["address"] in contacts]

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
