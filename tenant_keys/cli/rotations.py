"""`rotations`: how the rotation of each key stands; `resume`: attempts again one that is stuck."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tenant_keys import naming
from tenant_keys.cli.errors import EXIT_FAILED, CommandError
from tenant_keys.cli.orphans import Swept, last_sweeps
from tenant_keys.cli.rotation_calls import Key, begin, declared_keys, look, look_at_all
from tenant_keys.cli.rotation_state import Rotation, State
from tenant_keys.settings import Settings

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context

_COLOURS = {State.OK: "green", State.OFF: "dim", State.RUNNING: "cyan", State.NO_VALUE: "yellow"}


def rotations(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List rotations: last, next, state, overdue, pending; and keys at the issuers that nobody uses."""
    environment: Context = context.obj
    settings = environment.settings
    session = environment.as_writer("rotations")
    keys = list(declared_keys(settings))
    answers = look_at_all(session.client("secretsmanager"), settings, keys)
    progress = Console(stderr=True)
    found = list(track(answers, "Asking AWS", total=len(keys), console=progress, transient=True))
    sweeps = last_sweeps(session.client("cloudwatch"), settings)
    if as_json:
        plain = [_plain(key, rotation) for key, rotation in found]
        issuers = [sweep.plain() for sweep in sweeps]
        typer.echo(json.dumps({"keys": plain, "issuers": issuers}, indent=2))
    else:
        _print_table(found, sweeps, settings)


def resume(
    context: typer.Context,
    tenant: Annotated[str, typer.Argument(help="The tenant's id.")],
    key: Annotated[str, typer.Argument(help="The name of the key.")] = naming.DEFAULT_KEY,
) -> None:
    """Attempt again a rotation that has begun and not ended. Nothing is made twice: it goes on with what it has."""
    environment: Context = context.obj
    settings = environment.settings
    meant = next((each for each in declared_keys(settings) if (each.tenant, each.name) == (tenant, key)), None)
    if meant is None:
        raise CommandError(f"{tenant}/{key} is not declared in {settings.environment}.")
    secrets = environment.secrets_as_writer(tenant)
    rotation = look(secrets, settings, meant)
    out = Console(highlight=False, soft_wrap=True)
    if rotation is None or rotation.pending is None:
        out.print(f"{meant}: no rotation is under way. `tenant-keys rotate {tenant} {key}` begins one.")
        return
    (begun,) = begin(secrets, settings, [meant])
    if begun.version is None:
        out.print(f"[red]{meant}[/]: refused: {begun.refused}")
        raise typer.Exit(EXIT_FAILED)
    out.print(
        f"[green]{meant}[/]: attempted again, version {begun.version}. `tenant-keys rotations` tells how it ends."
    )


def _plain(key: Key, rotation: Rotation | None) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "tenant": key.tenant,
        "key": key.name,
        "issuer": key.settings.issuer,
        "rotate": key.settings.rotate.value,
        "state": _state(rotation, now).value,
        "last": _iso(rotation.renewed) if rotation else None,
        "next": _iso(rotation.due) if rotation else None,
        "overdue": bool(rotation and rotation.due and rotation.due < now),
        "pending": rotation.pending if rotation else None,
        "pendingSince": _iso(rotation.pending_since) if rotation else None,
    }


def _state(rotation: Rotation | None, now: datetime) -> State:
    return State.NOT_DEPLOYED if rotation is None else rotation.state(now)


def _print_table(found: Sequence[tuple[Key, Rotation | None]], sweeps: Sequence[Swept], settings: Settings) -> None:
    now = datetime.now(UTC)
    title = f"Rotations of {settings.app} in {settings.environment}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("tenant", "key", "issuer", "state", "last", "next", "pending since"):
        table.add_column(column, no_wrap=column in {"state", "last", "next"}, overflow="fold")
    for key, rotation in found:
        state = _state(rotation, now)
        table.add_row(
            key.tenant,
            key.name,
            key.settings.issuer or "-",
            f"[{_COLOURS.get(state, 'red')}]{state.value}[/]",
            _day(rotation.renewed if rotation else None),
            _day(rotation.due if rotation else None),
            _minute(rotation.pending_since if rotation else None),
        )
    out = Console(emoji=False)
    out.print(table)
    for sweep in sweeps:
        out.print(str(sweep), highlight=False, soft_wrap=True)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else "-"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
