"""The security topic lets rules and alarms in and nobody else; each alarm has a way to it that loses nothing."""

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest

from components.event_alarm import SEES_READS, AlarmTarget
from components.foreign_read_alarm import foreign_read_alarm
from components.security_alarms import ALARMS, SecurityAlarms, SecurityAlarmsArgs
from tenant_keys.settings import Settings, parse
from tests.policies.cases import NAMES, POLICIES
from tests.recording import ROOT, Holder, Recording, record, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent

RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
TOPIC, QUEUE = "arn:aws:sns:ap-northeast-1:111111111111:t", "arn:aws:sqs:ap-northeast-1:111111111111:q"


def deployed(settings: Settings) -> Recording:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1"))
        SecurityAlarms("audit", SecurityAlarmsArgs(settings=settings), opts)

    return record(program)


def changed(**settings: Any) -> Settings:
    return parse({**stack_settings("dev"), **settings}, environment="dev", source="")


def test_the_topic_lies_under_a_key_of_its_own_and_both_have_the_golden_policies(
    record_component: "RecordComponent", settings: Settings
) -> None:
    recording = record_component(lambda opts: SecurityAlarms("audit", SecurityAlarmsArgs(settings=settings), opts))
    assert recording.only("aws:sns/topic:Topic").inputs["name"] == "myapp--security"
    key = recording.only("aws:kms/key:Key").inputs
    assert json.loads(key["policy"]) == POLICIES["security-key"][0]
    assert key["enableKeyRotation"] is True
    policy = recording.only("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]
    assert json.loads(policy) == POLICIES["security-topic"][0]
    policy = recording.only("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"]
    assert json.loads(policy) == POLICIES["lost-alarms"][0]


def test_the_topic_is_encrypted_by_that_key(settings: Settings) -> None:
    recording = deployed(settings)
    assert recording.only("aws:sns/topic:Topic").inputs["kmsMasterKeyId"] == "audit-key-id", (
        "AWS's own key for SNS lets neither EventBridge nor CloudWatch in"
    )


def test_each_contact_is_subscribed_once() -> None:
    recording = deployed(changed(securityContacts=["b@myapp.example", "a@myapp.example"]))
    subscriptions = recording.of_type("aws:sns/topicSubscription:TopicSubscription")
    assert [each.inputs["endpoint"] for each in subscriptions] == ["a@myapp.example", "b@myapp.example"]
    assert {each.inputs["protocol"] for each in subscriptions} == {"email"}
    assert not any("filterPolicy" in each.inputs for each in subscriptions), "a contact hears of everything"
    policy = recording.only("aws:sns/topicPolicy:TopicPolicy").urn
    assert all(policy in each.dependencies for each in subscriptions)


def test_without_contacts_the_topic_is_there_all_the_same() -> None:
    recording = deployed(changed(securityContacts=[]))
    assert recording.of_type("aws:sns/topic:Topic")
    assert not recording.of_type("aws:sns/topicSubscription:TopicSubscription")


def test_rules_that_must_see_reads_are_in_the_state_that_does(settings: Settings) -> None:
    states = {each.inputs["name"]: each.inputs["state"] for each in deployed(settings).of_type(RULE)}
    expected = {NAMES.alarm_rule(alarm.about): SEES_READS if alarm.sees_reads else "ENABLED" for alarm, _ in ALARMS}
    assert states == {**expected, NAMES.secret_reads(): SEES_READS}
    about_reads = {name for name, state in states.items() if state == SEES_READS}
    for each in deployed(settings).of_type(RULE):
        names = json.dumps(json.loads(each.inputs["eventPattern"])["detail"])
        reads = "GetSecretValue" in names or "Decrypt" in names
        assert (each.inputs["name"] in about_reads) is reads, "EventBridge would not show it a read"


def test_every_alarm_goes_to_the_topic_and_to_the_queue_if_that_fails(settings: Settings) -> None:
    recording = deployed(settings)
    targets = [each for each in recording.of_type(TARGET) if "inputTransformer" in each.inputs]
    assert len(targets) == len(ALARMS)
    for each in targets:
        assert each.inputs["arn"].endswith(":topic/audit")
        assert each.inputs["deadLetterConfig"] == {"arn": "arn:aws:mock:ap-northeast-1:000000000000:queue/audit"}
        assert recording.only("aws:sns/topicPolicy:TopicPolicy").urn in each.dependencies


def transformers(settings: Settings) -> list[dict[str, Any]]:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1"))
        SecurityAlarms("audit", SecurityAlarmsArgs(settings=settings), opts)
        target = AlarmTarget(topic=pulumi.Output.from_input(TOPIC), dead_letters=pulumi.Output.from_input(QUEUE))
        foreign_read_alarm(tenant="acme", names=NAMES, target=target, parent=Holder(opts))

    targets = record(program).of_type(TARGET)
    return [each.inputs["inputTransformer"] for each in targets if "inputTransformer" in each.inputs]


def test_a_mail_is_one_text_that_names_a_runbook_and_only_what_it_takes_from_the_event(settings: Settings) -> None:
    found = transformers(settings)
    assert len(found) == len(ALARMS) + 1
    for each in found:
        text = json.loads(each["inputTemplate"])
        for name in each["inputPaths"]:
            assert f"<{name}>" in text
        assert text.count("<") == len(each["inputPaths"]), "a variable without a path would stay in the mail"
        runbook = text.rpartition("What to do: ")[2]
        assert (ROOT / runbook).is_file(), runbook


def test_no_mail_shows_more_of_a_request_than_what_it_names(settings: Settings) -> None:
    shown = {path for each in transformers(settings) for path in each["inputPaths"].values()}
    of_request = {
        path for path in shown if path.startswith(("$.detail.requestParameters", "$.detail.responseElements"))
    }
    assert of_request == {
        f"$.detail.requestParameters.{name}"
        for name in (
            "bucketName", "encryptionContext.SecretARN", "keyId", "name", "secretId", "secretIdList", "trailName",
        )
    }  # fmt: skip
    assert "$.detail.requestParameters" not in shown


def test_reads_are_kept_for_as_long_as_the_trail_and_written_by_one_rule(settings: Settings) -> None:
    recording = deployed(settings)
    group = recording.only("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (group["name"], group["retentionInDays"]) == ("/aws/events/myapp--secret-reads", 30)
    policy = recording.only("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    assert json.loads(policy.inputs["policyDocument"]) == POLICIES["read-logs"][0]
    target = next(each for each in recording.of_type(TARGET) if "inputTransformer" not in each.inputs)
    assert policy.urn in target.dependencies, "EventBridge would lose what comes before"


def test_reads_are_counted_by_secret_and_refusals_by_principal(settings: Settings) -> None:
    rules = deployed(settings).of_type("aws:cloudwatch/contributorInsightRule:ContributorInsightRule")
    counted = {each.inputs["ruleName"]: json.loads(each.inputs["ruleDefinition"]) for each in rules}
    assert {name: rule["Contribution"]["Keys"] for name, rule in counted.items()} == {
        "myapp--reads-by-secret": ["$.detail.requestParameters.secretId"],
        "myapp--refusals-by-principal": ["$.detail.userIdentity.arn"],
    }
    for each in rules:
        assert list(each.request.replaceOnChanges) == ["ruleDefinition", "ruleName"], "the provider updates neither"
        assert each.request.deleteBeforeReplace is True, "two rules can't have one name"
    assert {tuple(rule["LogGroupNames"]) for rule in counted.values()} == {("/aws/events/myapp--secret-reads",)}


@pytest.mark.parametrize("threshold", [600, 50])
def test_one_alarm_rings_when_any_key_is_read_too_often(threshold: int) -> None:
    recording = deployed(changed(readsPerHourAlarm=threshold))
    alarm = recording.only("aws:cloudwatch/metricAlarm:MetricAlarm", "audit").inputs
    assert alarm["threshold"] == threshold
    (query,) = alarm["metricQueries"]
    assert query["expression"] == "INSIGHT_RULE_METRIC('myapp--reads-by-secret', 'MaxContributorValue')"
    assert (query["period"], query["returnData"]) == (3600, True)
    assert alarm["alarmActions"] == alarm["okActions"]
    assert str(threshold) in alarm["alarmDescription"]
