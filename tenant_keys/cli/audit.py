"""`audit`: who touched which tenant's key, when, from the trail's log objects."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from botocore.exceptions import ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tenant_keys import naming
from tenant_keys.audit.archive import Archive, ArchiveError
from tenant_keys.audit.athena.queries import AthenaError
from tenant_keys.audit.athena.reading import AthenaLogs
from tenant_keys.audit.html_page import html_page
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.log_sources import LogSource, Passed
from tenant_keys.audit.report import Report, make_report, question_about, read_into
from tenant_keys.audit.store import EventStore, Subject
from tenant_keys.audit.words import Language
from tenant_keys.cli.audit_athena import Engine, logs_of_athena, refusal_of_athena, refuse_what_athena_lacks
from tenant_keys.cli.audit_export import as_csv, as_json
from tenant_keys.cli.audit_period import period_of
from tenant_keys.cli.audit_source import refusal_of_trail, source_of
from tenant_keys.cli.audit_tables import print_report
from tenant_keys.cli.errors import CommandError, RefusedByAwsError

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context
    from tenant_keys.settings import Settings

# A page with more rows takes a phone's browser seconds to open; the files for machines have all of them.
_MOST_EVENTS_OF_PAGE = 5_000
_MOST_EVENTS_OF_TERMINAL = 50
_PRINCIPAL = "principal"
_Source: TypeAlias = LogSource | Archive | AthenaLogs

Since = Annotated[str, typer.Option("--since", help="First day or moment, UTC: 2026-03-01, 2026-03-01T09:30, or 30d.")]
Until = Annotated[str | None, typer.Option("--until", help="Last day, included, or moment, excluded. Default: now.")]
Logs = Annotated[
    str, typer.Option("--logs", help="Where the log objects are: s3 (the trail's bucket), s3://BUCKET, or a folder.")
]
Manifest = Annotated[
    Path | None, typer.Option("--manifest", help="Write the hashes of all objects that were read, for sha256sum.")
]
Regions = Annotated[
    list[str] | None, typer.Option("--region", help="Look into this region's objects alone; may be repeated.")
]


@dataclass(frozen=True)
class _Asked:
    """What a person wants to know."""

    about: Subject
    names: naming.Names
    period: Period
    regions: frozenset[str] | None


def audit(
    context: typer.Context,
    subject: Annotated[
        str | None, typer.Argument(metavar="[TENANT | principal]", help="The tenant's id, or the word `principal`.")
    ] = None,
    arn: Annotated[
        str | None, typer.Argument(metavar="[ARN]", help="After `principal`: ARN of a user, a role or a session.")
    ] = None,
    *,
    everyone: Annotated[bool, typer.Option("--all", help="All tenants of the environment.")] = False,
    since: Since = "30d",
    until: Until = None,
    key: Annotated[str, typer.Option("--key", help="One key of the tenant.")] = "",
    logs: Logs = "s3",
    regions: Regions = None,
    to_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    to_csv: Annotated[bool, typer.Option("--csv", help="Print the events as CSV.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page for the customer's auditor.")] = None,
    language: Annotated[Language, typer.Option("--language", help="The page's language.")] = Language.EN,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Ask this archive of `audit-archive` instead of the log objects.")
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Who reads the logs: this machine, or Athena where they are too many.")
    ] = Engine.DUCKDB,
    manifest: Manifest = None,
) -> None:
    """Tell who touched a tenant's keys: `audit TENANT`, `audit --all`, or `audit principal ARN`.

    Reads the trail's bucket with your own credentials, which must be those of a role under 'auditorRoles'. CloudTrail
    delivers within some minutes, so the newest events may still be missing.
    """
    environment: Context = context.obj
    about = _subject(subject, arn, key, everyone=everyone)
    period = period_of(since, until, datetime.now(UTC))
    settings = environment.settings
    if engine is Engine.ATHENA:
        refuse_what_athena_lacks(logs=logs, archive=archive, manifest=manifest)
        source: _Source = logs_of_athena(settings)
    else:
        source = Archive(archive, settings.names) if archive else source_of(logs, settings)
    everything = to_json or to_csv
    most = 2**31 if everything else _MOST_EVENTS_OF_PAGE if html else _MOST_EVENTS_OF_TERMINAL
    with EventStore() as store:
        with _refusals_as_sentences(engine, settings):
            asked = _Asked(about, settings.names, period, frozenset(regions) if regions else None)
            report = _read(store, source, asked, most)
        if manifest is not None:
            manifest.write_text(report.integrity.manifest())
        _tell(report, html, language, to_json=to_json, to_csv=to_csv)


@contextmanager
def _refusals_as_sentences(engine: Engine, settings: "Settings") -> Iterator[None]:
    """Tells a person what to do about an archive, Athena or the trail's bucket that did not answer."""
    try:
        yield
    except ArchiveError as error:
        raise CommandError(str(error)) from None
    except AthenaError as error:
        raise RefusedByAwsError(str(error)) from None
    except ClientError as error:
        refusal = refusal_of_athena if engine is Engine.ATHENA else refusal_of_trail
        raise refusal(error, settings) from error


def _subject(subject: str | None, arn: str | None, key: str, *, everyone: bool) -> Subject:
    if arn is not None and (subject != _PRINCIPAL or everyone):
        raise CommandError(f"{arn!r} was not expected. Say `audit TENANT`, `audit --all`, or `audit principal ARN`.")
    if everyone == (subject is not None):
        raise CommandError("whom is it about? Say one of `audit TENANT`, `audit --all`, and `audit principal ARN`.")
    if key and (everyone or arn is not None):
        raise CommandError("--key names one key of one tenant, so it goes with `audit TENANT` alone.")
    if arn is not None:
        if not arn.startswith("arn:"):
            raise CommandError(f"{arn!r} is not an ARN. An identity's begins with arn:aws:iam:: or arn:aws:sts::.")
        return Subject(principal=arn.rstrip("/"))
    if everyone or subject is None:
        return Subject()
    if not naming.is_tenant_id(subject):
        raise CommandError(
            f"{subject!r} is not a tenant's id: 3 to 40 lower case letters, digits and single hyphens. "
            "A tenant that has left is asked for by the id that it had."
        )
    return Subject(tenant=subject, key=key)


def _read(store: EventStore, source: _Source, asked: _Asked, most: int) -> Report:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Listing log objects", total=None)
        if isinstance(source, Archive):
            integrity = source.load(store, asked.about, asked.period)
        elif isinstance(source, AthenaLogs):

            def tell(state: str, scanned: int) -> None:
                progress.update(task, description=f"Athena: {state.lower()}, {scanned / 2**20:,.0f} MiB scanned")

            integrity = source.load(store, asked.about, asked.period, asked.regions, tell)
        else:
            passed = Passed()
            objects = list(source.find(asked.period, asked.regions, passed))
            progress.update(task, description="Reading log objects", total=len(objects))
            question = question_about(asked.about, asked.names)
            integrity = read_into(store, source, objects, question, lambda done: progress.advance(task, done))
            integrity.passed = passed
        progress.update(task, description="Answering", total=None)
        return make_report(store, asked.about, asked.names, asked.period, integrity, most_events=most)


def _tell(report: Report, html: Path | None, language: Language, *, to_json: bool, to_csv: bool) -> None:
    if to_json:
        typer.echo(as_json(report))
    elif to_csv:
        typer.echo(as_csv(report), nl=False)
    elif html is None:
        print_report(report, Console())
    if html is not None:
        html.write_text(html_page(report, language), "utf-8")
    _warn(report, Console(stderr=True, highlight=False, soft_wrap=True))


def _warn(report: Report, console: Console) -> None:
    if asked := report.integrity.asked_of_athena:
        console.print(f"Athena scanned {asked.scanned / 2**20:,.1f} MiB")
    for each in report.integrity.problems:
        console.print(f"[yellow]Warning:[/] {each.key}: ", end="")
        console.print(each.problem, markup=False)
    for key, first in report.integrity.repeated_objects:
        console.print(f"[yellow]Warning:[/] {key} has the same content as {first}")
