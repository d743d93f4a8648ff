"""`rotate`: keys are renewed on request; one, all of a tenant, or all of an issuer in an emergency."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track

from tenant_keys import naming
from tenant_keys.cli.errors import EXIT_FAILED, CommandError
from tenant_keys.cli.rotation_calls import Begun, Key, begin, declared_keys, look_at_all, revoke_old, wait
from tenant_keys.settings import Adapter, Settings

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from tenant_keys.cli.context import Context

_LONGEST_WAIT = timedelta(minutes=15)


def rotate(
    context: typer.Context,
    tenant: Annotated[str | None, typer.Argument(help="The tenant's id, for one key.")] = None,
    key: Annotated[str, typer.Argument(help="The name of the key.")] = naming.DEFAULT_KEY,
    *,
    issuer: Annotated[str | None, typer.Option("--issuer", help="With --all: every key of this issuer.")] = None,
    of_tenant: Annotated[str | None, typer.Option("--tenant", help="With --all: every key of this tenant.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Many keys, by --issuer or --tenant.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", help="Go on after an interruption: skip what was renewed after this moment (UTC)."),
    ] = None,
    revoke_old_now: Annotated[
        bool, typer.Option("--revoke-old-now", help="End the old keys at once, without their grace: they have leaked.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be renewed.")] = False,
    waits: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the new keys are in use.")] = True,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a key.")] = False,
) -> None:
    """Renew keys now, through their issuers' APIs. The old ones go on working until their grace ends."""
    environment: Context = context.obj
    settings = environment.settings
    chosen = _chosen(settings, tenant=tenant, key=key, issuer=issuer, of_tenant=of_tenant, everything=everything)
    if revoke_old_now and not waits:
        raise CommandError("--revoke-old-now ends the old keys once the new ones are in use; leave --no-wait out.")
    started = datetime.now(UTC).replace(microsecond=0)
    secrets = environment.secrets_as_writer("rotate")
    left = _without_renewed(secrets, settings, chosen, since.replace(tzinfo=UTC) if since else None)
    if dry_run:
        _print([_Result(key=each, outcome="would be renewed") for each in left], as_json=as_json)
        return
    if revoke_old_now and not yes:
        _confirm(left)
    results = _carry_out(environment, secrets, left, started, waits=waits, revokes=revoke_old_now)
    _print(results, as_json=as_json)
    if any(result.failed for result in results):
        raise typer.Exit(EXIT_FAILED)


@dataclass(frozen=True, kw_only=True)
class _Result:
    key: Key
    outcome: str
    version: str | None = None
    failed: bool = False


def _chosen(
    settings: Settings,
    *,
    tenant: str | None,
    key: str,
    issuer: str | None,
    of_tenant: str | None,
    everything: bool,
) -> list[Key]:
    """The keys that are meant, each of which an issuer's API can renew.

    Raises:
        CommandError: It is not clear which, or there is none.
    """
    if (tenant is None) != everything or (everything and (issuer is None) == (of_tenant is None)):
        raise CommandError(
            "which keys? One: `rotate TENANT [KEY]`. All of a tenant: `rotate --tenant TENANT --all`. All of an "
            "issuer: `rotate --issuer ISSUER --all`."
        )
    found = [
        each
        for each in declared_keys(settings)
        if (everything and each.settings.issuer == issuer and issuer is not None)
        or (everything and each.tenant == of_tenant)
        or (each.tenant == tenant and each.name == key)
    ]
    if not found:
        known = ", ".join(map(str, declared_keys(settings))) or "none"
        raise CommandError(f"no key of {settings.environment} is meant by that. Declared: {known}.")
    able = [each for each in found if _has_api(settings, each)]
    if not able:
        raise CommandError(
            f"{found[0]} has no issuer with an API, so only a person can renew it: get a new key from the issuer and "
            f"run `tenant-keys put-key {found[0].tenant} {found[0].name}`."
        )
    return able


def _has_api(settings: Settings, key: Key) -> bool:
    issuer = settings.issuers.get(key.settings.issuer or "")
    return issuer is not None and issuer.adapter is not Adapter.MANUAL


def _without_renewed(
    secrets: "SecretsManagerClient", settings: Settings, keys: list[Key], since: datetime | None
) -> list[Key]:
    if since is None:
        return keys
    looked = look_at_all(secrets, settings, keys)
    return [key for key, rotation in looked if not (rotation and rotation.renewed and rotation.renewed >= since)]


def _confirm(keys: Sequence[Key]) -> None:
    issuers = ", ".join(sorted({str(key.settings.issuer) for key in keys}))
    tenants = ", ".join(sorted({key.tenant for key in keys}))
    typer.echo(
        f"{len(keys)} old keys at {issuers} will stop working as soon as the new ones are in use. Whoever still holds "
        f"one is refused: the backend for up to the time of its cache (five minutes by default), and every other "
        f"copy for good. Tenants that may notice: {tenants}.",
        err=True,
    )
    typer.confirm("End the old keys at once?", abort=True, err=True)


def _carry_out(
    environment: "Context",
    secrets: "SecretsManagerClient",
    keys: Sequence[Key],
    started: datetime,
    *,
    waits: bool,
    revokes: bool,
) -> list[_Result]:
    settings, stderr = environment.settings, Console(stderr=True)
    begun: list[Begun] = []
    done: list[Begun] = []
    try:
        asked = begin(secrets, settings, keys)
        begun.extend(track(asked, "Asking for rotations", total=len(keys), console=stderr, transient=True))
        running = [each for each in begun if each.version is not None]
        if waits:
            ended = wait(secrets, settings, begun, longest=_LONGEST_WAIT)
            done.extend(track(ended, "Waiting for new keys", total=len(running), console=stderr, transient=True))
    except KeyboardInterrupt:
        stderr.print(
            f"Interrupted: {len(begun)} of {len(keys)} were asked for, and go on by themselves. To do the rest, run "
            f"the same command with --since {started:%Y-%m-%dT%H:%M:%S}",
            soft_wrap=True,
        )
        raise typer.Exit(EXIT_FAILED) from None
    revoked = _revoke(environment, done) if revokes else {}
    return [_result(each, done, revoked, waits=waits) for each in begun]


def _revoke(environment: "Context", done: Sequence[Begun]) -> dict[Key, str]:
    """Ends the old keys; says for each key why it could not be done, or nothing."""
    session = environment.as_writer("rotate")
    secrets, functions = session.client("secretsmanager"), session.client("lambda")
    outcome: dict[Key, str] = {}
    for each in track(done, "Ending old keys", console=Console(stderr=True), transient=True):
        name = environment.settings.names.secret(each.key.tenant, each.key.name)
        try:
            revoke_old(functions, environment.settings, each, secrets.describe_secret(SecretId=name)["ARN"])
        except CommandError as error:
            outcome[each.key] = str(error)
        else:
            outcome[each.key] = ""
    return outcome


def _result(begun: Begun, done: Sequence[Begun], revoked: dict[Key, str], *, waits: bool) -> _Result:
    if begun.version is None:
        return _Result(key=begun.key, outcome=f"refused: {begun.refused}", failed=True)
    if not waits:
        return _Result(key=begun.key, outcome="asked for", version=begun.version)
    if begun not in done:
        outcome = "not renewed yet; `tenant-keys rotations` tells when it is, and docs/rotation.md what to do if not"
        return _Result(key=begun.key, outcome=outcome, version=begun.version, failed=True)
    problem = revoked.get(begun.key)
    if problem:
        return _Result(key=begun.key, outcome=f"renewed, but {problem}", version=begun.version, failed=True)
    ended = "; the old key is revoked" if problem == "" else "; the old key works until its grace ends"
    return _Result(key=begun.key, outcome=f"renewed{ended}", version=begun.version)


def _print(results: Sequence[_Result], *, as_json: bool) -> None:
    if as_json:
        plain = [
            {
                "tenant": each.key.tenant,
                "key": each.key.name,
                "issuer": each.key.settings.issuer,
                "versionId": each.version,
                "outcome": each.outcome,
                "ok": not each.failed,
            }
            for each in results
        ]
        typer.echo(json.dumps(plain, indent=2))
        return
    out = Console(highlight=False, soft_wrap=True, emoji=False)
    for each in results:
        version = f" (version {each.version})" if each.version else ""
        out.print(f"[{'red' if each.failed else 'green'}]{each.key}[/]: {each.outcome}{version}", markup=True)
    if not results:
        out.print("Nothing to renew.")
