"""`put-admin`: the credential with which an issuer lets us make keys goes in as a tenant's key does."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError
from rich.console import Console

from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.cli.value_input import StripNewline, read_value, told_of
from tenant_keys.settings import Adapter, Settings

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context


def put_admin(
    context: typer.Context,
    issuer: Annotated[str, typer.Argument(help="The issuer's name in the stack file.")],
    *,
    strip_newline: StripNewline = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Put in the admin credential of an issuer, which its rotation function alone can read."""
    environment: Context = context.obj
    settings = environment.settings
    _require_api(settings, issuer)
    value = read_value(f"Admin credential of {issuer}: ", strip_newline=strip_newline)
    secret = settings.names.issuer_admin_secret(issuer)
    try:
        version = environment.secrets_as_writer(issuer).put_secret_value(SecretId=secret, SecretString=value)
    except ClientError as error:
        raise RefusedByAwsError(
            f"{secret} was not changed: {error.response['Error']['Code']}. "
            f"If the issuer is new, run `pulumi up --stack {environment.stack}` first."
        ) from None
    written = {**told_of(version), "issuer": issuer}
    if as_json:
        typer.echo(json.dumps(written, indent=2))
        return
    Console(highlight=False, soft_wrap=True).print(
        f"[green]Put in[/] the admin credential of [bold]{issuer}[/]: "
        f"version {written['versionId']} at {written['time']}"
    )


def _require_api(settings: Settings, issuer: str) -> None:
    able = [name for name, each in sorted(settings.issuers.items()) if each.adapter is not Adapter.MANUAL]
    if issuer not in able:
        known = ", ".join(able) or "none"
        raise CommandError(f"{issuer!r} is no issuer with an API in {settings.environment}. Such issuers: {known}.")
