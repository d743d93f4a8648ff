"""`KeyIntake`: the road by which a value enters without passing through Pulumi."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import text
from policies.writer import writer_policy, writer_trust
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class KeyIntakeArgs:
    """The settings of the environment whose keys are put in."""

    settings: Settings


class KeyIntake(pulumi.ComponentResource):
    """The environment's write-only role: it puts values and can't read them."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: KeyIntakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:KeyIntake", name, None, opts)
        settings, names = args.settings, args.settings.names
        role = aws.iam.Role(
            name,
            name=names.writer_role(),
            assume_role_policy=text(
                writer_trust(account_root=names.account_root_arn(), operators=settings.writer_roles)
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.RolePolicy(
            name,
            name="put-tenant-keys",
            role=role.name,
            policy=text(
                writer_policy(
                    secrets=names.every_secret_arn_pattern(),
                    admin_secrets=names.every_issuer_admin_secret_arn_pattern(),
                    rotators=names.every_rotator_function_arn_pattern(),
                    kms_keys=names.every_kms_key_arn_pattern(),
                    region=settings.region,
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
