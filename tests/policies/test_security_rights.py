"""Who may put something where the security alarms go: decided by the documents themselves."""

from collections.abc import Mapping

import pytest

from policies.documents import Document
from sandbox.authoriser import Policy, PolicyKind, Principal, PrincipalKind, Request, ResourceRule, decide, parse_policy
from tests.policies.cases import ACCOUNT, DEPLOYER, NAMES, POLICIES, REGION
from tests.policies.test_rotation_rights import ADMINISTRATOR, IDENTITIES

EVENTS, CLOUDWATCH, S3 = "events.amazonaws.com", "cloudwatch.amazonaws.com", "s3.amazonaws.com"
DELIVERY = "delivery.logs.amazonaws.com"
TOPIC, KEY = NAMES.security_topic_arn(), f"arn:aws:kms:{REGION}:{ACCOUNT}:key/security"
QUEUE = NAMES.dead_letters_arn(NAMES.security_topic())
STREAM = NAMES.secret_reads_log_streams_arn_pattern().replace("*", "log-stream:x")
OTHER_STREAM = STREAM.replace("secret-reads", "secret-reads-2")
DOCUMENTS: Mapping[str, Document] = {
    TOPIC: POLICIES["security-topic"][0],
    KEY: POLICIES["security-key"][0],
    QUEUE: POLICIES["lost-alarms"][0],
    STREAM: POLICIES["read-logs"][0],
    OTHER_STREAM: POLICIES["read-logs"][0],
}


def of(source: str, account: str = ACCOUNT) -> Mapping[str, str]:
    return {"aws:SourceAccount": account, "aws:SourceArn": source}


ALARM, RULE = NAMES.alarm_arn(NAMES.unusual_reads_alarm()), NAMES.secret_reads_rule_arn()
STRANGERS_ALARM = ALARM.replace(ACCOUNT, "999999999999")
STRANGERS_RULE = RULE.replace(ACCOUNT, "999999999999")
ROWS: list[tuple[str, str, str, Mapping[str, str], bool]] = [
    # EventBridge shows a topic and its key nothing of the rule.
    (EVENTS, "sns:Publish", TOPIC, {}, True),
    (EVENTS, "sns:Publish", TOPIC, {"aws:SecureTransport": "false"}, False),
    (EVENTS, "kms:GenerateDataKey", KEY, {}, True),
    (EVENTS, "kms:Decrypt", KEY, {}, True),
    (EVENTS, "sns:Subscribe", TOPIC, {}, False),
    # CloudWatch shows the alarm.
    (CLOUDWATCH, "sns:Publish", TOPIC, of(ALARM), True),
    (CLOUDWATCH, "sns:Publish", TOPIC, of(STRANGERS_ALARM, "999999999999"), False),
    (CLOUDWATCH, "sns:Publish", TOPIC, {}, False),
    (CLOUDWATCH, "kms:GenerateDataKey", KEY, of(ALARM), True),
    (CLOUDWATCH, "kms:GenerateDataKey", KEY, of(STRANGERS_ALARM, "999999999999"), False),
    (S3, "sns:Publish", TOPIC, {}, False),
    (S3, "kms:GenerateDataKey", KEY, {}, False),
    # A queue and a log group are shown the rule.
    (EVENTS, "sqs:SendMessage", QUEUE, of(RULE), True),
    (EVENTS, "sqs:SendMessage", QUEUE, of(STRANGERS_RULE, "999999999999"), False),
    (EVENTS, "sqs:SendMessage", QUEUE, {}, False),
    (EVENTS, "sqs:ReceiveMessage", QUEUE, of(RULE), False),
    *((service, "logs:PutLogEvents", STREAM, of(RULE), True) for service in (EVENTS, DELIVERY)),
    *((service, "logs:CreateLogStream", STREAM, {}, True) for service in (EVENTS, DELIVERY)),
    (EVENTS, "logs:PutLogEvents", STREAM, of(f"{RULE}-2"), False),
    (EVENTS, "logs:PutLogEvents", OTHER_STREAM, of(RULE), False),
    (EVENTS, "logs:GetLogEvents", STREAM, of(RULE), False),
    # Of persons and roles, the deployer alone changes the topic, and nobody uses its key.
    (ADMINISTRATOR, "sns:Subscribe", TOPIC, {}, False),
    (ADMINISTRATOR, "sns:SetTopicAttributes", TOPIC, {}, False),
    (ADMINISTRATOR, "sns:DeleteTopic", TOPIC, {}, False),
    (ADMINISTRATOR, "kms:GenerateDataKey", KEY, {}, False),
    (ADMINISTRATOR, "kms:Decrypt", KEY, {}, False),
    (ADMINISTRATOR, "kms:PutKeyPolicy", KEY, {}, False),
    (DEPLOYER, "sns:Subscribe", TOPIC, {}, True),
    (DEPLOYER, "sns:Publish", TOPIC, {}, False),
    (DEPLOYER, "kms:PutKeyPolicy", KEY, {}, True),
    (DEPLOYER, "kms:GenerateDataKey", KEY, {}, False),
    (DEPLOYER, "cloudwatch:PutDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/myapp--audit", {}, True),
    (DEPLOYER, "cloudwatch:PutDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/other", {}, False),
    (DEPLOYER, "cloudwatch:PutInsightRule", NAMES.arn("cloudwatch", "insight-rule/myapp--reads-by-secret"), {}, True),
    (DEPLOYER, "cloudwatch:PutInsightRule", NAMES.arn("cloudwatch", "insight-rule/other"), {}, False),
    (DEPLOYER, "logs:GetLogEvents", STREAM, {}, False),
]


def may(who: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    identity: list[Policy] = []
    if who in IDENTITIES:
        arn = f"{who.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session"
        principal = Principal(account=ACCOUNT, arn=arn, kind=PrincipalKind.SESSION, principal_arn=who)
        identity = [parse_policy(IDENTITIES[who], name=who, kind=PolicyKind.IDENTITY)]
    else:
        principal = Principal(account="", arn=who, kind=PrincipalKind.SERVICE)
    policy = DOCUMENTS.get(resource)
    request = Request(
        principal=principal,
        action=action,
        resource=resource,
        resource_account=ACCOUNT,
        context={"aws:SecureTransport": "true", **context},
    )
    return decide(
        request,
        identity_policies=identity,
        resource_policy=parse_policy(policy, name=resource, kind=PolicyKind.RESOURCE) if policy else None,
        resource_rule=ResourceRule.MANDATORY if resource == KEY else ResourceRule.ORDINARY,
    ).allowed


@pytest.mark.parametrize(("who", "action", "resource", "context", "allowed"), ROWS)
def test_who_may_put_what_where_alarms_go(
    who: str, action: str, resource: str, context: Mapping[str, str], *, allowed: bool
) -> None:
    assert may(who, action, resource, context) is allowed
