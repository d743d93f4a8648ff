"""`IssuerAdminCredential`: the container of what an issuer lets us make keys with. No value passes through here."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import text
from policies.kms_key import secrets_key_policy
from policies.secret import secret_resource_policy
from tenant_keys import naming
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class IssuerAdminCredentialArgs:
    """The issuer whose credential it is, and the settings of the environment."""

    issuer: str
    settings: Settings


class IssuerAdminCredential(pulumi.ComponentResource):
    """A secret without a value under a KMS key of its own, which one rotation function reads and the writer fills."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: IssuerAdminCredentialArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:IssuerAdminCredential", name, None, opts)
        self._args, self._names = args, args.settings.names
        secret = aws.secretsmanager.Secret(
            name,
            name=self._names.issuer_admin_secret(args.issuer),
            description=f"What {args.issuer} lets us make API keys with",
            kms_key_id=self._kms_key(name),
            recovery_window_in_days=args.settings.secret_recovery_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = aws.secretsmanager.SecretPolicy(
            name,
            secret_arn=secret.arn,
            policy=text(
                secret_resource_policy(
                    readers=[self._names.rotator_role_arn(args.issuer)],
                    writers=[self._names.writer_role_arn()],
                    deployer=args.settings.deploy_role,
                )
            ),
            block_public_policy=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Whoever uses the ARN waits for the policy, so that nobody is let in before it stands.
        self.arn = policy.secret_arn
        self.register_outputs({"arn": self.arn})

    def _kms_key(self, name: str) -> pulumi.Output[str]:
        args, names = self._args, self._names
        key = aws.kms.Key(
            name,
            description=f"Encrypts the admin credential of issuer {args.issuer}",
            policy=text(
                secrets_key_policy(
                    account_root=names.account_root_arn(),
                    region=args.settings.region,
                    deployer=args.settings.deploy_role,
                    reader=names.rotator_role_arn(args.issuer),
                    writer=names.writer_role_arn(),
                    secrets=[names.issuer_admin_secret_arn_pattern(args.issuer)],
                )
            ),
            enable_key_rotation=True,
            deletion_window_in_days=args.settings.kms_deletion_days,
            tags=naming.purpose_tags(f"issuer-{args.issuer}"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.kms.Alias(
            name,
            name=names.issuer_kms_alias(args.issuer),
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key.arn
