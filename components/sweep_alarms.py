"""`SweepAlarms`: the second, independent detector of rotations that fail; the first are Secrets Manager's events."""

from dataclasses import dataclass

import pulumi

from components.metric_alarm import HOURS, Alarm, metric_alarm
from tenant_keys import naming
from tenant_keys.settings import Settings

NAMESPACE = "TenantKeys"


@dataclass(frozen=True, kw_only=True)
class SweepAlarmsArgs:
    """The issuer whose sweeps are watched, and the settings of the environment."""

    issuer: str
    settings: Settings


class SweepAlarms(pulumi.ComponentResource):
    """Alarms on what an issuer's hourly sweep finds, and on a sweep that does not come."""

    def __init__(self, name: str, args: SweepAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:SweepAlarms", name, None, opts)
        names = args.settings.names
        for alarm in ALARMS:
            metric_alarm(
                naming.logical_name(name, alarm.about),
                name=names.alarm(names.rotator_function(args.issuer), alarm.about),
                alarm=alarm,
                dimensions=dimensions(args.settings, args.issuer),
                topics=sorted(args.settings.alarm_topics),
                parent=self,
            )
        self.register_outputs({})


def dimensions(settings: Settings, issuer: str) -> dict[str, str]:
    """The dimensions under which the sweeps of an issuer put their metrics."""
    return {"App": settings.app, "Environment": settings.environment.value, "Issuer": issuer}


def alarm_names(names: naming.Names, issuer: str) -> list[str]:
    """The names of the alarms on an issuer's sweeps."""
    return [names.alarm(names.rotator_function(issuer), alarm.about) for alarm in ALARMS]


def _found(about: str, metric: str, means: str) -> Alarm:
    """Rings when two sweeps in a row find something: one may have met a rotation that was under way."""
    return Alarm(
        about=about,
        means=means,
        namespace=NAMESPACE,
        metric=metric,
        statistic="Maximum",
        period_seconds=HOURS,
        periods=2,
    )


ALARMS = (
    _found("overdue", "OverdueRotations", "Keys were due and are not renewed: `tenant-keys rotations` says which."),
    _found("stuck", "StuckPending", "Rotations hang for more than a day: `tenant-keys resume` tries them again."),
    _found("orphans", "Orphans", "The issuer has keys that no secret names, and they can't be revoked."),
    Alarm(
        about="unswept",
        means="For six hours no sweep has come to its end: revocations and the other alarms depend on it.",
        namespace=NAMESPACE,
        metric="UnsweptSecrets",
        statistic="Minimum",
        period_seconds=6 * HOURS,
        rings_without_data=True,
    ),
)
