"""`Environment`: the explicit provider of one account, and nothing that could act in another."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class EnvironmentArgs:
    """What an environment is made of.

    Attributes:
        account: The account id; the provider refuses any other.
        region: The region of every resource.
        deploy_role: ARN of the role that the provider assumes.
        session_name: The name of the provider's session, for the audit trail.
        tags: The tags of every resource.
    """

    account: str
    region: str
    deploy_role: str
    session_name: str
    tags: Mapping[str, str]


class Environment(pulumi.ComponentResource):
    """One account, reached through its deploy role only."""

    provider: aws.Provider

    def __init__(self, name: str, args: EnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:Environment", name, None, opts)
        self.provider = aws.Provider(
            name,
            region=args.region,
            allowed_account_ids=[args.account],
            # A dict would go out in snake_case and be ignored; so would its role.
            assume_roles=[
                aws.ProviderAssumeRoleArgs(role_arn=args.deploy_role, session_name=args.session_name),
            ],
            default_tags=aws.ProviderDefaultTagsArgs(tags=args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
