"""Amazon CloudWatch: alarms on one metric, or on metric math."""

from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, length, one_of
from sandbox.provider.services.calls import given, tag_list, tag_map, told
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_MEMBERS = {
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "evaluationPeriods": "EvaluationPeriods",
    "metricName": "MetricName",
    "namespace": "Namespace",
    "okActions": "OKActions",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "treatMissingData": "TreatMissingData",
}
"""Inputs that PutMetricAlarm and DescribeAlarms call the same."""


_QUERY = {
    "expression": Field(aws="Expression"),
    "id": Field(aws="Id", required=True),
    "label": Field(aws="Label"),
    "period": Field(aws="Period"),
    "returnData": Field(aws="ReturnData", default=False),
}
"""A query that is metric math; one that names a metric is not served."""


def _put(aws: Aws, wanted: State, **more: Any) -> str:  # noqa: ANN401 - arguments of any kind
    client: CloudWatchClient = aws.client("cloudwatch")
    named: dict[str, Any] = {member: wanted[name] for name, member in _MEMBERS.items() if wanted.get(name) is not None}
    dimensions = [{"Name": key, "Value": text} for key, text in sorted(wanted.get("dimensions", {}).items())]
    queries = [to_aws(_QUERY, query) for query in wanted.get("metricQueries", [])]
    client.put_metric_alarm(AlarmName=wanted["name"], **named, **given(Dimensions=dimensions, Metrics=queries, **more))
    return wanted["name"]


def _create(aws: Aws, wanted: State) -> str:
    return _put(aws, wanted, Tags=tag_list(wanted["tagsAll"]))


def _read(aws: Aws, name: str, _so_far: State) -> State | None:
    client: CloudWatchClient = aws.client("cloudwatch")
    found: Any = client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    if not found:
        return None
    (alarm,) = found
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}
    tags = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    return {
        **{name: told(alarm.get(member)) for name, member in _MEMBERS.items()},
        "arn": alarm["AlarmArn"],
        "dimensions": dimensions or None,
        "metricQueries": [from_aws(_QUERY, query) for query in alarm.get("Metrics", [])] or None,
        "name": alarm["AlarmName"],
        "tagsAll": tag_map(tags),
    }


def _update(aws: Aws, _name: str, change: Change) -> None:
    client: CloudWatchClient = aws.client("cloudwatch")
    if change.names - {"tags", "tagsAll"}:
        _put(aws, change.new)
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(ResourceARN=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete(aws: Aws, name: str, _state: State) -> None:
    client: CloudWatchClient = aws.client("cloudwatch")
    client.delete_alarms(AlarmNames=[name])


def _period(value: object) -> str | None:
    """Take what the provider takes."""
    fits = isinstance(value, int) and (value in (10, 20, 30) or (value > 0 and value % 60 == 0))
    return None if fits else f"must be 10, 20, 30 or a multiple of 60, got {value}"


METRIC_ALARM = ResourceType(
    pulumi_type="aws:cloudwatch/metricAlarm:MetricAlarm",
    source="internal/service/cloudwatch/metric_alarm.go",
    inputs={
        "actionsEnabled": Input(kind=Kind.FLAG, default=True),
        "alarmActions": Input(kind=Kind.TEXTS),
        "alarmDescription": Input(rule=length(0, 1024)),
        "comparisonOperator": Input(
            rule=one_of(
                "GreaterThanOrEqualToThreshold",
                "GreaterThanThreshold",
                "LessThanThreshold",
                "LessThanOrEqualToThreshold",
            )
        ),
        "dimensions": Input(kind=Kind.MAP),
        "evaluationPeriods": Input(kind=Kind.NUMBER),
        "metricQueries": Input(kind=Kind.BLOCKS, shape=_QUERY),
        "metricName": Input(rule=length(1, 255)),
        "name": Input(replace=True, computed=True, rule=length(1, 255)),
        "namespace": Input(rule=length(1, 255)),
        "okActions": Input(kind=Kind.TEXTS),
        "period": Input(kind=Kind.NUMBER, rule=_period),
        "statistic": Input(rule=one_of("SampleCount", "Average", "Sum", "Minimum", "Maximum")),
        "tags": Input(kind=Kind.TAGS),
        "threshold": Input(kind=Kind.AMOUNT),
        "treatMissingData": Input(default="missing", rule=one_of("breaching", "notBreaching", "ignore", "missing")),
    },
    outputs=("arn",),
    unserved=frozenset(
        {
            "datapointsToAlarm",
            "evaluateLowSampleCountPercentiles",
            "evaluationCriteria",
            "evaluationInterval",
            "evaluationWindow",
            "extendedStatistic",
            "insufficientDataActions",
            "region",
            "thresholdMetricId",
            "unit",
            "warmUpConfiguration",
        }
    ),
    auto_name=AutoName(limit=255),
    gone=frozenset({"ResourceNotFound", "ResourceNotFoundException"}),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)

RESOURCE_TYPES = (METRIC_ALARM,)
