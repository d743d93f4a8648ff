"""`TenantKmsKey`: the customer-managed key that encrypts one tenant's API keys and no other's."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import Document, text


@dataclass(frozen=True, kw_only=True)
class TenantKmsKeyArgs:
    """What a tenant's KMS key is made of.

    Attributes:
        alias: The alias, with its `alias/`.
        description: What the console shows.
        policy: The key policy.
        deletion_days: Days in which a deletion can be cancelled, at least the secrets' recovery window.
        tags: The tags on top of the environment's.
    """

    alias: str
    description: str
    policy: Document
    deletion_days: int
    tags: Mapping[str, str]


class TenantKmsKey(pulumi.ComponentResource):
    """A KMS key with yearly rotation of its material, and an alias."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: TenantKmsKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:TenantKmsKey", name, None, opts)
        key = aws.kms.Key(
            name,
            description=args.description,
            policy=text(args.policy),
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_days,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.kms.Alias(
            name,
            name=args.alias,
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
