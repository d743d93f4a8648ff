"""`put-key`: a value goes from standard input or a hidden prompt through the writer, and nowhere else."""

import getpass
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError
from rich.console import Console

from tenant_keys import naming
from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.settings import Adapter, Settings

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context

# Secrets Manager API reference, PutSecretValue, SecretString.
_MOST_BYTES = 65_536
_CURRENT = "AWSCURRENT"
# The label under which the rotation function of a manual issuer finds what a person brought (docs/rotation.md).
_STAGED = "TENANTKEYSPENDING"


def put_key(
    context: typer.Context,
    tenant: Annotated[str, typer.Argument(help="The tenant's id.")],
    key: Annotated[str, typer.Argument(help="The name of the key.")] = naming.DEFAULT_KEY,
    *,
    strip_newline: Annotated[
        bool, typer.Option("--strip-newline", help="Drop one line end after the value, as `echo` adds it.")
    ] = False,
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
    if pending:
        _require_manual_issuer(environment.settings, tenant, key)
    value = _value(f"API key {key} of {tenant}: ", strip_newline=strip_newline)
    secret = environment.settings.names.secret(tenant, key)
    secrets = environment.secrets_as_writer(tenant)
    try:
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
    written = {
        "tenant": tenant,
        "key": key,
        "secret": version["ARN"],
        "versionId": version["VersionId"],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "pending": pending,
    }
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


def _value(prompt: str, *, strip_newline: bool) -> str:
    if sys.stdin.isatty():
        return _checked(getpass.getpass(prompt), strip_newline=strip_newline)
    try:
        text = sys.stdin.buffer.read(_MOST_BYTES + len("\r\n") + 1).decode("utf-8")
    except UnicodeDecodeError:
        raise CommandError("the value is not UTF-8 text. An API key is text; nothing was written.") from None
    return _checked(text, strip_newline=strip_newline)


def _checked(text: str, *, strip_newline: bool) -> str:
    value = text.removesuffix("\n").removesuffix("\r") if strip_newline else text
    if not value.strip():
        raise CommandError("the value is empty. Give it on standard input or at the prompt; nothing was written.")
    if value.endswith(("\n", "\r")):
        raise CommandError(
            "the value ends in a line end, which is rarely part of a key and would make the issuer refuse it. Send it "
            "without (`printf %s`), or pass --strip-newline to drop it; nothing was written."
        )
    if len(value.encode("utf-8")) > _MOST_BYTES:
        raise CommandError(f"the value has more than {_MOST_BYTES} bytes, which Secrets Manager refuses.")
    return value
