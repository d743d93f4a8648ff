"""Where an audit reads: the trail's bucket with the caller's own credentials, or a folder."""

from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tenant_keys.audit.log_sources import BucketLogs, FolderLogs, LogSource
from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.settings import Settings

_BUCKET = "s3://"
# As many connections as `audit.reading` downloads at a time; retries as AWS recommends (SDK, "Retry behavior").
_CLIENT = Config(retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=16)


def source_of(logs: str, settings: Settings) -> LogSource:
    """The source that `--logs` names.

    Raises:
        CommandError: It is no folder.
    """
    if logs == "s3" or logs.startswith(_BUCKET):
        bucket = logs.removeprefix(_BUCKET).strip("/") if logs != "s3" else settings.names.trail_bucket()
        client = boto3.Session(region_name=settings.region).client("s3", config=_CLIENT)
        return BucketLogs(client, bucket, settings.account)
    folder = Path(logs)
    if not folder.is_dir():
        raise CommandError(f"--logs {logs!r} is no folder. Give a mirror of the trail's bucket, s3, or s3://BUCKET.")
    return FolderLogs(folder)


def refusal_of_trail(error: ClientError, settings: Settings) -> RefusedByAwsError:
    """What to tell someone who may not read the trail."""
    code = error.response["Error"]["Code"]
    auditors = ", ".join(settings.auditor_roles) or "none is named under 'auditorRoles' yet"
    return RefusedByAwsError(
        f"the trail's bucket {settings.names.trail_bucket()} was not read: {code}. Use the credentials of an auditor: "
        f"{auditors}. The bucket is there after `pulumi up --stack {settings.environment}`."
    )
