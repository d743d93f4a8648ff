"""An audit by Athena: in the environment's workgroup, with the caller's own credentials."""

from enum import StrEnum
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tenant_keys.audit.athena.queries import Queries
from tenant_keys.audit.athena.reading import AthenaLogs
from tenant_keys.audit.log_sources import BucketLogs
from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.settings import Settings

# Retries as AWS recommends (SDK, "Retry behavior"); Athena's own limits of calls are low (Athena, "Service Quotas").
_CLIENT = Config(retries={"mode": "standard", "max_attempts": 8})


class Engine(StrEnum):
    """Who reads the log objects."""

    DUCKDB = "duckdb"
    ATHENA = "athena"


def refuse_what_athena_lacks(*, logs: str, archive: Path | None, manifest: Path | None) -> None:
    """Refuse options that have no meaning with Athena.

    Raises:
        CommandError: One of them was given.
    """
    if logs != "s3" or archive is not None:
        raise CommandError("--engine athena reads the trail's bucket, so it goes with neither --logs nor --archive.")
    if manifest is not None:
        raise CommandError(
            "--engine athena hashes no log objects, so there is no --manifest to write. Ask without it for evidence."
        )


def logs_of_athena(settings: Settings) -> AthenaLogs:
    """The trail of an environment, as Athena reads it."""
    names, session = settings.names, boto3.Session(region_name=settings.region)
    queries = Queries(session.client("athena", config=_CLIENT), names.audit_workgroup(), names.audit_database())
    bucket = BucketLogs(session.client("s3", config=_CLIENT), names.trail_bucket(), settings.account)
    return AthenaLogs(queries, bucket, names)


def refusal_of_athena(error: ClientError, settings: Settings) -> RefusedByAwsError:
    """What to tell someone whom Athena, or the trail's bucket, does not let in."""
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    auditors = ", ".join(settings.auditor_roles) or "none is named under 'auditorRoles' yet"
    return RefusedByAwsError(
        f"Athena was not asked: {code}, {message}. Use the credentials of an auditor ({auditors}) who has the actions "
        f"that docs/audit.md lists. The workgroup {settings.names.audit_workgroup()} is there after "
        f"`pulumi up --stack {settings.environment}`."
    )
