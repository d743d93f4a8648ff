"""`ReadVolume`: how often each key is read, and an alarm when one of them is read too often."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.alarm_patterns import REFUSED, reads
from components.event_alarm import SEES_READS
from components.metric_alarm import HOURS
from components.watched_function import retention_days
from policies.documents import text
from policies.security import read_logs_policy
from tenant_keys.naming import Names, logical_name
from tenant_keys.settings import Settings

READS, REFUSALS = "reads-by-secret", "refusals-by-principal"


@dataclass(frozen=True, kw_only=True)
class ReadVolumeArgs:
    """What is counted, and who is told.

    Attributes:
        settings: The settings of the environment.
        topic: ARN of the security topic.
    """

    settings: Settings
    topic: pulumi.Input[str]


class ReadVolume(pulumi.ComponentResource):
    """A log group of reads, two Contributor Insights rules over it, and one alarm on the busiest key.

    A metric for each tenant would cost 0.30 USD a month for each; a Contributor Insights rule is one price for all of
    them, plus one for each million reads (CloudWatch pricing).
    """

    def __init__(self, name: str, args: ReadVolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:ReadVolume", name, None, opts)
        self._name, self._settings, self._names = name, args.settings, args.settings.names
        self._log()
        rules = [self._insight_rule(about, definition) for about, definition in insight_rules(self._names).items()]
        self._alarm(args.topic, rules)
        self.register_outputs({})

    def _child(self, depends_on: Sequence[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on)

    def _log(self) -> None:
        group = aws.cloudwatch.LogGroup(
            self._name,
            name=self._names.secret_reads_log_group(),
            retention_in_days=retention_days(self._settings.audit_retention_days),
            opts=self._child(),
        )
        rule = aws.cloudwatch.EventRule(
            self._name,
            name=self._names.secret_reads(),
            description=f"Reads of {self._settings.app}'s keys, which are counted",
            event_pattern=json.dumps(reads(self._names), sort_keys=True, separators=(",", ":")),
            state=SEES_READS,
            opts=self._child(),
        )
        policy = aws.cloudwatch.LogResourcePolicy(
            self._name,
            policy_name=self._names.secret_reads(),
            policy_document=text(
                read_logs_policy(
                    log_streams=self._names.secret_reads_log_streams_arn_pattern(),
                    rule=self._names.secret_reads_rule_arn(),
                )
            ),
            opts=self._child(),
        )
        aws.cloudwatch.EventTarget(
            self._name, rule=rule.name, target_id="secret-reads", arn=group.arn, opts=self._child([policy])
        )

    def _insight_rule(self, about: str, definition: Mapping[str, object]) -> pulumi.Resource:
        return aws.cloudwatch.ContributorInsightRule(
            logical_name(self._name, about),
            rule_name=self._names.insight_rule(about),
            rule_definition=json.dumps(definition, sort_keys=True),
            rule_state="ENABLED",
            # The provider takes a change of the definition and does not tell CloudWatch of it.
            opts=pulumi.ResourceOptions(
                parent=self, replace_on_changes=["ruleDefinition", "ruleName"], delete_before_replace=True
            ),
        )

    def _alarm(self, topic: pulumi.Input[str], rules: Sequence[pulumi.Resource]) -> None:
        aws.cloudwatch.MetricAlarm(
            self._name,
            name=self._names.unusual_reads_alarm(),
            alarm_description=(
                f"One key was read {self._settings.reads_per_hour_alarm} times or more in an hour. The Contributor "
                f"Insights rule {self._names.insight_rule(READS)} says which. What to do: "
                "docs/runbooks/suspicious-read.md"
            ),
            metric_queries=[
                aws.cloudwatch.MetricAlarmMetricQueryArgs(
                    id="busiest",
                    expression=insight_metric(self._names.insight_rule(READS), "MaxContributorValue"),
                    label="Reads of the busiest key",
                    period=HOURS,
                    return_data=True,
                )
            ],
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=self._settings.reads_per_hour_alarm,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            opts=self._child(rules),
        )


def insight_rules(names: Names) -> dict[str, Mapping[str, object]]:
    """The rules over the log of reads, by what they are about ("Contributor Insights rule syntax")."""
    log = {
        "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
        "LogGroupNames": [names.secret_reads_log_group()],
        "LogFormat": "JSON",
        "AggregateOn": "Count",
    }
    done = {"Match": "$.detail.errorCode", "IsPresent": False}
    refused = {"Match": "$.detail.errorCode", "In": REFUSED}
    return {
        READS: {**log, "Contribution": {"Keys": ["$.detail.requestParameters.secretId"], "Filters": [done]}},
        REFUSALS: {**log, "Contribution": {"Keys": ["$.detail.userIdentity.arn"], "Filters": [refused]}},
    }


def insight_metric(rule: str, metric: str) -> str:
    """Metric math over a Contributor Insights rule; CloudWatch wants both names in quotes."""
    return f"INSIGHT_RULE_METRIC('{rule}', '{metric}')"
