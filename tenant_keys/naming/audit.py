"""The names of the audit trail's parts."""

from tenant_keys.naming.ids import SEPARATOR, logical_name, partition
from tenant_keys.naming.scope import Scope


class AuditNames(Scope):
    """The trail, its bucket and its KMS key; what rings when the trail shows something."""

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

    def security_topic(self) -> str:
        """The name of the topic on which the security contacts are told."""
        return logical_name(self.app, "security")

    def security_topic_arn(self) -> str:
        """The ARN of `security_topic`."""
        return self.arn("sns", self.security_topic())

    def security_kms_alias(self) -> str:
        """The alias of the KMS key that encrypts what lies in the security topic."""
        return f"{self.kms_alias_prefix()}security"

    def alarm_rule(self, about: str) -> str:
        """The name of an event rule that watches the whole environment; of two parts, as no tenant's rule is."""
        return logical_name(self.app, f"alarm-{about}")

    def tenant_alarm_rule(self, tenant: str) -> str:
        """The name of the event rule that watches one tenant's reads; no longer than the name of its reader."""
        return logical_name(self.app, tenant, "reads")

    def every_rule_arn_pattern(self) -> str:
        """An ARN pattern for the event rules of this app."""
        return self.every_resource_of_the_app("events", "rule/")

    def every_alarm_arn_pattern(self) -> str:
        """An ARN pattern for the CloudWatch alarms of this app."""
        return self.every_resource_of_the_app("cloudwatch", "alarm:")

    def alarm_arn(self, alarm: str) -> str:
        """The ARN of a CloudWatch alarm."""
        return self.arn("cloudwatch", f"alarm:{alarm}")

    def secret_reads(self) -> str:
        """The name of the rule that keeps reads for counting, and of the policy of the logs."""
        return logical_name(self.app, "secret-reads")

    def secret_reads_rule_arn(self) -> str:
        """The ARN of the rule that `secret_reads` names."""
        return self.arn("events", f"rule/{self.secret_reads()}")

    def secret_reads_log_group(self) -> str:
        """The name of the log group of reads; EventBridge writes to groups under this path."""
        return f"/aws/events/{self.secret_reads()}"

    def secret_reads_log_streams_arn_pattern(self) -> str:
        """An ARN pattern for the streams of that group."""
        return self.arn("logs", f"log-group:{self.secret_reads_log_group()}:*")

    def insight_rule(self, about: str) -> str:
        """The name of a Contributor Insights rule, which counts in the log group of reads."""
        return logical_name(self.app, about)

    def unusual_reads_alarm(self) -> str:
        """The name of the alarm on one secret that is read too often."""
        return logical_name(self.app, "unusual-reads")

    def dashboard(self) -> str:
        """The name of the environment's dashboard."""
        return logical_name(self.app, "audit")

    def every_dashboard_arn_pattern(self) -> str:
        """An ARN pattern for the dashboards of this app; they belong to no region."""
        return f"arn:{partition(self.region)}:cloudwatch::{self.account}:dashboard/{self.app}{SEPARATOR}*"

    def answers_bucket(self) -> str:
        """The name of the bucket that takes Athena's answers for some days."""
        return f"{self.app}-audit-answers-{self.account}-{self.region}"

    def answers_bucket_arn(self) -> str:
        """The ARN of `answers_bucket`."""
        return f"arn:{partition(self.region)}:s3:::{self.answers_bucket()}"

    def audit_workgroup(self) -> str:
        """The name of the Athena workgroup in which auditors ask."""
        return logical_name(self.app, "audit")

    def audit_workgroup_arn(self) -> str:
        """The ARN of `audit_workgroup`."""
        return self.arn("athena", f"workgroup/{self.audit_workgroup()}")

    def audit_database(self) -> str:
        """The name of the Glue database; SQL takes no hyphen, and no app's name holds an underscore."""
        return f"{self.app.replace('-', '_')}_audit"

    def audit_table(self) -> str:
        """The name of the Glue table over the trail's log objects."""
        return "cloudtrail"

    def audit_catalog_arns(self) -> list[str]:
        """The ARNs that Glue asks for together where the table is read: the catalog, the database and the table."""
        database = self.audit_database()
        parts = ("catalog", f"database/{database}", f"table/{database}/{self.audit_table()}")
        return [self.arn("glue", part) for part in parts]

    def audit_catalog_arn_patterns(self) -> list[str]:
        """The same where the database is administered: deleting it takes all that might be in it."""
        database = self.audit_database()
        parts = ("catalog", f"database/{database}", f"table/{database}/*", f"userDefinedFunction/{database}/*")
        return [self.arn("glue", part) for part in parts]
