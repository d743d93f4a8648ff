"""`python -m sandbox`: the embedded AWS, left running for work by hand."""

import shlex
import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from sandbox.accounts import identities
from sandbox.engine import Engine, EngineError
from sandbox.launcher import Sandbox, SandboxError
from sandbox.layout import ROOT
from tenant_keys.settings import SettingsError

# What would come before the sandbox's own profiles (AWS SDK reference, "Environment variables list").
_IN_THE_WAY = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
)
_FIRST_PROFILE = "dev-ci"


def main(
    folder: Annotated[Path, typer.Option(help="Where it keeps its files while it runs; removed at the end.")] = (
        ROOT / ".sandbox"
    ),
) -> None:
    """Start the embedded AWS with two accounts, and print what to paste into another terminal.

    Ctrl-C stops it and leaves nothing behind.
    """
    console = Console(highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Sandbox(folder) as sandbox:
            for stack in sandbox.settings:
                Engine(sandbox, stack).create_stack()
            activate = _write_activate(sandbox)
            _tell(console, sandbox, activate)
            sandbox.wait()
    except KeyboardInterrupt:
        console.print("Stopped. Nothing is left of it.")
    except (SandboxError, SettingsError, EngineError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _write_activate(sandbox: Sandbox) -> Path:
    """Writes the lines that turn a shell into one of the sandbox."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise SandboxError("There is no `pulumi` on PATH. Start the sandbox with `make sandbox`, which sets it up.")
    folders = [str(Path(sys.executable).parent), str(Path(pulumi).parent)]
    exports = sandbox.environment(_FIRST_PROFILE)
    lines = [
        f"unset {' '.join(_IN_THE_WAY)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in exports.items()),
        f'export PATH={shlex.quote(":".join(folders))}:"$PATH"',
        f"cd {shlex.quote(str(sandbox.project))}",
    ]
    activate = sandbox.folder / "activate"
    activate.write_text("\n".join(lines) + "\n")
    return activate


def _tell(console: Console, sandbox: Sandbox, activate: Path) -> None:
    table = Table(title="Who you can be: AWS_PROFILE=...", title_justify="left")
    for column in ("profile", "account", "is"):
        table.add_column(column)
    for environment, settings in sandbox.settings.items():
        for each in identities(settings):
            role = f"role {each.role.rsplit('/', 1)[-1]}" if each.role else f"user {each.user}"
            table.add_row(f"{environment}-{each.name}", each.account, role)
    console.print(
        f"""An embedded AWS runs now, until Ctrl-C. In another terminal, paste this line:

    . {shlex.quote(str(activate))}

It takes you to a copy of the stack files, where all of this works as on AWS:

    pulumi up --stack dev
    printf %s "$KEY" | AWS_PROFILE=dev-operator tenant-keys put-key acme
    AWS_PROFILE=dev-operator tenant-keys status
    AWS_PROFILE=dev-auditor tenant-keys audit acme
    AWS_PROFILE=dev-administrator python -c 'import boto3; print(boto3.client("iam").list_roles())'
    pulumi up --stack dev --refresh
    AWS_PROFILE=prod-ci pulumi up --stack prod

Its clock can be set forward, a month of 2592000 seconds for example, and what comes due on the way happens; mails and
rotations are at the same address under /_sandbox/mails and /_sandbox/rotations:

    curl --json '{{"advance": 2592000}}' {sandbox.endpoint}/_sandbox/clock
"""
    )
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
