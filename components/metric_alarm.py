"""How an alarm looks here: a metric that is normally zero, and somebody who is told when it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

MINUTES, HOURS = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """When an alarm rings: `statistic` of the metric reaches `threshold` in each of `periods`.

    Attributes:
        about: What it is about, the end of its name.
        means: What it means and what to do, for whoever is woken by it.
        namespace: The metric's namespace.
        metric: The metric's name.
        statistic: Sum, Maximum or Minimum within a period.
        threshold: The least value that rings.
        period_seconds: The length of a period.
        periods: How many periods in a row.
        rings_without_data: Whether silence is alarming too.
    """

    about: str
    means: str
    namespace: str
    metric: str
    statistic: str
    threshold: int = 1
    period_seconds: int
    periods: int = 1
    rings_without_data: bool = False


def metric_alarm(
    logical_name: str,
    *,
    name: str,
    alarm: Alarm,
    dimensions: Mapping[str, str],
    topics: Sequence[pulumi.Input[str]],
    parent: pulumi.Resource,
) -> aws.cloudwatch.MetricAlarm:
    """Creates an alarm that tells `topics` when it begins and when it ends."""
    return aws.cloudwatch.MetricAlarm(
        logical_name,
        name=name,
        alarm_description=alarm.means,
        namespace=alarm.namespace,
        metric_name=alarm.metric,
        dimensions=dimensions,
        statistic=alarm.statistic,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=alarm.threshold,
        period=alarm.period_seconds,
        evaluation_periods=alarm.periods,
        treat_missing_data="breaching" if alarm.rings_without_data else "notBreaching",
        alarm_actions=topics,
        ok_actions=topics,
        opts=pulumi.ResourceOptions(parent=parent),
    )
