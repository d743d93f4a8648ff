"""`Tenant`: one declaration becomes the tenant's KMS key, secrets and reader."""

from dataclasses import dataclass

import pulumi

from components.reader_role import ReaderRole, ReaderRoleArgs
from components.tenant_kms_key import TenantKmsKey, TenantKmsKeyArgs
from components.tenant_secret import TenantSecret, TenantSecretArgs
from policies.kms_key import secrets_key_policy
from policies.reader import reader_trust
from policies.secret import secret_resource_policy
from tenant_keys import naming
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """A tenant's id, and the settings of the environment in which it is declared."""

    tenant: str
    settings: Settings


class Tenant(pulumi.ComponentResource):
    """All that one tenant has; adding the declaration adds these resources and changes no other."""

    secret_arns: dict[str, pulumi.Output[str]]
    reader_role_arn: pulumi.Output[str]
    kms_key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: TenantArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:Tenant", name, None, opts)
        self._args = args
        self._names = args.settings.names
        self._tags = naming.tenant_tags(args.tenant)
        self._keys = sorted(args.settings.tenants[args.tenant].keys)

        kms_key = self._kms_key()
        self.kms_key_arn = kms_key.arn
        self.secret_arns = {key: self._secret(key).arn for key in self._keys}
        self.reader_role_arn = self._reader().arn
        self.register_outputs(self.exports())

    def exports(self) -> dict[str, object]:
        """What a consumer of the stack needs to find this tenant; nothing of it is secret."""
        return {
            "secretArns": self.secret_arns,
            "readerRoleArn": self.reader_role_arn,
            "kmsKeyArn": self.kms_key_arn,
        }

    def _kms_key(self) -> TenantKmsKey:
        tenant, settings, names = self._args.tenant, self._args.settings, self._names
        return TenantKmsKey(
            tenant,
            TenantKmsKeyArgs(
                alias=names.kms_alias(tenant),
                description=f"Encrypts the API keys of tenant {tenant}",
                policy=secrets_key_policy(
                    account_root=names.account_root_arn(),
                    region=settings.region,
                    deployer=settings.deploy_role,
                    reader=names.reader_role_arn(tenant),
                    writer=names.writer_role_arn(),
                    secrets=[names.secret_arn_pattern(tenant, key) for key in self._keys],
                ),
                deletion_days=settings.kms_deletion_days,
                tags=self._tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _secret(self, key: str) -> TenantSecret:
        tenant, settings, names = self._args.tenant, self._args.settings, self._names
        return TenantSecret(
            naming.logical_name(tenant, key),
            TenantSecretArgs(
                secret_name=names.secret(tenant, key),
                description=f"API key {key} of tenant {tenant}",
                kms_key=self.kms_key_arn,
                policy=secret_resource_policy(
                    readers=[names.reader_role_arn(tenant)],
                    writers=[names.writer_role_arn()],
                    deployer=settings.deploy_role,
                ),
                recovery_days=settings.secret_recovery_days,
                tags=self._tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _reader(self) -> ReaderRole:
        tenant, settings, names = self._args.tenant, self._args.settings, self._names
        return ReaderRole(
            tenant,
            ReaderRoleArgs(
                role_name=names.reader_role(tenant),
                trust=reader_trust(
                    account_root=names.account_root_arn(),
                    backends=settings.backend_roles,
                    session_name=naming.reader_session_name(tenant),
                ),
                secrets=list(self.secret_arns.values()),
                kms_key=self.kms_key_arn,
                region=settings.region,
                tags=self._tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
