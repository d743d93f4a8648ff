"""Lambda behind the gate.

Lambda Developer Guide, "Identity-based IAM policies for Lambda" and "Resource-based IAM policies in Lambda"; IAM User
Guide, "Grant a user permissions to pass a role to an AWS service".
"""

import http.client
import io
import json
import uuid
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.gate.cloud import REGION, A, B, Cloud, allow, refused, role_arn, trust_service

LAMBDA = "lambda.amazonaws.com"
EVERY_FUNCTION = f"arn:aws:lambda:{REGION}:{A}:function:*"


def code(text: str = "def handle(event, context): return event") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("main.py", text)
    return stream.getvalue()


def spec(role: str, **more: Any) -> dict[str, Any]:
    name = f"f-{uuid.uuid4().hex[:8]}"
    return {
        "FunctionName": name,
        "Role": role,
        "Runtime": "python3.13",
        "Handler": "main.handle",
        "Code": {"ZipFile": code()},
        **more,
    }


@pytest.fixture(scope="module")
def role(cloud: Cloud) -> str:
    return cloud.role("executes", allow("logs:PutLogEvents"), trusts=trust_service(LAMBDA))


@pytest.fixture(scope="module")
def function(cloud: Cloud, role: str) -> str:
    return cloud.administrator().client("lambda").create_function(**spec(role, Tags={"app": "x"}))["FunctionArn"]


def test_a_function_is_made_changed_and_deleted(cloud: Cloud, role: str) -> None:
    client, wanted = cloud.administrator().client("lambda"), spec(role, Tags={"app": "x"}, Timeout=60)
    name, arn = wanted["FunctionName"], client.create_function(**wanted)["FunctionArn"]
    assert arn == f"arn:aws:lambda:{REGION}:{A}:function:{name}"
    assert client.get_function(FunctionName=arn)["Tags"] == {"app": "x"}
    client.update_function_code(FunctionName=name, ZipFile=code("def handle(event, context): return 2"))
    changed = {"Timeout": 900, "Environment": {"Variables": {"A": "a & b", "Action": "Invoke"}}, "Description": "x&y"}
    client.update_function_configuration(FunctionName=name, **changed)
    got = client.get_function_configuration(FunctionName=name)
    assert {key: got[key] for key in changed} == changed
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=5)
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 5
    for attempts in (2, 1):
        client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=attempts)
        assert client.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == attempts
    client.tag_resource(Resource=arn, Tags={"tenant": "acme"})
    client.untag_resource(Resource=arn, TagKeys=["app"])
    assert client.list_tags(Resource=arn)["Tags"] == {"tenant": "acme"}
    client.delete_function(FunctionName=name)
    refused(client.get_function, code="ResourceNotFoundException", FunctionName=name)


def test_creating_needs_the_function_its_tags_and_its_role(cloud: Cloud, role: str) -> None:
    steps = (
        allow("lambda:CreateFunction", EVERY_FUNCTION),
        allow("lambda:TagResource", EVERY_FUNCTION),
        allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": LAMBDA}}),
    )
    wanted = spec(role, Tags={"app": "x"})
    for count, action in enumerate(("lambda:CreateFunction", "lambda:TagResource", "iam:PassRole")):
        maker = cloud.role(f"makes-with-{count}", allow("kms:ListKeys"), *steps[:count])
        client = cloud.administrator().assume(maker).client("lambda")
        message = refused(client.create_function, code="AccessDeniedException", **wanted)
        assert f"not authorized to perform: {action} on resource" in message
    maker = cloud.role("makes-with-all", *steps)
    assert cloud.administrator().assume(maker).client("lambda").create_function(**wanted)["FunctionArn"]


def test_a_role_that_may_be_passed_to_another_service_only_is_refused(cloud: Cloud, role: str) -> None:
    elsewhere = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    maker = cloud.role("passes-elsewhere", allow("lambda:*"), allow("iam:PassRole", role, Condition=elsewhere))
    client = cloud.administrator().assume(maker).client("lambda")
    message = refused(client.create_function, code="AccessDeniedException", **spec(role))
    assert "iam:PassRole" in message


def test_a_change_of_role_is_passing_it_too(cloud: Cloud, role: str, function: str) -> None:
    changer = cloud.role("changes-configuration", allow("lambda:UpdateFunctionConfiguration"))
    client = cloud.administrator().assume(changer).client("lambda")
    assert client.update_function_configuration(FunctionName=function, Timeout=5)["Timeout"] == 5
    refused(client.update_function_configuration, code="AccessDeniedException", FunctionName=function, Role=role)


@pytest.mark.parametrize("trusts", [trust_service("events.amazonaws.com"), None])
def test_a_role_that_lambda_cannot_take_on_is_refused(cloud: Cloud, trusts: Any) -> None:
    made = cloud.role(f"not-for-lambda-{bool(trusts)}", allow("kms:ListKeys"), trusts=trusts)
    create = cloud.administrator().client("lambda").create_function
    message = refused(create, code="InvalidParameterValueException", **spec(made))
    assert message == "The role defined for the function cannot be assumed by Lambda."


def test_a_role_of_another_account_is_refused(cloud: Cloud) -> None:
    create = cloud.administrator().client("lambda").create_function
    refused(create, code="AccessDeniedException", **spec(role_arn("executes", B)))


def test_only_the_named_function_may_be_invoked(cloud: Cloud, function: str) -> None:
    other = cloud.role("invokes-another", allow("lambda:InvokeFunction", function + "-2"))
    client = cloud.administrator().assume(other).client("lambda")
    message = refused(client.invoke, code="AccessDeniedException", FunctionName=function, Payload=b"{}")
    assert f"lambda:InvokeFunction on resource: {function} because" in message


def test_a_permission_names_service_source_and_account(cloud: Cloud, function: str) -> None:
    client = cloud.administrator().client("lambda")
    source = f"arn:aws:secretsmanager:{REGION}:{A}:secret:/saas/app/tenant-*"
    more = {"FunctionName": function, "StatementId": "rotate", "Action": "lambda:InvokeFunction"}
    more |= {"Principal": "secretsmanager.amazonaws.com", "SourceArn": source, "SourceAccount": A}
    client.add_permission(**more)
    refused(client.add_permission, code="ResourceConflictException", **more)
    (statement,) = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
    assert statement["Resource"] == function
    assert statement["Condition"] == {
        "ArnLike": {"AWS:SourceArn": source},
        "StringEquals": {"AWS:SourceAccount": A},
    }
    client.remove_permission(FunctionName=function, StatementId="rotate")
    refused(client.get_policy, code="ResourceNotFoundException", FunctionName=function)


def test_a_permission_for_another_account_lets_its_own_policies_decide(cloud: Cloud, function: str) -> None:
    theirs = cloud.administrator(B).client("lambda")
    refused(theirs.get_function, code="AccessDeniedException", FunctionName=function)
    client = cloud.administrator().client("lambda")
    root = f"arn:aws:iam::{B}:root"
    client.add_permission(FunctionName=function, StatementId="b", Action="lambda:GetFunction", Principal=root)
    assert theirs.get_function(FunctionName=function)["Configuration"]["FunctionArn"] == function
    client.remove_permission(FunctionName=function, StatementId="b")


@pytest.mark.parametrize("more", [{"Principal": "*"}, {"Principal": A}, {"PrincipalOrgID": "o-1234567890"}])
def test_a_permission_that_could_not_be_judged_later_is_refused(
    cloud: Cloud, function: str, more: dict[str, str]
) -> None:
    add = cloud.administrator().client("lambda").add_permission
    base = {"FunctionName": function, "StatementId": "odd", "Action": "lambda:InvokeFunction", "Principal": LAMBDA}
    refused(add, code="NotImplemented", **(base | more))


@pytest.mark.parametrize(
    "more",
    [
        {"DeadLetterConfig": {"TargetArn": f"arn:aws:sqs:{REGION}:{A}:q"}},
        {"VpcConfig": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}},
        {"Layers": ["arn:aws:lambda:x:y:layer:z:1"]},
    ],
)
def test_a_setting_that_nothing_would_act_on_is_refused(cloud: Cloud, role: str, more: dict[str, Any]) -> None:
    refused(cloud.administrator().client("lambda").create_function, code="NotImplemented", **spec(role, **more))


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_SESSION_TOKEN", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"])
def test_a_variable_of_lambdas_own_is_refused(cloud: Cloud, role: str, function: str, name: str) -> None:
    client, environment = cloud.administrator().client("lambda"), {"Variables": {name: "x"}}
    refused(client.create_function, code="InvalidParameterValueException", **spec(role, Environment=environment))
    update = {"FunctionName": function, "Environment": environment}
    refused(client.update_function_configuration, code="InvalidParameterValueException", **update)


def test_no_other_operation_can_be_smuggled_in_a_body(cloud: Cloud, role: str) -> None:
    """moto looks for the operation's name inside JSON texts."""
    client, wanted = cloud.administrator().client("lambda"), spec(role)
    client.create_function(**wanted)
    text = "x&Action=DeleteFunction&y=z"
    client.update_function_configuration(FunctionName=wanted["FunctionName"], Description=text)
    assert client.get_function_configuration(FunctionName=wanted["FunctionName"])["Description"] == text


def test_a_path_cannot_name_one_function_and_reach_another(cloud: Cloud, function: str) -> None:
    name = function.rpartition(":")[2]
    reader = cloud.role("gets-harmless", allow("lambda:*", f"arn:aws:lambda:{REGION}:{A}:function:harmless"))
    session = cloud.administrator().assume(reader)
    credential = f"{session.access_key}/20260101/{REGION}/lambda/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        "X-Amz-Security-Token": str(session.token),
        "X-Amz-Target": "AWSLambda.GetFunction",
        "Action": "GetFunction",
    }
    for path in (
        f"harmless%2F..%2F{name}",
        f"harmless/../{name}",
        f"harmless?FunctionName={name}",
        f"{name}?a=harmless",
    ):
        connection = http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc)
        connection.request("GET", f"/2015-03-31/functions/{path}", headers=headers)
        response = connection.getresponse()
        assert response.status >= 400, path
        assert "CodeSha256" not in response.read().decode()
