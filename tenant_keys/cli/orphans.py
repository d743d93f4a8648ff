"""What the last sweep of each issuer found, from the metric that it left: keys at the issuer that nobody uses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tenant_keys.settings import Adapter, Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_NAMESPACE = "TenantKeys"
_METRIC = "Orphans"
# The sweep runs every hour (docs/rotation.md); what is older says that it does not.
_LOOK_BACK = timedelta(hours=3)
_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Swept:
    """One issuer's last sweep; `at` and `orphans` are None if there was none lately."""

    issuer: str
    at: datetime | None = None
    orphans: int | None = None

    def __str__(self) -> str:
        if self.at is None:
            hours = _LOOK_BACK // timedelta(hours=1)
            return f"{self.issuer}: no sweep within {hours} hours"
        return f"{self.issuer}: {self.orphans} orphans at the sweep of {self.at:%Y-%m-%d %H:%M} UTC"

    def plain(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "issuer": self.issuer,
            "sweptAt": self.at.isoformat() if self.at else None,
            "orphans": self.orphans,
        }


def last_sweeps(cloudwatch: "CloudWatchClient", settings: Settings) -> list[Swept]:
    """The last sweep of each issuer in use."""
    used = {key.issuer for tenant in settings.tenants.values() for key in tenant.keys.values() if key.issuer}
    able = [name for name in sorted(used) if settings.issuers[name].adapter is not Adapter.MANUAL]
    return [_last_sweep(cloudwatch, settings, issuer) for issuer in able]


def _last_sweep(cloudwatch: "CloudWatchClient", settings: Settings, issuer: str) -> Swept:
    now = datetime.now(UTC)
    dimensions = {"App": settings.app, "Environment": settings.environment.value, "Issuer": issuer}
    answer = cloudwatch.get_metric_statistics(
        Namespace=_NAMESPACE,
        MetricName=_METRIC,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - _LOOK_BACK,
        EndTime=now + timedelta(minutes=1),
        Period=_HOUR,
        Statistics=["Maximum"],
    )
    points = {point["Timestamp"]: int(point["Maximum"]) for point in answer["Datapoints"]}
    newest = max(points, default=None)
    return Swept(issuer=issuer, at=newest, orphans=points[newest]) if newest else Swept(issuer=issuer)
