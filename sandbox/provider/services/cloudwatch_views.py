"""Amazon CloudWatch: dashboards, and Contributor Insights rules."""

import re
from typing import TYPE_CHECKING

from sandbox.provider.schema import Change, Input, Kind, ResourceType, json_text, one_of, same_json
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_MOST_RULES = 500
"""More than an account may have (CloudWatch quotas), so that one answer holds all."""
_GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException"})


def _put_dashboard(aws: Aws, wanted: State) -> str:
    client: CloudWatchClient = aws.client("cloudwatch")
    client.put_dashboard(DashboardName=wanted["dashboardName"], DashboardBody=wanted["dashboardBody"])
    return wanted["dashboardName"]


def _read_dashboard(aws: Aws, name: str, _so_far: State) -> State:
    client: CloudWatchClient = aws.client("cloudwatch")
    dashboard = client.get_dashboard(DashboardName=name)
    return {
        "dashboardArn": dashboard["DashboardArn"],
        "dashboardBody": dashboard["DashboardBody"],
        "dashboardName": dashboard["DashboardName"],
    }


def _update_dashboard(aws: Aws, _name: str, change: Change) -> None:
    _put_dashboard(aws, change.new)


def _delete_dashboard(aws: Aws, name: str, _state: State) -> None:
    client: CloudWatchClient = aws.client("cloudwatch")
    client.delete_dashboards(DashboardNames=[name])


def _put_rule(aws: Aws, wanted: State) -> str:
    client: CloudWatchClient = aws.client("cloudwatch")
    client.put_insight_rule(
        RuleName=wanted["ruleName"],
        RuleDefinition=wanted["ruleDefinition"],
        **given(RuleState=wanted.get("ruleState"), Tags=tag_list(wanted["tagsAll"])),
    )
    return wanted["ruleName"]


def _read_rule(aws: Aws, name: str, _so_far: State) -> State | None:
    client: CloudWatchClient = aws.client("cloudwatch")
    for rule in client.describe_insight_rules(MaxResults=_MOST_RULES).get("InsightRules", []):
        if rule["Name"] == name:
            arn = f"arn:aws:cloudwatch:{aws.region}:{aws.account}:insight-rule/{name}"
            return {
                "resourceArn": arn,
                "ruleDefinition": rule["Definition"],
                "ruleName": name,
                "ruleState": rule["State"],
                "tagsAll": tag_map(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
            }
    return None


def _update_rule(aws: Aws, _name: str, change: Change) -> None:
    """Change tags, and nothing else: the real provider leaves the rule in AWS as it was made (WithNoOpUpdate)."""
    client: CloudWatchClient = aws.client("cloudwatch")
    arn = change.old["resourceArn"]
    if change.removed_tags:
        client.untag_resource(ResourceARN=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_rule(aws: Aws, name: str, _state: State) -> None:
    client: CloudWatchClient = aws.client("cloudwatch")
    client.delete_insight_rules(RuleNames=[name])


def _name(value: object) -> str | None:
    """Take what CloudWatch takes of dashboards (validDashboardName)."""
    if re.fullmatch(r"[\w-]{1,255}", str(value), re.ASCII):
        return None
    return f"must be 1 to 255 letters, digits, hyphens and underscores, got {value!r}"


DASHBOARD = ResourceType(
    pulumi_type="aws:cloudwatch/dashboard:Dashboard",
    source="internal/service/cloudwatch/dashboard.go",
    inputs={
        "dashboardBody": Input(required=True, rule=json_text, same=same_json),
        "dashboardName": Input(required=True, replace=True, rule=_name),
    },
    outputs=("dashboardArn",),
    unserved=frozenset({"region"}),
    gone=_GONE,
    create=_put_dashboard,
    read=_read_dashboard,
    update=_update_dashboard,
    delete=_delete_dashboard,
)

CONTRIBUTOR_INSIGHT_RULE = ResourceType(
    pulumi_type="aws:cloudwatch/contributorInsightRule:ContributorInsightRule",
    source="internal/service/cloudwatch/contributor_insight_rule.go",
    inputs={
        "ruleDefinition": Input(required=True, rule=json_text),
        "ruleName": Input(required=True),
        "ruleState": Input(computed=True, rule=one_of("ENABLED", "DISABLED")),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("resourceArn",),
    unserved=frozenset({"region"}),
    gone=_GONE,
    create=_put_rule,
    read=_read_rule,
    update=_update_rule,
    delete=_delete_rule,
)

RESOURCE_TYPES = (DASHBOARD, CONTRIBUTOR_INSIGHT_RULE)
