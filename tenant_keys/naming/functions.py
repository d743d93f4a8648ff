"""The names of the functions: one rotator an issuer, one that writes notices, and what belongs to each.

A function and its role share a name. Names of three parts have the issuer in the middle and names of two have none, so
an issuer called `notices` takes nobody's name.
"""

from tenant_keys.naming.ids import ARN_SUFFIX_PATTERN, logical_name
from tenant_keys.naming.scope import Scope


class FunctionNames(Scope):
    """Functions, their roles and schedules, the issuers' admin credentials and the owners' topic."""

    def rotator_function(self, issuer: str) -> str:
        """The name of the function that rotates the keys of an issuer."""
        return logical_name(self.app, issuer, "rotator")

    def rotator_function_arn(self, issuer: str) -> str:
        """The ARN of `rotator_function`."""
        return self.arn("lambda", f"function:{self.rotator_function(issuer)}")

    def every_rotator_function_arn_pattern(self) -> str:
        """An ARN pattern for the rotation functions of all issuers: what an operator may call."""
        return self.rotator_function_arn("*")

    def rotator_role(self, issuer: str) -> str:
        """The name of the role of an issuer's rotation function."""
        return self.rotator_function(issuer)

    def rotator_role_arn(self, issuer: str) -> str:
        """The ARN of `rotator_role`."""
        return self._role_arn(self.rotator_role(issuer))

    def every_rotator_session_arn_pattern(self) -> str:
        """A pattern for the sessions of all rotation functions."""
        return self._session_arn(self.rotator_role("*"), "*")

    def scheduler_role(self, issuer: str) -> str:
        """The name of the role with which EventBridge Scheduler calls an issuer's rotation function."""
        return logical_name(self.app, issuer, "scheduler")

    def scheduler_role_arn(self, issuer: str) -> str:
        """The ARN of `scheduler_role`."""
        return self._role_arn(self.scheduler_role(issuer))

    def schedule_group(self, issuer: str) -> str:
        """The name of the group of an issuer's schedules: the hourly sweep and the revocations to come."""
        return logical_name(self.app, issuer, "rotation")

    def issuer_admin_secret(self, issuer: str) -> str:
        """The name of the secret with which an issuer lets us make keys for tenants."""
        return f"/saas/{self.app}/issuer-{issuer}/admin"

    def issuer_admin_secret_arn_pattern(self, issuer: str) -> str:
        """An ARN pattern that matches this admin secret, whatever its suffix, and no other."""
        return self.arn("secretsmanager", f"secret:{self.issuer_admin_secret(issuer)}{ARN_SUFFIX_PATTERN}")

    def every_issuer_admin_secret_arn_pattern(self) -> str:
        """An ARN pattern for the admin secrets of all issuers."""
        return self.issuer_admin_secret_arn_pattern("*")

    def issuer_kms_alias(self, issuer: str) -> str:
        """The alias of the KMS key that encrypts an issuer's admin secret."""
        return f"{self.kms_alias_prefix()}issuer-{issuer}"

    def notices_function(self) -> str:
        """The name of the function that tells owners what happened to their keys."""
        return logical_name(self.app, "notices")

    def notices_function_arn(self) -> str:
        """The ARN of `notices_function`."""
        return self.arn("lambda", f"function:{self.notices_function()}")

    def notices_role_arn(self) -> str:
        """The ARN of the role of `notices_function`, which has its name."""
        return self._role_arn(self.notices_function())

    def reminders(self) -> str:
        """The name of the schedule of reminders, of its group and of the role that calls the function."""
        return logical_name(self.app, "reminders")

    def reminders_role_arn(self) -> str:
        """The ARN of the role that `reminders` names."""
        return self._role_arn(self.reminders())

    def owner_topic(self) -> str:
        """The name of the topic to which the owners of all tenants are subscribed, each with a filter."""
        return logical_name(self.app, "owners")

    def owner_topic_arn(self) -> str:
        """The ARN of `owner_topic`."""
        return self.arn("sns", self.owner_topic())

    def rotation_events_rule(self) -> str:
        """The name of the rule that passes Secrets Manager's rotation events on."""
        return logical_name(self.app, "rotation-events")

    def rotation_events_rule_arn(self) -> str:
        """The ARN of `rotation_events_rule`."""
        return self.arn("events", f"rule/{self.rotation_events_rule()}")

    def schedule_group_arn(self, group: str) -> str:
        """The ARN of a group of schedules, which EventBridge Scheduler shows when it takes a role."""
        return self.arn("scheduler", f"schedule-group/{group}")

    def schedules_arn_pattern(self, group: str) -> str:
        """An ARN pattern for the schedules of a group."""
        return self.arn("scheduler", f"schedule/{group}/*")

    def log_group(self, function: str) -> str:
        """The name of a function's log group, as Lambda chooses it."""
        return f"/aws/lambda/{function}"

    def log_streams_arn_pattern(self, function: str) -> str:
        """An ARN pattern for the log streams of one function."""
        return self.arn("logs", f"log-group:{self.log_group(function)}:*")

    def dead_letters(self, function: str) -> str:
        """The name of the queue that takes the events with which a function failed for good."""
        return logical_name(function, "dead-letters")

    def dead_letters_arn(self, function: str) -> str:
        """The ARN of `dead_letters`."""
        return self.arn("sqs", self.dead_letters(function))

    def alarm(self, function: str, about: str) -> str:
        """The name of an alarm on a function."""
        return logical_name(function, about)

    def passable_role_arn_patterns(self) -> list[str]:
        """ARN patterns for the roles that the deployer hands to a function or to a schedule."""
        roles = (self.rotator_role("*"), self.scheduler_role("*"), self.notices_function(), self.reminders())
        return sorted(self._role_arn(role) for role in roles)
