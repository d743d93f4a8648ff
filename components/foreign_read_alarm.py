"""A tenant's key was read, and not by who should."""

import pulumi

from components.alarm_patterns import foreign_read
from components.event_alarm import AlarmTarget, EventAlarm, event_alarm
from tenant_keys.naming import Names, tenant_tags


def foreign_read_alarm(*, tenant: str, names: Names, target: AlarmTarget, parent: pulumi.Resource) -> None:
    """Creates an alarm on each read of a tenant's keys by anyone but its reader, in its session, and a rotator.

    It is a rule for each tenant, since a pattern can't compare the name of a secret with the name of a role. A bus
    takes 300 rules (EventBridge quotas; AWS raises it on request), and an environment has ten of its own: with more
    than some 290 tenants in an account, ask for a higher quota before the next one is onboarded.

    Args:
        tenant: The tenant's id.
        names: The names of the environment.
        target: Where alarms go.
        parent: The component that this is a part of.
    """
    event_alarm(
        tenant,
        name=names.tenant_alarm_rule(tenant),
        alarm=EventAlarm(
            about="reads",
            says=f"A key of tenant {tenant} was read by an identity that is not its reader.",
            runbook="suspicious-read",
            on=("secretId", "secretIdList", "encryptionContext.SecretARN"),
            sees_reads=True,
        ),
        pattern=foreign_read(names, tenant),
        target=target,
        parent=parent,
        tags=tenant_tags(tenant),
    )
