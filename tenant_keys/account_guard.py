"""Refuses a run with the credentials of another account, before anything is registered.

The settings refuse a file that names the wrong account. This is the other half: credentials that can't become the
environment's deployer, whatever the file says. The provider refuses a third time, by `allowed_account_ids`.
"""

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tenant_keys.settings import Settings


class WrongAccountError(Exception):
    """The credentials at hand can't deploy this environment."""


def refuse_wrong_account(settings: Settings) -> None:
    """Checks that the ambient credentials may assume the environment's deploy role, and that of its log archive.

    Raises:
        WrongAccountError: They may not, or there are none, or AWS can't be reached.
    """
    sts = boto3.client("sts", region_name=settings.region)
    try:
        caller = sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise WrongAccountError(
            f"AWS did not say whose credentials these are: {error}. The {settings.environment} stack is for account "
            f"{settings.account}. Log in to it, and check the region and the network. Nothing was registered."
        ) from error
    deployed_as = {settings.deploy_role: settings.account, settings.log_deploy_role: settings.log_names.account}
    for role, account in deployed_as.items():
        try:
            sts.assume_role(RoleArn=role, RoleSessionName="tenant-keys-account-check")
        except (BotoCoreError, ClientError) as error:
            raise WrongAccountError(
                f"The credentials belong to account {caller['Account']} ({caller['Arn']}), and the "
                f"{settings.environment} stack is for account {account}: they may not assume {role} ({error}). "
                "An identity of one environment must not reach another. Log in to the right account, or have its "
                "administrator allow you to assume that role. Nothing was registered."
            ) from error
