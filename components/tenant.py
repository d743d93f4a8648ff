"""`Tenant`: one declaration becomes the tenant's KMS key, secrets, reader and alarm, and its owner is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.event_alarm import AlarmTarget
from components.foreign_read_alarm import foreign_read_alarm
from components.owner_subscription import subscribe_owner
from components.reader_role import ReaderRole, ReaderRoleArgs
from components.tenant_kms_key import TenantKmsKey, TenantKmsKeyArgs
from components.tenant_secret import Rotation, TenantSecret, TenantSecretArgs
from policies.kms_key import secrets_key_policy
from policies.reader import reader_trust
from policies.secret import secret_resource_policy
from tenant_keys import naming
from tenant_keys.rotation_schedule import rotation_schedule
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the tenants of an environment have in common.

    Attributes:
        rotators: The ARNs of the rotation functions, by issuer.
        owner_topic: The ARN of the topic on which each owner is told of their own keys.
        alarms: Where it is told that someone else read a tenant's keys.
    """

    rotators: Mapping[str, pulumi.Output[str]]
    owner_topic: pulumi.Output[str]
    alarms: AlarmTarget


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """What a tenant is made of.

    Attributes:
        tenant: Its id.
        settings: The settings of the environment in which it is declared.
        shared: What it has in common with the others.
    """

    tenant: str
    settings: Settings
    shared: Shared


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
        self._declared = args.settings.tenants[args.tenant]
        self._keys = sorted(self._declared.keys)

        kms_key = self._kms_key()
        self.kms_key_arn = kms_key.arn
        self.secret_arns = {key: self._secret(key).arn for key in self._keys}
        self.reader_role_arn = self._reader().arn
        subscribe_owner(tenant=args.tenant, owner=self._declared.owner, topic=args.shared.owner_topic, parent=self)
        foreign_read_alarm(tenant=args.tenant, names=self._names, target=args.shared.alarms, parent=self)
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
                    rotators=self._renewed_secrets(),
                ),
                deletion_days=settings.kms_deletion_days,
                tags=self._tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _renewed_secrets(self) -> dict[str, list[str]]:
        """By the ARN of a rotation function's role, the ARN patterns of this tenant's secrets that it renews."""
        renewed: dict[str, list[str]] = {}
        for key in self._keys:
            issuer = self._args.settings.rotating_issuer(self._declared.keys[key])
            if issuer is not None:
                secrets = renewed.setdefault(self._names.rotator_role_arn(issuer), [])
                secrets.append(self._names.secret_arn_pattern(self._args.tenant, key))
        return renewed

    def _secret(self, key: str) -> TenantSecret:
        tenant, settings, names = self._args.tenant, self._args.settings, self._names
        declared = self._declared.keys[key]
        issuer = settings.rotating_issuer(declared)
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
                    rotators=[] if issuer is None else [names.rotator_role_arn(issuer)],
                ),
                recovery_days=settings.secret_recovery_days,
                rotation=None
                if issuer is None
                else Rotation(
                    function=self._args.shared.rotators[issuer],
                    schedule=rotation_schedule(declared.rotate, tenant, key),
                ),
                tags=naming.key_tags(
                    tenant,
                    key,
                    rotate=declared.rotate.value,
                    grace=declared.grace,
                    issuer=declared.issuer,
                    account=declared.account,
                ),
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
