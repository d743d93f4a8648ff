"""`put-key`: a value goes from standard input or a hidden prompt through the writer, and nowhere else."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError
from rich.console import Console

from tenant_keys import naming
from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.cli.value_input import StripNewline, read_value, told_of
from tenant_keys.settings import Adapter, Settings

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from tenant_keys.cli.context import Context

_CURRENT = "AWSCURRENT"
# The label under which the rotation function of a manual issuer finds what a person brought (docs/rotation.md).
_STAGED = "TENANTKEYSPENDING"


def put_key(
    context: typer.Context,
    tenant: Annotated[str, typer.Argument(help="The tenant's id.")],
    key: Annotated[str, typer.Argument(help="The name of the key.")] = naming.DEFAULT_KEY,
    *,
    strip_newline: StripNewline = False,
    pending: Annotated[
        bool,
        typer.Option(
            "--pending", help="For an issuer without an API: don't use the key before its rotation function tried it."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Put an API key in: from standard input, or from a hidden prompt. Never from an argument."""
    environment: Context = context.obj
    _require_declared(environment.settings, tenant, key)
    secret = environment.settings.names.secret(tenant, key)
    if pending:
        _require_manual_issuer(environment.settings, tenant, key)
    secrets = environment.secrets_as_writer(tenant)
    try:
        if pending:
            _require_value(secrets, secret)
        value = read_value(f"API key {key} of {tenant}: ", strip_newline=strip_newline)
        version = secrets.put_secret_value(
            SecretId=secret, SecretString=value, VersionStages=[_STAGED if pending else _CURRENT]
        )
        if pending:
            secrets.rotate_secret(SecretId=secret)
    except ClientError as error:
        raise RefusedByAwsError(
            f"{secret} was not changed: {error.response['Error']['Code']}. "
            f"If the tenant is new, run `pulumi up --stack {environment.stack}` first."
        ) from None
    written = {**told_of(version), "tenant": tenant, "key": key, "pending": pending}
    if as_json:
        typer.echo(json.dumps(written, indent=2))
        return
    then = ". It is tried now, and used if it works: see `tenant-keys rotations`" if pending else ""
    Console(highlight=False, soft_wrap=True).print(
        f"[green]Put in[/] {key} of [bold]{tenant}[/]: version {written['versionId']} at {written['time']}{then}"
    )


def _require_declared(settings: Settings, tenant: str, key: str) -> None:
    if tenant not in settings.tenants:
        known = ", ".join(sorted(settings.tenants)) or "none"
        raise CommandError(f"tenant {tenant!r} is not declared in {settings.environment}. Declared: {known}.")
    if key not in settings.tenants[tenant].keys:
        known = ", ".join(sorted(settings.tenants[tenant].keys))
        raise CommandError(f"tenant {tenant!r} has no key {key!r}. Its keys: {known}.")


def _require_manual_issuer(settings: Settings, tenant: str, key: str) -> None:
    issuer = settings.issuers.get(settings.tenants[tenant].keys[key].issuer or "")
    if issuer is None or issuer.adapter is not Adapter.MANUAL:
        raise CommandError(
            f"{tenant}/{key} has no issuer with the adapter 'manual', so no function would try the key and put it to "
            "use. Leave --pending out: the key is then used at once."
        )


def _require_value(secrets: "SecretsManagerClient", secret: str) -> None:
    versions = secrets.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
    if not any(_CURRENT in labels for labels in versions.values()):
        raise CommandError(
            f"{secret} has no value yet, and Secrets Manager puts a first one to use at once (PutSecretValue): "
            "--pending could not keep it back until it was tried. Leave --pending out; nothing was written."
        )
