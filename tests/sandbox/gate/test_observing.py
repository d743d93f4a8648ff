"""CloudWatch Logs and CloudWatch behind the gate.

CloudWatch Logs User Guide, "Overview of managing access permissions to your CloudWatch Logs resources"; Service
Authorization Reference for both services.
"""

import json
import time
from typing import Any

from tests.sandbox.gate.cloud import REGION, A, Cloud, allow, document, refused

GROUP = "/aws/lambda/app--sendgrid--rotator"


def _group_arn(name: str, end: str = ":*") -> str:
    return f"arn:aws:logs:{REGION}:{A}:log-group:{name}{end}"


def _alarm(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0.5,
        "ComparisonOperator": "GreaterThanThreshold",
        **more,
    }


class TestLogGroups:
    def test_a_group_is_kept_with_retention_and_tags_and_takes_lines(self, cloud: Cloud) -> None:
        logs = cloud.administrator().client("logs")
        logs.create_log_group(logGroupName="/kept", tags={"app": "x"})
        logs.put_retention_policy(logGroupName="/kept", retentionInDays=30)
        (got,) = logs.describe_log_groups(logGroupNamePrefix="/kept")["logGroups"]
        assert (got["retentionInDays"], got["arn"]) == (30, _group_arn("/kept"))
        assert logs.list_tags_for_resource(resourceArn=_group_arn("/kept", ""))["tags"] == {"app": "x"}
        logs.create_log_stream(logGroupName="/kept", logStreamName="s")
        line = {"timestamp": int(time.time() * 1000), "message": "a & b"}
        logs.put_log_events(logGroupName="/kept", logStreamName="s", logEvents=[line])
        assert [e["message"] for e in logs.filter_log_events(logGroupName="/kept")["events"]] == ["a & b"]
        logs.delete_log_group(logGroupName="/kept")

    def test_a_policy_names_a_group_with_its_streams(self, cloud: Cloud) -> None:
        right = cloud.role("makes-logs", allow("logs:CreateLogGroup", _group_arn(GROUP)))
        wrong = cloud.role("makes-no-logs", allow("logs:CreateLogGroup", _group_arn(GROUP, "")))
        create = cloud.administrator().assume(wrong).client("logs").create_log_group
        message = refused(create, code="AccessDeniedException", logGroupName=GROUP)
        assert f"on resource: {_group_arn(GROUP, ':log-stream:')} because" in message
        logs = cloud.administrator().assume(right).client("logs")
        logs.create_log_group(logGroupName=GROUP)
        refused(logs.create_log_group, code="AccessDeniedException", logGroupName=GROUP + "-2")

    def test_lines_are_bound_to_a_stream(self, cloud: Cloud) -> None:
        cloud.administrator().client("logs").create_log_group(logGroupName="/lines")
        writer = cloud.role("writes-logs", allow("logs:CreateLogStream", _group_arn("/lines", ":log-stream:mine-*")))
        create = cloud.administrator().assume(writer).client("logs").create_log_stream
        create(logGroupName="/lines", logStreamName="mine-1")
        refused(create, code="AccessDeniedException", logGroupName="/lines", logStreamName="yours-1")

    def test_tags_have_the_group_without_its_streams_as_resource(self, cloud: Cloud) -> None:
        logs = cloud.administrator().client("logs")
        logs.create_log_group(logGroupName="/tagging")
        arn = _group_arn("/tagging", "")
        right = cloud.role("tags-logs", allow("logs:TagResource", arn))
        cloud.administrator().assume(right).client("logs").tag_resource(resourceArn=arn, tags={"app": "x"})
        wrong = cloud.role("tags-no-logs", allow("logs:TagResource", _group_arn("/tagging")))
        tag = cloud.administrator().assume(wrong).client("logs").tag_resource
        refused(tag, code="AccessDeniedException", resourceArn=arn, tags={"app": "x"})

    def test_tags_on_creation_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        maker = cloud.role("makes-untagged-logs", allow("logs:CreateLogGroup"))
        create = cloud.administrator().assume(maker).client("logs").create_log_group
        message = refused(create, code="AccessDeniedException", logGroupName="/untagged", tags={"app": "x"})
        assert "logs:TagResource" in message

    def test_a_key_that_would_not_be_used_is_refused(self, cloud: Cloud) -> None:
        create = cloud.administrator().client("logs").create_log_group
        refused(create, code="NotImplemented", logGroupName="/sealed", kmsKeyId=f"arn:aws:kms:{REGION}:{A}:key/x")


class TestAlarms:
    def test_an_alarm_is_kept_with_its_tags(self, cloud: Cloud) -> None:
        watch = cloud.administrator().client("cloudwatch")
        watch.put_metric_alarm(**_alarm("kept"), Tags=[{"Key": "app", "Value": "x"}])
        (got,) = watch.describe_alarms(AlarmNames=["kept"])["MetricAlarms"]
        assert (got["Threshold"], got["AlarmArn"]) == (0.5, f"arn:aws:cloudwatch:{REGION}:{A}:alarm:kept")
        tags = watch.list_tags_for_resource(ResourceARN=got["AlarmArn"])["Tags"]
        assert tags == [{"Key": "app", "Value": "x"}]
        watch.delete_alarms(AlarmNames=["kept"])
        assert watch.describe_alarms(AlarmNames=["kept"])["MetricAlarms"] == []

    def test_each_alarm_is_asked_for(self, cloud: Cloud) -> None:
        ours = f"arn:aws:cloudwatch:{REGION}:{A}:alarm:app-*"
        keeper = cloud.role("keeps-alarms", allow(["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"], ours))
        watch = cloud.administrator().assume(keeper).client("cloudwatch")
        watch.put_metric_alarm(**_alarm("app-errors"))
        refused(watch.put_metric_alarm, code="AccessDeniedException", **_alarm("errors"))
        refused(watch.delete_alarms, code="AccessDeniedException", AlarmNames=["app-errors", "errors"])
        more = _alarm("app-2", Tags=[{"Key": "app", "Value": "x"}])
        assert "cloudwatch:TagResource" in refused(watch.put_metric_alarm, code="AccessDeniedException", **more)

    def test_metrics_are_bound_to_their_namespace(self, cloud: Cloud) -> None:
        ours = {"StringEquals": {"cloudwatch:namespace": "TenantKeys"}}
        writer = cloud.role("writes-metrics", allow("cloudwatch:PutMetricData", Condition=ours))
        put = cloud.administrator().assume(writer).client("cloudwatch").put_metric_data
        data = [{"MetricName": "Orphans", "Value": 0}]
        put(Namespace="TenantKeys", MetricData=data)
        refused(put, code="AccessDeniedException", Namespace="Other", MetricData=data)


class TestLogPolicies:
    def test_a_policy_of_the_account_is_kept_and_has_no_resource(self, cloud: Cloud) -> None:
        keeper = cloud.role(
            "keeps-log-policies",
            allow(["logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DeleteResourcePolicy"]),
        )
        logs = cloud.administrator().assume(keeper).client("logs")
        policy = json.dumps(document(allow("logs:PutLogEvents", Principal={"Service": "events.amazonaws.com"})))
        logs.put_resource_policy(policyName="events", policyDocument=policy)
        (got,) = logs.describe_resource_policies()["resourcePolicies"]
        assert (got["policyName"], got["policyDocument"]) == ("events", policy)
        logs.delete_resource_policy(policyName="events")
        assert logs.describe_resource_policies()["resourcePolicies"] == []
        narrow = cloud.role("keeps-none", allow("logs:PutResourcePolicy", _group_arn("/kept")))
        put = cloud.administrator().assume(narrow).client("logs").put_resource_policy
        refused(put, code="AccessDeniedException", policyName="events", policyDocument=policy)


class TestDashboards:
    def test_a_dashboard_is_kept_and_asked_for_by_its_name_in_no_region(self, cloud: Cloud) -> None:
        ours = f"arn:aws:cloudwatch::{A}:dashboard/app--*"
        actions = [f"cloudwatch:{name}" for name in ("PutDashboard", "GetDashboard", "DeleteDashboards")]
        keeper = cloud.role("keeps-dashboards", allow(actions, ours))
        watch = cloud.administrator().assume(keeper).client("cloudwatch")
        watch.put_dashboard(DashboardName="app--audit", DashboardBody='{"widgets": []}')
        assert watch.get_dashboard(DashboardName="app--audit")["DashboardBody"] == '{"widgets": []}'
        refused(watch.put_dashboard, code="AccessDeniedException", DashboardName="other", DashboardBody="{}")
        refused(watch.delete_dashboards, code="AccessDeniedException", DashboardNames=["app--audit", "other"])
        watch.delete_dashboards(DashboardNames=["app--audit"])


class TestInsightRules:
    def test_a_rule_is_kept_with_its_tags_and_asked_for_by_its_name(self, cloud: Cloud) -> None:
        arn = f"arn:aws:cloudwatch:{REGION}:{A}:insight-rule/app--reads"
        names = ("PutInsightRule", "DeleteInsightRules", "TagResource", "UntagResource", "ListTagsForResource")
        keeper = cloud.role(
            "keeps-insight-rules",
            allow([f"cloudwatch:{name}" for name in names], f"{arn[:-5]}*"),
            allow("cloudwatch:DescribeInsightRules"),
        )
        watch = cloud.administrator().assume(keeper).client("cloudwatch")
        rule = {"RuleName": "app--reads", "RuleDefinition": "{}", "RuleState": "ENABLED"}
        watch.put_insight_rule(**rule, Tags=[{"Key": "app", "Value": "x"}])
        watch.tag_resource(ResourceARN=arn, Tags=[{"Key": "owner", "Value": "y"}])
        watch.untag_resource(ResourceARN=arn, TagKeys=["app"])
        assert watch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "owner", "Value": "y"}]
        (got,) = watch.describe_insight_rules()["InsightRules"]
        assert (got["Name"], got["Definition"], got["State"]) == ("app--reads", "{}", "ENABLED")
        refused(watch.put_insight_rule, code="AccessDeniedException", **{**rule, "RuleName": "other"})
        watch.delete_insight_rules(RuleNames=["app--reads"])
        assert watch.describe_insight_rules()["InsightRules"] == []
