"""`deployer-policy`: the IAM policy for the one role that the program can't make, since it runs as that role."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from tenant_keys.cli.errors import CommandError
from tenant_keys.deploy_role import deploy_role_policy, log_archive_role_policy

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context


def deployer_policy(
    context: typer.Context,
    *,
    log_archive: Annotated[
        bool, typer.Option("--log-archive", help="The policy of the deploy role in the account of 'logArchive'.")
    ] = False,
) -> None:
    """Print the IAM policy of the deploy role, for whoever sets the account up."""
    environment: Context = context.obj
    if log_archive and environment.settings.log_archive is None:
        raise CommandError(f"Pulumi.{environment.stack}.yaml names no 'logArchive': the log files stay in the account.")
    policy = log_archive_role_policy if log_archive else deploy_role_policy
    typer.echo(json.dumps(policy(environment.settings), indent=2))
