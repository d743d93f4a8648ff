"""`AuditDashboard`: reads and refusals per tenant, rotations, overdue keys and alarms on one page of CloudWatch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import function_alarms, sweep_alarms
from components.metric_alarm import HOURS
from components.read_volume import READS, REFUSALS, insight_metric
from components.security_topic import LOST_ALARMS
from tenant_keys.naming import Names
from tenant_keys.settings import Settings

# A grid of 24 columns; an alarm widget shows 100 alarms at most (CloudWatch API reference, "Dashboard body structure
# and syntax").
COLUMNS, HEIGHT = 24, 6
MOST_ALARMS = 100


@dataclass(frozen=True, kw_only=True)
class AuditDashboardArgs:
    """The settings of the environment that is shown."""

    settings: Settings


class AuditDashboard(pulumi.ComponentResource):
    """The dashboard of the environment. It costs 3 USD a month beyond an account's first three (CloudWatch pricing)."""

    def __init__(self, name: str, args: AuditDashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:AuditDashboard", name, None, opts)
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=args.settings.names.dashboard(),
            dashboard_body=json.dumps(dashboard_body(args.settings), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def dashboard_body(settings: Settings) -> dict[str, Any]:
    """What the dashboard shows, two widgets a row."""
    names, issuers = settings.names, sorted(settings.issuers)
    functions = [names.rotator_function(issuer) for issuer in issuers]
    widgets = [
        _per_tenant(settings, "Reads per tenant", "not ispresent(detail.errorCode)"),
        _per_tenant(settings, "Refused reads per tenant", "detail.errorCode like /^AccessDenied/"),
        _busiest_key(settings),
        _refusals(settings),
        *([_rotations(settings, functions), _overdue(settings, issuers)] if issuers else []),
        *_alarms(alarm_arns(settings)),
    ]
    return {"widgets": [{**widget, **_place(number)} for number, widget in enumerate(widgets)]}


def alarm_arns(settings: Settings) -> list[str]:
    """The CloudWatch alarms of the environment; alarms on events are rules, and have no state to show."""
    names = settings.names
    alarms = [names.unusual_reads_alarm(), names.alarm(names.security_topic(), LOST_ALARMS.about)]
    alarms += function_alarms.alarm_names(names, names.notices_function())
    for issuer in sorted(settings.issuers):
        alarms += function_alarms.alarm_names(names, names.rotator_function(issuer))
        alarms += sweep_alarms.alarm_names(names, issuer)
    return [names.alarm_arn(alarm) for alarm in alarms]


def _per_tenant(settings: Settings, title: str, which: str) -> dict[str, Any]:
    """Counts in the log of reads, by the tenant that stands in the secret's name; a new tenant appears by itself."""
    query = (
        f"SOURCE '{settings.names.secret_reads_log_group()}' "
        f"| filter {which} "
        "| fields coalesce(detail.requestParameters.secretId, detail.errorMessage) as secret "
        f'| parse secret "*{settings.names.secret_prefix()}*/*" as before, tenant, after '
        "| filter ispresent(tenant) "
        "| stats count(*) as reads by tenant | sort reads desc"
    )
    return {
        "type": "log",
        "properties": {"title": title, "region": settings.region, "query": query, "view": "bar"},
    }


def _busiest_key(settings: Settings) -> dict[str, Any]:
    threshold = settings.reads_per_hour_alarm
    return _metrics(
        settings,
        "Reads of the busiest key in an hour",
        [_insight(settings.names, READS, "MaxContributorValue", "busiest key")],
        annotations={"horizontal": [{"label": "alarm", "value": threshold}]},
    )


def _refusals(settings: Settings) -> dict[str, Any]:
    of_rule = (("Sum", "refused reads"), ("UniqueContributors", "identities that were refused"))
    metrics = [_insight(settings.names, REFUSALS, metric, label) for metric, label in of_rule]
    return _metrics(settings, "Refused reads and whose they are", metrics)


def _rotations(settings: Settings, functions: Sequence[str]) -> dict[str, Any]:
    metrics = [
        ["AWS/Lambda", metric, "FunctionName", function, {"stat": "Sum"}]
        for function in functions
        for metric in ("Invocations", "Errors")
    ]
    return _metrics(settings, "Rotations and sweeps: runs and failures", metrics)


def _overdue(settings: Settings, issuers: Sequence[str]) -> dict[str, Any]:
    metrics = [
        [
            sweep_alarms.NAMESPACE,
            metric,
            *(word for dimension in sweep_alarms.dimensions(settings, issuer).items() for word in dimension),
            {"stat": "Maximum"},
        ]
        for issuer in issuers
        for metric in ("OverdueRotations", "StuckPending")
    ]
    return _metrics(settings, "Overdue and stuck keys", metrics)


def _alarms(arns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for first in range(0, len(arns), MOST_ALARMS):
        yield {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(arns[first : first + MOST_ALARMS])}}


def _insight(names: Names, rule: str, metric: str, label: str) -> list[dict[str, Any]]:
    expression = insight_metric(names.insight_rule(rule), metric)
    return [{"expression": expression, "label": label, "period": HOURS}]


def _metrics(
    settings: Settings, title: str, metrics: Sequence[object], annotations: Mapping[str, object] | None = None
) -> dict[str, Any]:
    properties = {
        "title": title,
        "region": settings.region,
        "view": "timeSeries",
        "period": HOURS,
        "metrics": list(metrics),
        **({"annotations": annotations} if annotations else {}),
    }
    return {"type": "metric", "properties": properties}


def _place(number: int) -> dict[str, int]:
    width = COLUMNS // 2
    return {"x": number % 2 * width, "y": number // 2 * HEIGHT, "width": width, "height": HEIGHT}
