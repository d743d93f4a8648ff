"""`recover`: after a killed `pulumi up`, brings the state to what AWS has, so that the next `up` repeats nothing."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tenant_keys import naming
from tenant_keys.cli.errors import EXIT_FAILED
from tenant_keys.cli.lookups import Cloud
from tenant_keys.cli.pulumi_command import Pulumi
from tenant_keys.recovery import (
    Action,
    Existing,
    Pending,
    Row,
    State,
    decide,
    import_file,
    read_state,
    unclaimed,
    without,
)

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context

_COLOURS = {Action.IMPORT: "green", Action.CLEAR: "cyan", Action.REFRESH: "cyan", Action.BY_HAND: "red"}


@dataclass(frozen=True, kw_only=True)
class _Plan:
    state: State
    rows: tuple[Row, ...]
    unclaimed: tuple[Existing, ...]

    @property
    def left(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.action is Action.BY_HAND)

    def of(self, action: Action) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.action is action)


def recover(
    context: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it. Without, only the table is shown.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """After a killed `pulumi up`: take into the state what it made, drop what it did not, release its lock."""
    environment: Context = context.obj
    pulumi = Pulumi(environment.folder, environment.stack)
    progress = Console(stderr=True)
    with progress.status("Comparing the state with AWS"):
        plan = _plan(environment, read_state(pulumi.export()))
    if not as_json:
        _print_table(plan, environment)
    if yes:
        with progress.status("Mending the state"):
            _carry_out(plan, pulumi)
    if as_json:
        typer.echo(json.dumps(_as_json(plan, environment.stack, pulumi.released, done=yes), indent=2))
    else:
        _print_end(plan, environment.stack, pulumi.released, done=yes)
    if yes and plan.left:
        raise typer.Exit(EXIT_FAILED)


def _plan(environment: "Context", state: State) -> _Plan:
    settings = environment.settings
    tags = naming.tags(app=settings.app, environment=settings.environment)
    own, logs = Cloud(environment.as_deployer("recover"), settings.names), None
    if settings.log_archive:
        logs = Cloud(environment.as_log_archivist("recover"), settings.log_names)
    found = {
        each.urn: (logs if logs and _is_of_log_archive(each) else own).find(each.type, each.inputs)
        for each in state.pending
        if each.in_aws
    }
    rows = decide(state, found, tags)
    kms_keys = (*own.kms_keys, *(logs.kms_keys if logs else ()))
    return _Plan(state=state, rows=rows, unclaimed=unclaimed(state, rows, kms_keys, tags, settings.tenants))


def _is_of_log_archive(pending: Pending) -> bool:
    return pending.provider_urn.endswith(f"{naming.SEPARATOR}{naming.LOG_ARCHIVE}")


def _carry_out(plan: _Plan, pulumi: Pulumi) -> None:
    """Each step leaves a state from which this command can be run again: the records are dropped last."""
    refreshed, imported = plan.of(Action.REFRESH), plan.of(Action.IMPORT)
    if refreshed:
        pulumi.refresh([row.pending.urn for row in refreshed])
    if imported:
        _import([(row.pending, row.id or "") for row in imported], pulumi)
    settled = {row.pending.urn for row in plan.rows} - {row.pending.urn for row in plan.left}
    if settled:
        pulumi.write(without(pulumi.export(), settled))
    else:
        # Nothing to mend; a locked stack is found out, and its lock released, by the cheapest run that needs the lock.
        pulumi.refresh([urn for urn, _ in plan.state.resources[:1]])


def _import(imports: Sequence[tuple[Pending, str]], pulumi: Pulumi) -> None:
    with tempfile.TemporaryDirectory(prefix="tenant-keys-") as folder:
        file = Path(folder) / "import.json"
        file.write_text(json.dumps(import_file(imports)), encoding="utf-8")
        pulumi.import_resources(file)


def _as_json(plan: _Plan, stack: str, released: Sequence[str], *, done: bool) -> dict[str, Any]:
    return {
        "stack": stack,
        "done": done,
        "operations": [
            {
                "urn": row.pending.urn,
                "interruptedWhile": row.pending.kind,
                "action": row.action.value,
                "id": row.id,
                "why": row.why,
            }
            for row in plan.rows
        ],
        "unclaimedKmsKeys": [key.id for key in plan.unclaimed],
        "releasedLocks": list(released),
        "next": _next(plan, stack, done=done),
    }


def _next(plan: _Plan, stack: str, *, done: bool) -> str:
    if not done:
        return f"tenant-keys --stack {stack} recover --yes"
    return "settle what is left by hand" if plan.left else f"pulumi up --stack {stack}"


def _print_table(plan: _Plan, environment: "Context") -> None:
    if not plan.rows:
        return
    table = Table(title=f"What a killed `pulumi up` of {environment.stack} left pending")
    for column in ("resource", "action", "id", "why"):
        table.add_column(column, overflow="fold")
    for row in plan.rows:
        resource = f"{row.pending.type} {row.pending.name}"
        table.add_row(resource, f"[{_COLOURS[row.action]}]{row.action}[/]", row.id or "-", row.why)
    Console(emoji=False).print(table)  # an ARN holds ":secret:"


def _print_end(plan: _Plan, stack: str, released: Sequence[str], *, done: bool) -> None:
    out = Console(highlight=False, soft_wrap=True, emoji=False)
    for key in plan.unclaimed:
        tags = ", ".join(f"{name}={value}" for name, value in sorted((key.tags or {}).items()))
        out.print(
            f"[red]Nobody's KMS key[/] {key.id} ({tags}): neither the state nor a pending create has it. See that "
            f"nothing uses it, then: aws kms schedule-key-deletion --key-id {key.id} --pending-window-in-days 30"
        )
    for holder in released:
        out.print(f"Released the lock of {holder}.")
    if not plan.rows:
        out.print("No operation is pending.")
    if not done:
        out.print(
            "Nothing was changed. With --yes this is done, and the lock of a dead run is released. First make sure "
            "that no `pulumi up` of this stack runs anywhere, CI included."
        )
    elif plan.left:
        out.print(f"[red]{len(plan.left)} left to you[/], see the table. Settle them before the next `pulumi up`.")
    else:
        out.print(f"[green]The state is whole.[/] Next: pulumi up --stack {stack}")
