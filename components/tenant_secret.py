"""`TenantSecret`: the container of one API key. Its value never passes through here."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import Document, text
from tenant_keys.rotation_schedule import RotationSchedule


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What renews an API key, and when.

    Attributes:
        function: ARN of the rotation function, known once Secrets Manager may call it.
        schedule: When.
    """

    function: pulumi.Input[str]
    schedule: RotationSchedule


@dataclass(frozen=True, kw_only=True)
class TenantSecretArgs:
    """What the container of an API key is made of.

    Attributes:
        secret_name: The name in Secrets Manager.
        description: What the console shows.
        kms_key: ARN of the tenant's KMS key.
        policy: The resource policy.
        recovery_days: Days in which a deleted secret can be restored.
        rotation: What renews the value; None where a person does.
        tags: The tags on top of the environment's, from which the rotation function knows what it may do.
    """

    secret_name: str
    description: str
    kms_key: pulumi.Input[str]
    policy: Document
    recovery_days: int
    rotation: Rotation | None
    tags: Mapping[str, str]


class TenantSecret(pulumi.ComponentResource):
    """A secret without a value, the policy that keeps all others away from it, and its rotation.

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
        if args.rotation is not None:
            self._rotate(name, args.rotation)
        self.register_outputs({"arn": self.arn})

    def _rotate(self, name: str, rotation: Rotation) -> None:
        aws.secretsmanager.SecretRotation(
            name,
            secret_id=self.arn,
            rotation_lambda_arn=rotation.function,
            # Else each change of a schedule would renew the key at once, and one `up` those of all tenants.
            rotate_immediately=False,
            rotation_rules=aws.secretsmanager.SecretRotationRotationRulesArgs(
                schedule_expression=rotation.schedule.expression, duration=rotation.schedule.duration
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
