"""`TenantSecret`: the container of one API key. Its value never passes through here."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import Document, text


@dataclass(frozen=True, kw_only=True)
class TenantSecretArgs:
    """What the container of an API key is made of.

    Attributes:
        secret_name: The name in Secrets Manager.
        description: What the console shows.
        kms_key: ARN of the tenant's KMS key.
        policy: The resource policy.
        recovery_days: Days in which a deleted secret can be restored.
        tags: The tags on top of the environment's.
    """

    secret_name: str
    description: str
    kms_key: pulumi.Input[str]
    policy: Document
    recovery_days: int
    tags: Mapping[str, str]


class TenantSecret(pulumi.ComponentResource):
    """A secret without a value, and the policy that keeps everyone but reader and writer away from it.

    There is no SecretVersion: its value would stand in the state, and it would overwrite a rotated key when AWS drops
    the version that it tracks.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: TenantSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:TenantSecret", name, None, opts)
        secret = aws.secretsmanager.Secret(
            name,
            name=args.secret_name,
            description=args.description,
            kms_key_id=args.kms_key,
            recovery_window_in_days=args.recovery_days,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = aws.secretsmanager.SecretPolicy(
            name,
            secret_arn=secret.arn,
            policy=text(args.policy),
            block_public_policy=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Whoever uses the ARN waits for the policy, so that nobody is let in before it stands.
        self.arn = policy.secret_arn
        self.register_outputs({"arn": self.arn})
