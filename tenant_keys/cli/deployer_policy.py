"""`deployer-policy`: the IAM policy for the one role that the program can't make, since it runs as that role."""

import json
from typing import TYPE_CHECKING

import typer

from tenant_keys.deploy_role import deploy_role_policy

if TYPE_CHECKING:
    from tenant_keys.cli.context import Context


def deployer_policy(context: typer.Context) -> None:
    """Print the IAM policy of the deploy role, for whoever sets the account up."""
    environment: Context = context.obj
    typer.echo(json.dumps(deploy_role_policy(environment.settings), indent=2))
