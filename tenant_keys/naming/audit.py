"""The names of the audit trail's parts."""

from tenant_keys.naming.ids import logical_name, partition
from tenant_keys.naming.scope import Scope


class AuditNames(Scope):
    """The trail, its bucket and its KMS key."""

    def trail(self) -> str:
        """The name of the CloudTrail trail."""
        return logical_name(self.app, "audit")

    def trail_arn(self) -> str:
        """The ARN of `trail`, needed by the policies that must exist before it."""
        return self.arn("cloudtrail", f"trail/{self.trail()}")

    def any_trail_arn_pattern(self) -> str:
        """The ARN pattern of the account's trails in all regions, as CloudTrail's encryption context has them."""
        return f"arn:{partition(self.region)}:cloudtrail:*:{self.account}:trail/*"

    def trail_bucket(self) -> str:
        """The name of the bucket that takes the trail's log files; bucket names are global, hence the account."""
        return f"{self.app}-audit-{self.account}-{self.region}"

    def trail_bucket_arn(self) -> str:
        """The ARN of `trail_bucket`."""
        return f"arn:{partition(self.region)}:s3:::{self.trail_bucket()}"

    def trail_kms_alias(self) -> str:
        """The alias of the KMS key that encrypts the trail's log files; several environments may share its account."""
        return f"{self.kms_alias_prefix()}audit-{self.account}"
