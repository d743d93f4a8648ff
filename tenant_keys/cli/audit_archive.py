"""`audit-archive`: keep the trail's events where a question about them is answered in a second."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tenant_keys.audit.archive import Archive, ArchiveError
from tenant_keys.cli.audit_period import period_of
from tenant_keys.cli.audit_source import refusal_of_trail, source_of
from tenant_keys.cli.errors import EXIT_FAILED, CommandError

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context


def audit_archive(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The archive's folder; made if it is not there.", file_okay=False)],
    *,
    since: Annotated[
        str, typer.Option("--since", help="Take in objects from this day on: 2026-03-01, or 400d.")
    ] = "400d",
    until: Annotated[str | None, typer.Option("--until", help="Up to this day, included. Default: now.")] = None,
    logs: Annotated[str, typer.Option("--logs", help="Where the log objects are, as for `audit`.")] = "s3",
    regions: Annotated[list[str] | None, typer.Option("--region", help="This region's objects alone.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Take nothing in; read every object again and compare.")
    ] = False,
) -> None:
    """Make or extend an archive of the trail's events, which `audit --archive` then asks; or verify one.

    Objects that are in it already are not read again. The archive holds no value, but who did what: keep it as closed
    as the trail's bucket.
    """
    environment: Context = context.obj
    source = source_of(logs, environment.settings)
    console = Console(highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        archive = Archive(folder, environment.settings.names)
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Reading log objects", total=None)

            def tell(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            if verify:
                _tell_differences(list(archive.verify(source, tell)), console)
                return
            taken = archive.extend(
                source, period_of(since, until, datetime.now(UTC)), frozenset(regions) if regions else None, tell
            )
    except ArchiveError as error:
        raise CommandError(str(error)) from None
    except ClientError as error:
        raise refusal_of_trail(error, environment.settings) from error
    events = sum(each.events for each in taken.objects)
    console.print(f"[green]Took in[/] {events:,} events of {len(taken.objects):,} new objects into {folder}")
    for each in taken.problems:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"{each.key}: {each.problem}", markup=False)


def _tell_differences(differences: list[str], console: Console) -> None:
    if not differences:
        console.print("[green]Verified:[/] the archive holds exactly the events of its objects, which are unchanged")
        return
    for difference in differences:
        console.print(difference, markup=False)
    raise typer.Exit(EXIT_FAILED)
