"""`status`: which tenants and keys there are, whether each has a value, how old it is, and when it is renewed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tenant_keys.settings import KeySettings, Settings

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from tenant_keys.cli.context import Context

# Two calls a key, far under the 10,000 a second of DescribeSecret (Secrets Manager quotas).
_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class KeyStatus:
    """What is known of one key; times are UTC, `put_at` is when its current value was put in."""

    tenant: str
    key: str
    owner: str
    store: str
    issuer: str | None
    rotate: str
    protected: bool
    deployed: bool
    put_at: datetime | None
    next_rotation: datetime | None

    @property
    def state(self) -> str:
        """One word: `ok`, `no value`, `overdue`, or `not deployed`."""
        if not self.deployed:
            return "not deployed"
        if self.put_at is None:
            return "no value"
        overdue = self.next_rotation is not None and self.next_rotation < datetime.now(UTC)
        return "overdue" if overdue else "ok"

    def as_json(self) -> dict[str, object]:
        """The same as plain data, times in ISO 8601."""
        return {
            "tenant": self.tenant,
            "key": self.key,
            "state": self.state,
            "hasValue": self.put_at is not None,
            "putAt": _iso(self.put_at),
            "ageDays": _age(self.put_at).days if self.put_at else None,
            "rotate": self.rotate,
            "nextRotation": _iso(self.next_rotation),
            "issuer": self.issuer,
            "owner": self.owner,
            "store": self.store,
            "protected": self.protected,
        }


def status(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a key.")] = False,
) -> None:
    """List tenants and keys: value, age, next rotation, owner, protection."""
    environment: Context = context.obj
    settings = environment.settings
    secrets = environment.secrets_as_writer("status")
    declared = [(tenant, key) for tenant in sorted(settings.tenants) for key in sorted(settings.tenants[tenant].keys)]
    with ThreadPoolExecutor(_THREADS) as threads:
        answers = threads.map(partial(_look, secrets, settings), *zip(*declared, strict=True)) if declared else ()
        found = list(track(answers, "Asking AWS", total=len(declared), console=Console(stderr=True), transient=True))
    if as_json:
        typer.echo(json.dumps([key.as_json() for key in found], indent=2))
        return
    _print_table(found, settings)


def _look(secrets: "SecretsManagerClient", settings: Settings, tenant: str, key: str) -> KeyStatus:
    name = settings.names.secret(tenant, key)
    declared = settings.tenants[tenant].keys[key]
    try:
        described = secrets.describe_secret(SecretId=name)
        put_at = _current_since(secrets, name)
        deployed, next_rotation = True, described.get("NextRotationDate") or _due(declared, put_at)
    except secrets.exceptions.ResourceNotFoundException:
        deployed, put_at, next_rotation = False, None, None
    return KeyStatus(
        tenant=tenant,
        key=key,
        owner=settings.tenants[tenant].owner,
        store=settings.tenants[tenant].store.value,
        issuer=declared.issuer,
        rotate=declared.rotate.value,
        protected=settings.protect,
        deployed=deployed,
        put_at=put_at,
        next_rotation=next_rotation,
    )


def _current_since(secrets: "SecretsManagerClient", name: str) -> datetime | None:
    # Without deprecated versions only the labelled ones come back, which fit one page.
    versions = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    dates = [version["CreatedDate"] for version in versions if "AWSCURRENT" in version.get("VersionStages", [])]
    return dates[0].astimezone(UTC) if dates else None


def _due(key: KeySettings, put_at: datetime | None) -> datetime | None:
    """When a key falls due where Secrets Manager keeps no date: its period after it was put in."""
    period = key.rotate.shortest_period
    return put_at + period if put_at and period else None


def _print_table(found: list[KeyStatus], settings: Settings) -> None:
    protection = "protected" if settings.protect else "not protected"
    place = f"{settings.app} in {settings.environment} ({settings.account}, {settings.region}), {protection}"
    table = Table(title=place, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("tenant", "key", "state", "age", "rotate", "next", "owner"):
        table.add_column(column, no_wrap=column in {"state", "age", "rotate", "next"}, overflow="fold")
    colours = {"ok": "green", "no value": "yellow", "overdue": "red", "not deployed": "red"}
    for key in found:
        table.add_row(
            key.tenant,
            key.key,
            f"[{colours[key.state]}]{key.state}[/]",
            _readable(_age(key.put_at)) if key.put_at else "-",
            key.rotate,
            key.next_rotation.date().isoformat() if key.next_rotation else "-",
            key.owner,
        )
    Console().print(table)


def _age(since: datetime) -> timedelta:
    return datetime.now(UTC) - since


def _readable(age: timedelta) -> str:
    hours, minutes = age.seconds // 3600, age.seconds // 60
    return f"{age.days} d" if age.days else f"{hours} h" if hours else f"{minutes} min"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
