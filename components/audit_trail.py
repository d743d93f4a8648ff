"""`AuditTrail`: who touched which tenant's key, recorded where nobody can change it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.audit_dashboard import AuditDashboard, AuditDashboardArgs
from components.audit_tables import AuditTables, AuditTablesArgs
from components.event_alarm import AlarmTarget
from components.private_bucket import encrypt_with, end_after, keep_private
from components.security_alarms import SecurityAlarms, SecurityAlarmsArgs
from policies.documents import text
from policies.trail import Auditors, trail_bucket_policy, trail_key_policy
from tenant_keys import naming
from tenant_keys.naming import logical_name
from tenant_keys.settings import Environment, Settings

# How S3 Object Lock holds a log file: under governance a special permission lifts it, under compliance nobody can.
LOCK_MODES = {Environment.DEV: "GOVERNANCE", Environment.PROD: "COMPLIANCE"}


@dataclass(frozen=True, kw_only=True)
class AuditTrailArgs:
    """The settings of the environment that is recorded.

    Attributes:
        settings: The settings.
        log_provider: The provider of the account that keeps the log files; the component's own if left out.
    """

    settings: Settings
    log_provider: aws.Provider | None = None


class AuditTrail(pulumi.ComponentResource):
    """A multi-region, validated, encrypted trail of all management events, reads and KMS calls among them."""

    trail_arn: pulumi.Output[str]
    bucket_name: pulumi.Output[str]
    kms_key_arn: pulumi.Output[str]
    alarms: AlarmTarget

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:AuditTrail", name, None, opts)
        self._name, self._settings, self._names = name, args.settings, args.settings.names
        # The evidence may lie in another account; the trail itself is always in the one that it records.
        self._kept = pulumi.ResourceOptions(parent=self, provider=args.log_provider)
        key = self._kms_key()
        bucket = self._bucket()
        ready = self._bucket_settings(bucket, key)
        trail = aws.cloudtrail.Trail(
            name,
            name=self._names.trail(),
            s3_bucket_name=bucket.bucket,
            kms_key_id=key.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            # Reading a secret and decrypting with a KMS key are management read events: all of them, or no proof.
            event_selectors=[
                aws.cloudtrail.TrailEventSelectorArgs(include_management_events=True, read_write_type="All"),
            ],
            # AWS refuses a trail whose bucket policy does not stand yet.
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready),
        )
        AuditTables(
            logical_name(name, "tables"),
            AuditTablesArgs(settings=args.settings, kms_key_arn=key.arn),
            pulumi.ResourceOptions(parent=self),
        )
        self.trail_arn, self.bucket_name, self.kms_key_arn = trail.arn, bucket.bucket, key.arn
        inside = pulumi.ResourceOptions(parent=self)
        self.alarms = SecurityAlarms(name, SecurityAlarmsArgs(settings=args.settings), inside).target
        AuditDashboard(name, AuditDashboardArgs(settings=args.settings), inside)
        self.register_outputs(self.exports())

    def exports(self) -> dict[str, object]:
        """Where the evidence lies, and where to subscribe to the alarms."""
        return {
            "trailArn": self.trail_arn,
            "bucket": self.bucket_name,
            "kmsKeyArn": self.kms_key_arn,
            "securityTopicArn": self.alarms.topic,
        }

    def _kms_key(self) -> aws.kms.Key:
        key = aws.kms.Key(
            self._name,
            description="Encrypts the log files of the audit trail",
            policy=text(
                trail_key_policy(
                    account_root=self._settings.log_names.account_root_arn(),
                    deployer=self._settings.log_deploy_role,
                    auditors=self._auditors(),
                    trail=self._names.trail_arn(),
                    any_trail=self._names.any_trail_arn_pattern(),
                    answers=self._names.answers_bucket_arn(),
                    region=self._settings.region,
                )
            ),
            enable_key_rotation=True,
            deletion_window_in_days=self._settings.kms_deletion_days,
            tags=naming.purpose_tags("audit"),
            opts=self._kept,
        )
        aws.kms.Alias(
            self._name,
            name=self._names.trail_kms_alias(),
            target_key_id=key.key_id,
            opts=self._kept,
        )
        return key

    def _bucket(self) -> aws.s3.Bucket:
        return aws.s3.Bucket(
            self._name,
            bucket=self._names.trail_bucket(),
            object_lock_enabled=True,
            force_destroy=not self._settings.protect,
            opts=self._kept,
        )

    def _bucket_settings(self, bucket: aws.s3.Bucket, key: aws.kms.Key) -> list[pulumi.Resource]:
        """Everything about the bucket that must stand before the first log file arrives."""
        name, settings, names = self._name, self._settings, self._names
        versioning = aws.s3.BucketVersioning(
            name,
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._kept,
        )
        encryption = encrypt_with(key.arn, name, bucket.bucket, self._kept)
        public_access = keep_private(name, bucket.bucket, self._kept)
        retention = settings.audit_retention_days
        lock = aws.s3.BucketObjectLockConfiguration(
            name,
            bucket=bucket.bucket,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
                default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                    mode=LOCK_MODES[settings.environment], days=retention
                )
            ),
            opts=self._kept_after(versioning),
        )
        end_after(
            retention,
            "files-end-with-their-retention",
            name,
            bucket.bucket,
            self._kept_after(versioning),
            versioned=True,
        )
        policy = aws.s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=text(
                trail_bucket_policy(
                    bucket=names.trail_bucket_arn(),
                    account_id=settings.account,
                    trail=names.trail_arn(),
                    auditors=self._auditors() if settings.log_archive else None,
                )
            ),
            # S3 refuses two changes of a bucket's access settings at the same time.
            opts=self._kept_after(public_access),
        )
        return [encryption, lock, policy]

    def _auditors(self) -> Auditors:
        return Auditors(roles=self._settings.auditor_roles, roots=self._settings.auditor_roots)

    def _kept_after(self, resource: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self._kept, pulumi.ResourceOptions(depends_on=[resource]))
