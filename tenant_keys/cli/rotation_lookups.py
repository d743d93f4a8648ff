"""What exists in AWS of rotation under the name of a resource whose creation was interrupted; see `lookups`."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tenant_keys.recovery import Existing

if TYPE_CHECKING:
    from tenant_keys.cli.lookups import Cloud

Inputs = Mapping[str, Any]
# What SNS lists instead of an ARN until the owner has confirmed; subscribing once more gives the same subscription.
_UNCONFIRMED = "PendingConfirmation"


def _function(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    found = cloud.session.client("lambda").get_function(FunctionName=inputs["name"])
    yield Existing(id=inputs["name"], tags=found.get("Tags", {}))


def _permission(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    function, statement = inputs["function"], inputs["statementId"]
    policy = json.loads(cloud.session.client("lambda").get_policy(FunctionName=function)["Policy"])
    if statement in {each["Sid"] for each in policy["Statement"]}:
        yield Existing(id=statement, import_id=f"{function}/{statement}")


def _event_invoke_config(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    function = inputs["functionName"]
    cloud.session.client("lambda").get_function_event_invoke_config(FunctionName=function)
    yield Existing(id=function)


def _log_group(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    logs, name = cloud.session.client("logs"), inputs["name"]
    listed = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    for group in (each for each in listed if each.get("logGroupName") == name):
        arn = group.get("arn", "").removesuffix(":*")
        yield Existing(id=name, tags=logs.list_tags_for_resource(resourceArn=arn)["tags"])


def _alarm(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    cloudwatch = cloud.session.client("cloudwatch")
    for alarm in cloudwatch.describe_alarms(AlarmNames=[inputs["name"]]).get("MetricAlarms", []):
        tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm.get("AlarmArn", ""))["Tags"]
        yield Existing(id=inputs["name"], tags=_as_map(tags))


def _insight_rule(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    cloudwatch, name = cloud.session.client("cloudwatch"), inputs["ruleName"]
    rules = cloudwatch.describe_insight_rules(MaxResults=500).get("InsightRules", [])  # an account may have fewer
    if name in {rule["Name"] for rule in rules}:
        arn = cloud.names.arn("cloudwatch", f"insight-rule/{name}")
        yield Existing(id=name, tags=_as_map(cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]))


def _dashboard(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    cloud.session.client("cloudwatch").get_dashboard(DashboardName=inputs["dashboardName"])
    yield Existing(id=inputs["dashboardName"])


def _log_policy(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    pages = cloud.session.client("logs").get_paginator("describe_resource_policies").paginate()
    if inputs["policyName"] in {policy.get("policyName") for page in pages for policy in page["resourcePolicies"]}:
        yield Existing(id=inputs["policyName"])


def _rule(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    events = cloud.session.client("events")
    arn = events.describe_rule(Name=inputs["name"])["Arn"]
    yield Existing(id=inputs["name"], tags=_as_map(events.list_tags_for_resource(ResourceARN=arn)["Tags"]))


def _target(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    rule, target = inputs["rule"], inputs["targetId"]
    if target in {each["Id"] for each in cloud.session.client("events").list_targets_by_rule(Rule=rule)["Targets"]}:
        yield Existing(id=f"{rule}-{target}", import_id=f"{rule}/{target}")


def _schedule_group(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    scheduler = cloud.session.client("scheduler")
    arn = scheduler.get_schedule_group(Name=inputs["name"])["Arn"]
    yield Existing(id=inputs["name"], tags=_as_map(scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"]))


def _schedule(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    cloud.session.client("scheduler").get_schedule(GroupName=inputs["groupName"], Name=inputs["name"])
    yield Existing(id=f"{inputs['groupName']}/{inputs['name']}")


def _topic(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    sns, arn = cloud.session.client("sns"), cloud.names.arn("sns", inputs["name"])
    sns.get_topic_attributes(TopicArn=arn)
    yield Existing(id=arn, tags=_as_map(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]))


def _topic_policy(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    """A topic always has a policy; if it is still the first one, the next `pulumi up` puts ours in its place."""
    cloud.session.client("sns").get_topic_attributes(TopicArn=inputs["arn"])
    yield Existing(id=inputs["arn"])


def _subscription(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    pages = cloud.session.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=inputs["topic"])
    wanted = (inputs["protocol"], inputs["endpoint"])
    for each in (each for page in pages for each in page["Subscriptions"]):
        if (each.get("Protocol"), each.get("Endpoint")) == wanted and each.get("SubscriptionArn") != _UNCONFIRMED:
            yield Existing(id=each.get("SubscriptionArn", ""))


def _queue(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    sqs = cloud.session.client("sqs")
    url = sqs.get_queue_url(QueueName=inputs["name"])["QueueUrl"]
    yield Existing(id=url, tags=sqs.list_queue_tags(QueueUrl=url).get("Tags", {}))


def _queue_policy(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    url = inputs["queueUrl"]
    answer = cloud.session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    if answer.get("Attributes", {}).get("Policy"):
        yield Existing(id=url)


def _secret_rotation(cloud: "Cloud", inputs: Inputs) -> Iterator[Existing]:
    secret = cloud.session.client("secretsmanager").describe_secret(SecretId=inputs["secretId"])
    if secret.get("RotationEnabled"):
        yield Existing(id=secret["ARN"])


def _as_map(tags: Any) -> dict[str, str]:  # noqa: ANN401 - each service's stub has a type of its own
    return {each["Key"]: each["Value"] for each in tags}


ROTATION_LOOKUPS: Mapping[str, Callable[["Cloud", Inputs], Iterator[Existing]]] = {
    "aws:lambda/function:Function": _function,
    "aws:lambda/permission:Permission": _permission,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _event_invoke_config,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/contributorInsightRule:ContributorInsightRule": _insight_rule,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": _log_policy,
    "aws:cloudwatch/eventRule:EventRule": _rule,
    "aws:cloudwatch/eventTarget:EventTarget": _target,
    "aws:scheduler/scheduleGroup:ScheduleGroup": _schedule_group,
    "aws:scheduler/schedule:Schedule": _schedule,
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicPolicy:TopicPolicy": _topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": _subscription,
    "aws:sqs/queue:Queue": _queue,
    "aws:sqs/queuePolicy:QueuePolicy": _queue_policy,
    "aws:secretsmanager/secretRotation:SecretRotation": _secret_rotation,
}
