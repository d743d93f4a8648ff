"""Who may do what about rotation, decided by the documents themselves: identity, secret and key policies together.

Every caller but the administrator has the policy that the program or the set-up gives it; the administrator may
everything that an identity policy can allow, so that what stops it is the resource's own policy.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.deployer import deployer_policy
from policies.documents import Document, allow, document
from policies.scheduler import scheduler_policy
from sandbox.authoriser import PolicyKind, Principal, PrincipalKind, Request, ResourceRule, decide, parse_policy
from tests.policies.cases import (
    ACCOUNT,
    DEPLOYER,
    NAMES,
    NOTICES_POLICY,
    POLICIES,
    REACH,
    REGION,
    WRITER_POLICY,
    admin_key_policy_of,
    admin_secret_arn,
    admin_secret_policy_of,
    key_policy_of,
    kms_key_arn,
    reader_policy_of,
    rotator_policy_of,
    secret_arn,
    secret_policy_of,
)

Context = Mapping[str, str]

ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/administrator"
SENDGRID, TWILIO = NAMES.rotator_role_arn("sendgrid"), NAMES.rotator_role_arn("twilio")
READER, WRITER, NOTICES = NAMES.reader_role_arn("acme"), NAMES.writer_role_arn(), NAMES.notices_role_arn()
SCHEDULER = NAMES.scheduler_role_arn("sendgrid")
IDENTITIES: dict[str, Document] = {
    ADMINISTRATOR: document(allow("Everything", ["*"], "*")),
    SENDGRID: rotator_policy_of("sendgrid"),
    TWILIO: rotator_policy_of("twilio"),
    READER: reader_policy_of("acme"),
    WRITER: WRITER_POLICY,
    DEPLOYER: deployer_policy(REACH),
    NOTICES: NOTICES_POLICY,
    SCHEDULER: scheduler_policy(function=NAMES.rotator_function_arn("sendgrid")),
}
# The secret of acme is renewed by sendgrid's function, that of globex by nobody.
ACME, GLOBEX = secret_arn("acme"), secret_arn("globex")
ADMIN_OF_SENDGRID, ADMIN_OF_TWILIO = admin_secret_arn("sendgrid"), admin_secret_arn("twilio")
ACME_KEY, ADMIN_KEY = kms_key_arn("acme"), kms_key_arn("issuer-sendgrid")
QUEUE, TOPIC = NAMES.dead_letters_arn(NAMES.rotator_function("sendgrid")), NAMES.owner_topic_arn()
RESOURCE_POLICIES: dict[str, Document] = {
    ACME: secret_policy_of("acme", "sendgrid"),
    GLOBEX: secret_policy_of("globex"),
    ADMIN_OF_SENDGRID: admin_secret_policy_of("sendgrid"),
    ADMIN_OF_TWILIO: admin_secret_policy_of("twilio"),
    ACME_KEY: key_policy_of("acme", issuers={"sendgrid": ["external-api-key"]}),
    ADMIN_KEY: admin_key_policy_of("sendgrid"),
    QUEUE: POLICIES["dead-letters"][0],
    TOPIC: POLICIES["owner-topic"][0],
}
OWN_FUNCTION = {"secretsmanager:resource/AllowRotationLambdaArn": NAMES.rotator_function_arn("sendgrid")}
TWILIOS_FUNCTION = {"secretsmanager:resource/AllowRotationLambdaArn": NAMES.rotator_function_arn("twilio")}
LOGS = NAMES.arn("logs", "log-group:/aws/lambda")
READ, PUT = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"
PROMOTE, ROTATE = "secretsmanager:UpdateSecretVersionStage", "secretsmanager:RotateSecret"
CANCEL = "secretsmanager:CancelRotateSecret"
AS_CONFIGURED = {"secretsmanager:ModifyRotationRules": "false", **OWN_FUNCTION}
NEW_RULES = {"secretsmanager:ModifyRotationRules": "true", **OWN_FUNCTION}


def through_secrets_manager(secret: str, version: str = "4d6b2c1e-0000-4000-8000-000000000000") -> Context:
    return {
        "kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com",
        "kms:EncryptionContext:SecretARN": secret,
        "kms:EncryptionContext:SecretVersionId": version,
    }


def configuring(function: str) -> Context:
    return {**NEW_RULES, "secretsmanager:RotationLambdaARN": function}


def may(role: str, action: str, resource: str, context: Context | None = None) -> bool:
    of_key = ":kms:" in resource
    policy: Any = RESOURCE_POLICIES.get(resource)
    request = Request(
        principal=Principal(
            account=ACCOUNT,
            arn=f"{role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session",
            kind=PrincipalKind.SESSION,
            principal_arn=role,
        ),
        action=action,
        resource=resource,
        resource_account=ACCOUNT,
        context={"aws:SecureTransport": "true", **(context or {})},
    )
    return decide(
        request,
        identity_policies=[parse_policy(IDENTITIES[role], name=role, kind=PolicyKind.IDENTITY)],
        resource_policy=parse_policy(policy, name=resource, kind=PolicyKind.RESOURCE) if policy else None,
        resource_rule=ResourceRule.MANDATORY if of_key else ResourceRule.ORDINARY,
    ).allowed


ROWS: list[tuple[str, str, str, Context, bool]] = [
    # The rotator of the key's issuer does what a rotation needs, on secrets that name its function.
    *((SENDGRID, action, ACME, OWN_FUNCTION, True) for action in (READ, PUT, PROMOTE, "secretsmanager:DescribeSecret")),
    (SENDGRID, READ, ACME, {}, False),
    (SENDGRID, READ, GLOBEX, OWN_FUNCTION, False),
    (SENDGRID, PUT, GLOBEX, OWN_FUNCTION, False),
    (SENDGRID, "secretsmanager:DeleteSecret", ACME, OWN_FUNCTION, False),
    (SENDGRID, "secretsmanager:TagResource", ACME, OWN_FUNCTION, False),
    (SENDGRID, ROTATE, ACME, OWN_FUNCTION, False),
    (SENDGRID, "secretsmanager:PutResourcePolicy", ACME, OWN_FUNCTION, False),
    (SENDGRID, "kms:Decrypt", ACME_KEY, through_secrets_manager(ACME), True),
    (SENDGRID, "kms:GenerateDataKey", ACME_KEY, through_secrets_manager(ACME), True),
    (SENDGRID, "kms:Decrypt", ACME_KEY, through_secrets_manager(GLOBEX), False),
    (SENDGRID, "kms:Decrypt", ACME_KEY, {"kms:EncryptionContext:SecretARN": ACME}, False),
    (SENDGRID, "kms:PutKeyPolicy", ACME_KEY, {}, False),
    # The rotator of another issuer reaches nothing of it, whatever the secret says of its function.
    (TWILIO, READ, ACME, OWN_FUNCTION, False),
    (TWILIO, READ, ACME, TWILIOS_FUNCTION, False),
    (TWILIO, "kms:Decrypt", ACME_KEY, through_secrets_manager(ACME), False),
    # The admin credential: one function reads it, the writer fills it, nobody else does either.
    (SENDGRID, READ, ADMIN_OF_SENDGRID, {}, True),
    (SENDGRID, "kms:Decrypt", ADMIN_KEY, through_secrets_manager(ADMIN_OF_SENDGRID), True),
    (SENDGRID, "kms:GenerateDataKey", ADMIN_KEY, through_secrets_manager(ADMIN_OF_SENDGRID), False),
    (SENDGRID, PUT, ADMIN_OF_SENDGRID, {}, False),
    (SENDGRID, READ, ADMIN_OF_TWILIO, {}, False),
    (TWILIO, READ, ADMIN_OF_SENDGRID, {}, False),
    (WRITER, PUT, ADMIN_OF_SENDGRID, {}, True),
    (WRITER, "kms:GenerateDataKey", ADMIN_KEY, through_secrets_manager(ADMIN_OF_SENDGRID), True),
    (WRITER, READ, ADMIN_OF_SENDGRID, {}, False),
    (READER, READ, ADMIN_OF_SENDGRID, {}, False),
    (DEPLOYER, READ, ADMIN_OF_SENDGRID, {}, False),
    (ADMINISTRATOR, READ, ADMIN_OF_SENDGRID, {}, False),
    (ADMINISTRATOR, PUT, ADMIN_OF_SENDGRID, {}, False),
    (ADMINISTRATOR, "kms:Decrypt", ADMIN_KEY, through_secrets_manager(ADMIN_OF_SENDGRID), False),
    # The writer starts and stops a rotation as it is configured; function and schedule are the deployer's.
    (WRITER, ROTATE, ACME, AS_CONFIGURED, True),
    (WRITER, ROTATE, ACME, OWN_FUNCTION, True),
    (WRITER, CANCEL, ACME, OWN_FUNCTION, True),
    (WRITER, ROTATE, ACME, NEW_RULES, False),
    (WRITER, ROTATE, ACME, {**AS_CONFIGURED, "secretsmanager:RotationLambdaARN": "arn:aws:lambda:::f"}, False),
    (WRITER, ROTATE, ADMIN_OF_SENDGRID, AS_CONFIGURED, False),
    (WRITER, READ, ACME, OWN_FUNCTION, False),
    (WRITER, PROMOTE, ACME, OWN_FUNCTION, False),
    (WRITER, "lambda:InvokeFunction", NAMES.rotator_function_arn("sendgrid"), {}, True),
    (WRITER, "lambda:InvokeFunction", NAMES.notices_function_arn(), {}, False),
    (WRITER, "lambda:UpdateFunctionCode", NAMES.rotator_function_arn("sendgrid"), {}, False),
    (ADMINISTRATOR, ROTATE, ACME, AS_CONFIGURED, False),
    (ADMINISTRATOR, ROTATE, ACME, configuring("arn:aws:lambda:::mine"), False),
    (ADMINISTRATOR, CANCEL, ACME, {}, False),
    (READER, ROTATE, ACME, AS_CONFIGURED, False),
    # The deployer configures, with functions of this app alone, and reads nothing.
    (DEPLOYER, ROTATE, ACME, configuring(NAMES.rotator_function_arn("sendgrid")), True),
    (DEPLOYER, ROTATE, ACME, configuring(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mine"), False),
    (DEPLOYER, ROTATE, ACME, configuring(NAMES.notices_function_arn()), False),
    (DEPLOYER, ROTATE, ACME, AS_CONFIGURED, False),
    (DEPLOYER, CANCEL, ACME, {}, True),
    (DEPLOYER, READ, ACME, {}, False),
    (DEPLOYER, PUT, ACME, {}, False),
    (DEPLOYER, "iam:PassRole", SENDGRID, {"iam:PassedToService": "lambda.amazonaws.com"}, True),
    (DEPLOYER, "iam:PassRole", SCHEDULER, {"iam:PassedToService": "scheduler.amazonaws.com"}, True),
    (DEPLOYER, "iam:PassRole", SENDGRID, {"iam:PassedToService": "ec2.amazonaws.com"}, False),
    (DEPLOYER, "iam:PassRole", READER, {"iam:PassedToService": "lambda.amazonaws.com"}, False),
    (DEPLOYER, "iam:PassRole", WRITER, {"iam:PassedToService": "lambda.amazonaws.com"}, False),
    # Revocations: the rotator schedules its own, in its own group, under one role; that role calls one function.
    (SENDGRID, "scheduler:CreateSchedule", NAMES.arn("scheduler", "schedule/myapp--sendgrid--rotation/r"), {}, True),
    (SENDGRID, "scheduler:CreateSchedule", NAMES.arn("scheduler", "schedule/myapp--twilio--rotation/r"), {}, False),
    (SENDGRID, "iam:PassRole", SCHEDULER, {"iam:PassedToService": "scheduler.amazonaws.com"}, True),
    (SENDGRID, "iam:PassRole", SENDGRID, {"iam:PassedToService": "lambda.amazonaws.com"}, False),
    (SENDGRID, "iam:PassRole", SCHEDULER, {"iam:PassedToService": "lambda.amazonaws.com"}, False),
    (SCHEDULER, "lambda:InvokeFunction", NAMES.rotator_function_arn("sendgrid"), {}, True),
    (SCHEDULER, "lambda:InvokeFunction", NAMES.rotator_function_arn("twilio"), {}, False),
    # Logs and failed events: its own.
    (SENDGRID, "logs:PutLogEvents", f"{LOGS}/myapp--sendgrid--rotator:log-stream:a", {}, True),
    (SENDGRID, "logs:PutLogEvents", f"{LOGS}/myapp--notices:log-stream:a", {}, False),
    (SENDGRID, "logs:CreateLogGroup", f"{LOGS}/myapp--sendgrid--rotator:log-stream:", {}, False),
    (SENDGRID, "sqs:SendMessage", QUEUE, {}, True),
    (SENDGRID, "sqs:SendMessage", QUEUE, {"aws:SecureTransport": "false"}, False),
    (SENDGRID, "sqs:ReceiveMessage", QUEUE, {}, False),
    (ADMINISTRATOR, "sqs:SendMessage", QUEUE, {}, False),
    (ADMINISTRATOR, "sqs:ReceiveMessage", QUEUE, {}, True),
    # Notices: one role tells, one role subscribes.
    (NOTICES, "sns:Publish", TOPIC, {}, True),
    (NOTICES, "sns:Publish", TOPIC, {"aws:SecureTransport": "false"}, False),
    (NOTICES, "secretsmanager:DescribeSecret", ACME, OWN_FUNCTION, True),
    (NOTICES, READ, ACME, OWN_FUNCTION, False),
    (NOTICES, "sns:Subscribe", TOPIC, {}, False),
    (ADMINISTRATOR, "sns:Publish", TOPIC, {}, False),
    (ADMINISTRATOR, "sns:Subscribe", TOPIC, {}, False),
    (ADMINISTRATOR, "sns:SetTopicAttributes", TOPIC, {}, False),
    (DEPLOYER, "sns:Subscribe", TOPIC, {}, True),
    (DEPLOYER, "sns:Publish", TOPIC, {}, False),
]  # fmt: skip


@pytest.mark.parametrize(("role", "action", "resource", "context", "allowed"), ROWS)
def test_who_may_do_what_about_rotation(
    role: str, action: str, resource: str, context: Context, *, allowed: bool
) -> None:
    assert may(role, action, resource, context) is allowed


def test_no_row_stands_twice() -> None:
    rows = [(role, action, resource, tuple(sorted(context.items()))) for role, action, resource, context, _ in ROWS]
    assert len(set(rows)) == len(rows)
