"""What every command needs: the settings of the environment, and sessions that act as its writer or its deployer."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tenant_keys import naming
from tenant_keys.cli.errors import RefusedByAwsError
from tenant_keys.settings import Settings, settings_of_file

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Enough connections for the threads of `status`; retries as AWS recommends (SDK reference, "Retry behavior").
_CLIENT = Config(retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=16)


@dataclass(frozen=True)
class Context:
    """The environment that a command is about."""

    folder: Path
    stack: str

    @cached_property
    def settings(self) -> Settings:
        """The settings in the stack file."""
        return settings_of_file(self.folder, self.stack)

    def secrets_as_writer(self, purpose: str) -> "SecretsManagerClient":
        """A Secrets Manager client that acts as the environment's writer; see `as_writer`."""
        return self.as_writer(purpose).client("secretsmanager", config=_CLIENT)

    def as_writer(self, purpose: str) -> boto3.Session:
        """A session that acts as the environment's writer.

        Args:
            purpose: What the session is for, a tenant's id where there is one; it and the caller's name become the
                session's name, which the audit trail shows.

        Raises:
            RefusedByAwsError: The caller may not become the writer.
        """
        advice = (
            "Keys are put in and looked at through it. Use a role that stands under 'writerRoles' in "
            f"Pulumi.{self.stack}.yaml, after `pulumi up`."
        )
        return self._assumed("writer", self.settings.names.writer_role_arn(), purpose, advice)

    def as_deployer(self, purpose: str) -> boto3.Session:
        """A session that acts as the environment's deploy role.

        Raises:
            RefusedByAwsError: The caller may not become the deployer.
        """
        advice = "What `pulumi up` made is looked at through it. Use the credentials with which you run `pulumi up`."
        return self._assumed("deployer", self.settings.deploy_role, purpose, advice)

    def as_log_archivist(self, purpose: str) -> boto3.Session:
        """A session that acts as the deploy role of the log archive, which without one is the environment's.

        Raises:
            RefusedByAwsError: The caller may not become it.
        """
        advice = "The audit log files are kept through it. Use the credentials with which you run `pulumi up`."
        return self._assumed("log archive's deployer", self.settings.log_deploy_role, purpose, advice)

    def _assumed(self, who: str, role: str, purpose: str, advice: str) -> boto3.Session:
        sts = boto3.Session(region_name=self.settings.region).client("sts", config=_CLIENT)
        caller = sts.get_caller_identity()["Arn"]
        name = naming.operator_session_name(purpose, caller.rsplit("/", 1)[-1])
        try:
            credentials = sts.assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
        except ClientError as error:
            raise RefusedByAwsError(
                f"{caller} may not become the {who} {role} ({error.response['Error']['Code']}). {advice}"
            ) from error
        return boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=self.settings.region,
        )
