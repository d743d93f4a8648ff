"""`ForeignReadAlarm`: a tenant's key was read, and not by who should."""

from dataclasses import dataclass

import pulumi

from components.alarm_patterns import foreign_read
from components.event_alarm import AlarmTarget, EventAlarm, event_alarm
from tenant_keys.naming import Names, tenant_tags


@dataclass(frozen=True, kw_only=True)
class ForeignReadAlarmArgs:
    """What is watched, and who is told.

    Attributes:
        tenant: The tenant's id.
        names: The names of the environment.
        target: Where alarms go.
    """

    tenant: str
    names: Names
    target: AlarmTarget


class ForeignReadAlarm(pulumi.ComponentResource):
    """An alarm on every successful read of a tenant's keys by anyone but its reader, in its session, and a rotator.

    It is a rule for each tenant, since a pattern can't compare the name of a secret with the name of a role. A bus
    takes 300 rules (EventBridge quotas; AWS raises it on request), and an environment has ten of its own: with more
    than some 290 tenants in an account, ask for a higher quota before the next one is onboarded.
    """

    def __init__(self, name: str, args: ForeignReadAlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:ForeignReadAlarm", name, None, opts)
        event_alarm(
            name,
            name=args.names.tenant_alarm_rule(args.tenant),
            alarm=EventAlarm(
                about="reads",
                says=f"A key of tenant {args.tenant} was read by an identity that is not its reader.",
                runbook="suspicious-read",
                on=("secretId", "secretIdList", "encryptionContext.SecretARN"),
                sees_reads=True,
            ),
            pattern=foreign_read(args.names, args.tenant),
            target=args.target,
            parent=self,
            tags=tenant_tags(args.tenant),
        )
        self.register_outputs({})
