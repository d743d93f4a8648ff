"""The commands by name, and how a failure is told: a sentence on standard error and an exit code, no traceback."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from tenant_keys.cli.audit import audit
from tenant_keys.cli.audit_archive import audit_archive
from tenant_keys.cli.context import Context
from tenant_keys.cli.deployer_policy import deployer_policy
from tenant_keys.cli.errors import EXIT_FAILED, CommandError
from tenant_keys.cli.put_admin import put_admin
from tenant_keys.cli.put_key import put_key
from tenant_keys.cli.recover import recover
from tenant_keys.cli.rotate import rotate
from tenant_keys.cli.rotations import resume, rotations
from tenant_keys.cli.status import status
from tenant_keys.settings import SettingsError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Put in, watch and look after the API keys of a SaaS's tenants. Reads the stack file of the environment; "
    "speaks with AWS as whoever the ordinary credential chain says. Exit codes: 0 done, 1 AWS refused or did not "
    "answer, 2 the command or the stack file is wrong.",
)


@app.callback()
def environment(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option("--stack", "-s", envvar="TENANT_KEYS_STACK", help="The environment: dev or prod.")
    ] = "dev",
    project: Annotated[
        Path,
        typer.Option(
            "--project", envvar="TENANT_KEYS_PROJECT", help="The folder with the stack files.", file_okay=False
        ),
    ] = Path(),
) -> None:
    """Says which environment the command is about."""
    context.obj = Context(folder=project, stack=stack)


app.command("put-key")(put_key)
app.command("put-admin")(put_admin)
app.command("status")(status)
app.command("rotate")(rotate)
app.command("rotations")(rotations)
app.command("resume")(resume)
app.command("audit")(audit)
app.command("audit-archive")(audit_archive)
app.command("recover")(recover)
app.command("deployer-policy")(deployer_policy)


def main() -> None:
    """Runs the command line and exits with its code."""
    stderr = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except CommandError as error:
        stderr.print(f"[bold red]Refused:[/] {_plain(error)}")
        sys.exit(error.exit_code)
    except SettingsError as error:
        stderr.print(_plain(error), markup=False)
        sys.exit(2)
    except (BotoCoreError, ClientError) as error:
        stderr.print(f"[bold red]AWS:[/] {_plain(error)}")
        sys.exit(EXIT_FAILED)


def _plain(error: Exception) -> str:
    return str(error).replace("[", "\\[")
