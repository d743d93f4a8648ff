"""Who a request comes from, and what the gate refuses to everyone."""

import http.client
import json
from urllib.parse import urlsplit

import boto3
import pytest

from tests.sandbox.gate.cloud import (
    ANYTHING,
    REGION,
    VALUE,
    A,
    B,
    Cloud,
    Login,
    allow,
    document,
    refused,
    role_arn,
    trust,
)


def test_the_caller_is_who_holds_the_key(cloud: Cloud) -> None:
    for account in (A, B):
        identity = cloud.administrator(account).client("sts").get_caller_identity()
        assert (identity["Account"], identity["Arn"]) == (account, f"arn:aws:iam::{account}:user/administrator")
    identity = cloud.deployer(B).client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{B}:assumed-role/deployer/deploy"


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("secretsmanager", "list_secrets", "UnrecognizedClientException"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ],
)
def test_an_unknown_key_is_refused_in_each_protocols_words(cloud: Cloud, service: str, call: str, code: str) -> None:
    refused(getattr(Login(cloud.endpoint, "AKIAUNKNOWN", "x").client(service), call), code=code)


def test_a_sessions_key_without_its_token_is_refused(cloud: Cloud) -> None:
    session = cloud.deployer()
    stolen = Login(cloud.endpoint, session.access_key, session.secret_key, "another token")
    refused(stolen.client("kms").list_keys, code="UnrecognizedClientException")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {"X-Amz-Target": "secretsmanager.ListSecrets"}, 403),
        ("/", {"X-Amz-Target": "secretsmanager.ListSecrets", "Authorization": "nonsense"}, 403),
        ("/moto-api/reset", {}, 403),
    ],
)
def test_an_unsigned_request_is_refused(cloud: Cloud, path: str, headers: dict[str, str], status: int) -> None:
    assert _post(cloud, path, headers, "{}")[0] == status


def _post(cloud: Cloud, path: str, headers: dict[str, str], body: str, method: str = "POST") -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc)
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


def _signed(login: Login, service: str, **headers: str) -> dict[str, str]:
    credential = f"{login.access_key}/20260101/{REGION}/{service}/aws4_request"
    token = {"X-Amz-Security-Token": login.token} if login.token else {}
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        **token,
        **headers,
    }


def test_the_account_header_of_moto_is_not_the_clients_to_set(cloud: Cloud) -> None:
    cloud.administrator(B).client("secretsmanager").create_secret(Name="/only-in-b")
    headers = _signed(cloud.administrator(), "secretsmanager")
    headers |= {"X-Amz-Target": "secretsmanager.DescribeSecret", "x-moto-account-id": B}
    status, body = _post(cloud, "/", headers, '{"SecretId": "/only-in-b"}')
    assert status >= 400, "the administrator of one account must not see a secret of another"
    assert "ResourceNotFoundException" in body


@pytest.mark.parametrize(
    ("path", "extra", "more"),
    [
        ("/?Action=GetSecretValue", {}, {}),
        ("/", {"Action": "GetSecretValue"}, {}),
        ("/", {}, {"Other": "&Action=GetSecretValue&a=b"}),
        ("/", {"Content-Type": "application/x-www-form-urlencoded"}, {"Other": "&Action=GetSecretValue&a=b"}),
    ],
)
def test_no_other_operation_can_be_smuggled_past_the_gate(
    cloud: Cloud, path: str, extra: dict[str, str], more: dict[str, str]
) -> None:
    """moto looks for the operation's name in the query string, in headers and inside JSON texts."""
    manager = cloud.administrator().client("secretsmanager")
    if "/smuggled" not in {item["Name"] for item in manager.list_secrets()["SecretList"]}:
        manager.create_secret(Name="/smuggled", SecretString=VALUE)
        cloud.role("only-describes", allow("secretsmanager:DescribeSecret"))
    session = cloud.administrator().assume(role_arn("only-describes"))
    headers = _signed(session, "secretsmanager", **{"X-Amz-Target": "secretsmanager.DescribeSecret", **extra})
    _, body = _post(cloud, path, headers, json.dumps({"SecretId": "/smuggled", **more}))
    assert VALUE not in body


def test_a_bucket_is_not_taken_from_the_host_header(cloud: Cloud) -> None:
    s3 = cloud.administrator().client("s3")
    s3.create_bucket(Bucket="host-secret", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="host-secret", Key="mine/x", Body=VALUE.encode())
    cloud.role("reads-mine", allow("s3:*", "arn:aws:s3:::mine/*"))
    session = cloud.administrator().assume(role_arn("reads-mine"))
    headers = _signed(session, "s3", Host="host-secret.s3.amazonaws.com")
    _, body = _post(cloud, "/mine/x", headers, "", "GET")
    assert VALUE not in body


@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        ("kms", "create_grant", {"KeyId": "k", "GranteePrincipal": "x" * 20, "Operations": ["Decrypt"]}),
        ("iam", "create_saml_provider", {"SAMLMetadataDocument": "x" * 1000, "Name": "x"}),
        ("s3", "get_bucket_analytics_configuration", {"Bucket": "b", "Id": "x"}),
        ("sts", "get_session_token", {}),
        ("dynamodb", "list_tables", {}),
        ("lambda", "get_account_settings", {}),
        ("lambda", "get_runtime_management_config", {"FunctionName": "f"}),
        ("cloudwatch", "list_dashboards", {}),
    ],
)
def test_an_operation_that_is_in_no_table_is_refused(
    cloud: Cloud, service: str, call: str, arguments: dict[str, object]
) -> None:
    message = refused(getattr(cloud.administrator().client(service), call), code="NotImplemented", **arguments)
    assert "does not know how to authorise" in message


def test_a_policy_that_the_evaluator_does_not_know_is_refused_when_it_is_written(cloud: Cloud) -> None:
    cloud.role("unreadable", ANYTHING)
    message = refused(
        cloud.administrator().client("iam").put_role_policy,
        code="NotImplemented",
        RoleName="unreadable",
        PolicyName="p",
        PolicyDocument=json.dumps(document(allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))),
    )
    assert "IpAddress" in message


class TestAssumingARole:
    def test_a_role_is_assumed_only_under_the_pinned_session_name(self, cloud: Cloud) -> None:
        arn = cloud.role("pinned", ANYTHING, trusts=trust(A, StringEquals={"sts:RoleSessionName": "backend-acme"}))
        assert cloud.administrator().assume(arn, "backend-acme").token
        message = refused(cloud.administrator().assume, code="AccessDenied", arn=arn, session="backend-acme-1")
        assert message == (
            f"User: arn:aws:iam::{A}:user/administrator is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )

    def test_a_role_that_is_named_in_a_trust_policy_may_assume_it(self, cloud: Cloud) -> None:
        backend = cloud.role("backend", allow("kms:ListKeys"))
        trusts = document({"Effect": "Allow", "Principal": {"AWS": backend}, "Action": "sts:AssumeRole"})
        arn = cloud.role("target", ANYTHING, trusts=trusts)
        chained = cloud.administrator().assume(backend).assume(arn)
        assert chained.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{A}:assumed-role/target/test"
        refused(cloud.administrator().assume, code="AccessDenied", arn=arn)

    def test_trusting_an_account_leaves_the_choice_to_its_identity_policies(self, cloud: Cloud) -> None:
        powerless, open_role = cloud.role("powerless", allow("kms:ListKeys")), cloud.role("open", ANYTHING)
        message = refused(cloud.administrator().assume(powerless).assume, code="AccessDenied", arn=open_role)
        assert "no identity-based policy allows" in message

    def test_another_account_needs_both_the_trust_and_its_own_leave(self, cloud: Cloud) -> None:
        arn = cloud.role("for-b", ANYTHING, trusts=trust(B))
        session = cloud.administrator(B).assume(arn)
        assert session.client("sts").get_caller_identity()["Account"] == A
        weak = cloud.role("weak", allow("kms:ListKeys"), account=B)
        refused(cloud.administrator(B).assume(weak).assume, code="AccessDenied", arn=arn)

    def test_an_external_id_is_compared(self, cloud: Cloud) -> None:
        arn = cloud.role("external", ANYTHING, trusts=trust(A, StringEquals={"sts:ExternalId": "42"}))
        refused(cloud.administrator().assume, code="AccessDenied", arn=arn)
        assert cloud.administrator().assume(arn, ExternalId="42").token

    def test_tags_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        principal = {"AWS": f"arn:aws:iam::{A}:root"}
        trusts = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
        arn = cloud.role("untaggable", ANYTHING, trusts=trusts)
        refused(cloud.administrator().assume, code="AccessDenied", arn=arn, Tags=[{"Key": "tenant", "Value": "acme"}])

    def test_transitive_tags_go_on_to_the_next_role_and_cannot_be_changed(self, cloud: Cloud) -> None:
        acme = {"StringEquals": {"aws:PrincipalTag/tenant": "acme"}}
        first = cloud.role("first", allow(["sts:AssumeRole", "sts:TagSession"]))
        second = cloud.role("second", allow("kms:ListKeys", Condition=acme))
        tags = [{"Key": "tenant", "Value": "acme"}]
        start = cloud.administrator().assume(first, Tags=tags, TransitiveTagKeys=["tenant"])
        assert start.assume(second).client("kms").list_keys()["Keys"] is not None
        refused(start.assume, code="InvalidParameterValue", arn=second, Tags=[{"Key": "tenant", "Value": "globex"}])
        untagged = cloud.administrator().assume(first).assume(second)
        refused(untagged.client("kms").list_keys, code="AccessDeniedException")

    def test_a_source_identity_needs_its_permission(self, cloud: Cloud) -> None:
        arn = cloud.role("unsaid", ANYTHING, trusts=trust(A))
        refused(cloud.administrator().assume, code="AccessDenied", arn=arn, SourceIdentity="billing")

    def test_a_source_identity_goes_on_to_the_next_role_and_cannot_be_changed(self, cloud: Cloud) -> None:
        says = cloud.role("says", ANYTHING, trusts=trust(A, "sts:SetSourceIdentity"))
        silent = cloud.role("silent", ANYTHING, trusts=trust(A))
        start = cloud.administrator().assume(says, SourceIdentity="billing")
        assert start.assume(says, SourceIdentity="billing").token
        refused(start.assume, code="AccessDenied", arn=says, SourceIdentity="reports")
        refused(start.assume, code="AccessDenied", arn=silent)
        assert cloud.administrator().assume(says).assume(silent).token

    @pytest.mark.parametrize("session", ["a/b", "a b", "a:b"])
    def test_a_session_name_cannot_reshape_the_arn(self, cloud: Cloud, session: str) -> None:
        client = cloud.administrator().client("sts")
        refused(client.assume_role, code="ValidationError", RoleArn=role_arn("deployer"), RoleSessionName=session)

    def test_a_session_policy_is_refused_rather_than_ignored(self, cloud: Cloud) -> None:
        narrow = json.dumps(document(allow("kms:ListKeys")))
        refused(cloud.administrator().assume, code="NotImplemented", arn=role_arn("deployer"), Policy=narrow)

    def test_a_role_that_does_not_exist_is_refused(self, cloud: Cloud) -> None:
        refused(cloud.administrator().assume, code="AccessDenied", arn=role_arn("nobody"))

    def test_a_deleted_roles_sessions_may_do_nothing(self, cloud: Cloud) -> None:
        arn, iam = cloud.role("leaving", ANYTHING), cloud.administrator().client("iam")
        session = cloud.administrator().assume(arn).client("kms")
        assert session.list_keys()["Keys"] is not None
        iam.delete_role_policy(RoleName="leaving", PolicyName="p")
        iam.delete_role(RoleName="leaving")
        refused(session.list_keys, code="AccessDeniedException")


def test_a_trust_policy_that_names_nobody_is_refused(cloud: Cloud) -> None:
    trusts = document({"Effect": "Allow", "Principal": {"AWS": role_arn("not-there")}, "Action": "sts:AssumeRole"})
    message = refused(cloud.role, code="MalformedPolicyDocument", name="x", trusts=trusts)
    assert "invalid principals" in message


def test_boto3_is_given_no_credentials_by_accident(cloud: Cloud) -> None:
    """The process must not fall back to an account for a caller that it does not know."""
    client = boto3.client(
        "kms", region_name=REGION, endpoint_url=cloud.endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )
    refused(client.list_keys, code="UnrecognizedClientException")
