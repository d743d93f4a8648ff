"""CloudWatch: alarms, metrics, dashboards and Contributor Insights rules.

The pinned boto3 speaks JSON with it, of the protocols that its model names.

From "Actions, resources, and condition keys for Amazon CloudWatch" in the Service Authorization Reference. What is
made is kept and described; the sandbox evaluates no alarm, draws nothing and counts nothing.
"""

from collections.abc import Iterable

from sandbox.gate import moto_targets
from sandbox.gate.errors import Protocol
from sandbox.gate.operations import (
    Check,
    Operation,
    Questions,
    Service,
    check_of_tagging,
    check_with_tags,
    names_of,
    resource_tags,
)


def _arn(operation: Operation, name: str) -> str:
    return f"arn:aws:cloudwatch:{operation.region}:{operation.account}:alarm:{name}"


def _own_tags(operation: Operation, arn: str) -> dict[str, str]:
    return resource_tags(moto_targets.alarm_tags(operation.account, operation.region, arn))


def _put_alarm(operation: Operation) -> Iterable[Check]:
    arn = _arn(operation, operation.text("AlarmName"))
    return check_with_tags(operation, "cloudwatch", arn, moto_targets.alarm_tags)


def _alarms(operation: Operation) -> Iterable[Check]:
    """Ask for each alarm that is named; for all of them where none is."""
    for name in names_of(operation.parameters.get("AlarmNames")) or ["*"]:
        arn = _arn(operation, name)
        yield operation.check(f"cloudwatch:{operation.name}", arn, context=_own_tags(operation, arn))


def _dashboards(operation: Operation) -> Iterable[Check]:
    listed = names_of(operation.parameters.get("DashboardNames")) or [operation.text("DashboardName")]
    for name in listed:
        arn = f"arn:aws:cloudwatch::{operation.account}:dashboard/{name}"
        yield operation.check(f"cloudwatch:{operation.name}", arn)


def _insight_rules(operation: Operation) -> Iterable[Check]:
    for name in names_of(operation.parameters.get("RuleNames")) or [operation.text("RuleName")]:
        arn = f"arn:aws:cloudwatch:{operation.region}:{operation.account}:insight-rule/{name}"
        yield from check_with_tags(operation, "cloudwatch", arn, moto_targets.alarm_tags)


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"cloudwatch:{operation.name}", "*")


def _tag(operation: Operation) -> Iterable[Check]:
    return check_of_tagging(operation, "cloudwatch", moto_targets.alarm_tags)


def _metrics(operation: Operation) -> Iterable[Check]:
    space = {"cloudwatch:namespace": operation.text("Namespace")} if operation.name == "PutMetricData" else {}
    yield operation.check(f"cloudwatch:{operation.name}", "*", context=space)


_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(("DeleteAlarms", "DescribeAlarms"), _alarms),
    **dict.fromkeys(("GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"), _metrics),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    **dict.fromkeys(("DeleteDashboards", "GetDashboard", "PutDashboard"), _dashboards),
    **dict.fromkeys(("DeleteInsightRules", "PutInsightRule"), _insight_rules),
    "DescribeInsightRules": _account_wide,
    "PutMetricAlarm": _put_alarm,
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="monitoring.amazonaws.com",
    target_prefix="GraniteServiceVersion20100801",
    operations=_OPERATIONS,
)
