"""The settings of one environment, as frozen models. What a stack file may say stands here and nowhere else."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from tenant_keys import naming
from tenant_keys.settings.issuer_words import Adapter, Concurrency, IssuerAccount, IssuerName, Origin
from tenant_keys.settings.words import (
    AccountId,
    AppName,
    Contact,
    DeletionDays,
    KeyName,
    Owner,
    ReadsPerHour,
    Region,
    RetentionDays,
    RoleArn,
    RoleArns,
    Rotate,
    ScanLimit,
    SomeKeys,
    Store,
    TenantId,
    TopicArn,
    Window,
)


class Environment(StrEnum):
    """The environments; each is a Pulumi stack of that name and an AWS account of its own."""

    DEV = "dev"
    PROD = "prod"


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False, validate_by_alias=True
    )


class KeySettings(_Model):
    """One API key of a tenant."""

    issuer: str | None = Field(default=None, description="The issuer of the key, a name under 'issuers'.")
    account: IssuerAccount | None = Field(
        default=None, description="The tenant's account at the issuer, where the issuer has one for each tenant."
    )
    rotate: Rotate = Field(
        default=Rotate.MANUAL,
        description="When the key is renewed: monthly, quarterly, on-request, or manual (a person brings it).",
    )
    grace: Window = Field(
        default=timedelta(hours=24),
        json_schema_extra={"default": "24h"},
        description="How long the old key stays valid beside the new one: hours or days, such as 24h or 7d.",
    )


class TenantSettings(_Model):
    """A tenant: who owns the keys, which they are, and where they live."""

    owner: Owner = Field(description="The mail address that is told of rotations, failures and reminders.")
    keys: Annotated[dict[KeyName, KeySettings], SomeKeys] = Field(
        default_factory=lambda: {naming.DEFAULT_KEY: KeySettings()},
        description="The tenant's API keys by name.",
    )
    store: Store = Field(default=Store.SECRETS_MANAGER, description="Where the tenant's keys live.")


class IssuerSettings(_Model):
    """A third-party service that issues API keys."""

    adapter: Adapter = Field(description="The API that rotation speaks with this issuer.")
    base_url: Origin | None = Field(default=None, description="Another host of the issuer, for a region.")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="What the adapter asks for besides.")
    concurrency: Concurrency | None = Field(
        default=None, description="The most rotations at once, reserved for this issuer; none without a number."
    )


class LogArchiveSettings(_Model):
    """The account that keeps an environment's audit log files, apart from everybody whom they are about."""

    account: AccountId = Field(description="The AWS account of the log archive; no environment's account.")
    deploy_role: RoleArn = Field(description="The role there that pulumi assumes for the bucket and its KMS key.")


class Settings(_Model):
    """All that a stack file says of one environment, and which one it is."""

    environment: Environment = Field(description="The environment: the stack's name, not a word of the file.")
    app: AppName = Field(description="The app whose tenants these are; part of every name.")
    account: AccountId = Field(description="The AWS account of this environment; a run in another is refused.")
    region: Region = Field(description="The AWS region of the environment.")
    deploy_role: RoleArn = Field(description="The role that pulumi assumes; it administers and never reads values.")
    backend_roles: RoleArns = Field(description="The backend's roles, which may assume each tenant's reader.")
    writer_roles: RoleArns = Field(description="The operators' roles, which may assume the environment's writer.")
    auditor_roles: tuple[RoleArn, ...] = Field(
        default=(), description="The roles that may decrypt the audit trail's log files."
    )
    log_archive: LogArchiveSettings | None = Field(
        default=None, description="The account of the audit trail's bucket; the environment's own if left out."
    )
    issuers: dict[IssuerName, IssuerSettings] = Field(default_factory=dict, description="The issuers in use, by name.")
    tenants: dict[TenantId, TenantSettings] = Field(default_factory=dict, description="The tenants, by id.")
    alarm_topics: tuple[TopicArn, ...] = Field(
        default=(), description="The SNS topics that are told when something is wrong with rotation."
    )
    security_contacts: tuple[Contact, ...] = Field(
        default=(), description="The mail addresses that are told of refused reads and of changes to policies or trail."
    )
    reads_per_hour_alarm: ReadsPerHour = Field(
        default=600, description="The reads of one key in an hour that ring an alarm; a backend's process makes twelve."
    )
    retired_tenants: tuple[TenantId, ...] = Field(
        default=(), description="Ids of tenants that have left; they are never given again."
    )
    protect: bool = Field(default=True, description="Refuse to delete secrets, KMS keys and the log bucket.")
    secret_recovery_days: DeletionDays = Field(
        default=30, description="Days in which a deleted secret can be restored."
    )
    kms_deletion_days: DeletionDays = Field(
        default=30, description="Days in which the deletion of a KMS key can be cancelled."
    )
    audit_retention_days: RetentionDays = Field(
        default=400,
        description="Days for which an audit log file can't be deleted (S3 Object Lock), and after which it ends.",
    )
    athena_scan_limit_gib: ScanLimit = Field(
        default=100,
        alias="athenaScanLimitGiB",
        description="The most GiB that one question to Athena may scan; it is cancelled there.",
    )

    @property
    def names(self) -> naming.Names:
        """The physical names of this environment."""
        return naming.Names(app=self.app, account=self.account, region=self.region)

    @property
    def auditor_roots(self) -> tuple[str, ...]:
        """The roots of the accounts that the auditors' roles belong to."""
        return tuple(sorted({f"{role.rpartition(':')[0]}:root" for role in self.auditor_roles}))

    @property
    def log_names(self) -> naming.Names:
        """The physical names in the account that keeps the audit log files."""
        account = self.log_archive.account if self.log_archive else self.account
        return naming.Names(app=self.app, account=account, region=self.region)

    @property
    def log_deploy_role(self) -> str:
        """The role that administers the audit log's bucket and KMS key."""
        return self.log_archive.deploy_role if self.log_archive else self.deploy_role

    def rotating_issuer(self, key: KeySettings) -> str | None:
        """The issuer whose function renews `key`, or takes over what a person brings; None if no function does."""
        if key.issuer is None:
            return None
        by_itself = key.rotate is not Rotate.MANUAL
        return key.issuer if by_itself or self.issuers[key.issuer].adapter is Adapter.MANUAL else None
