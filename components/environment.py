"""`Environment`: the explicit provider of one account, and another of the account that keeps its audit log files."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from tenant_keys import naming
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EnvironmentArgs:
    """The settings of the environment: account, region and deploy role, and those of its log archive."""

    settings: Settings


class Environment(pulumi.ComponentResource):
    """One account, reached through its deploy role only; `log_provider` is the same one without a log archive."""

    provider: aws.Provider
    log_provider: aws.Provider

    def __init__(self, name: str, args: EnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:Environment", name, None, opts)
        self._settings = settings = args.settings
        self.provider = self.log_provider = self._bound_to(name, settings.account, settings.deploy_role)
        if settings.log_archive:
            logs = naming.logical_name(name, naming.LOG_ARCHIVE)
            self.log_provider = self._bound_to(logs, settings.log_archive.account, settings.log_deploy_role)
        self.register_outputs({})

    def _bound_to(self, name: str, account: str, deploy_role: str) -> aws.Provider:
        settings = self._settings
        tags = naming.tags(app=settings.app, environment=settings.environment)
        return aws.Provider(
            name,
            region=settings.region,
            allowed_account_ids=[account],
            # A dict would go out in snake_case and be ignored; so would its role.
            assume_roles=[
                aws.ProviderAssumeRoleArgs(role_arn=deploy_role, session_name=f"pulumi-{settings.environment}"),
            ],
            default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
