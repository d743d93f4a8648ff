"""What the gate's tests share: two accounts, clients, and policies of the shape that the program registers."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

A, B, REGION = "111111111111", "222222222222", "ap-northeast-1"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
VIA = f"secretsmanager.{REGION}.amazonaws.com"
VALUE = "canary-value-5f1c"


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str | list[str], resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def trust(account: str, *more: str, **condition: Any) -> dict[str, Any]:
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": ["sts:AssumeRole", "sts:TagSession", *more]}
    return document({**statement, "Condition": condition} if condition else statement)


def trust_service(*services: str, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return document({**statement, "Condition": condition} if condition else statement)


DEPLOYER = document(
    allow(
        [
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetResourcePolicy",
            "secretsmanager:PutResourcePolicy",
            "secretsmanager:TagResource",
            "secretsmanager:UpdateSecret",
            "kms:CreateKey",
            "kms:CreateAlias",
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
            "kms:PutKeyPolicy",
            "kms:TagResource",
            "kms:GenerateDataKey",
            "kms:Decrypt",
        ]
    )
)

ACCOUNTS = {
    "accounts": [
        {
            "id": account,
            "users": [{"name": "administrator", "policy": document(ANYTHING)}],
            "roles": [{"name": "deployer", "trust": trust(account), "policy": DEPLOYER}],
        }
        for account in (A, B)
    ]
}


def role_arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


@dataclass(frozen=True)
class Login:
    endpoint: str
    access_key: str
    secret_key: str
    token: str | None = None

    def client(self, service: Any, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            aws_session_token=self.token,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def assume(self, arn: str, session: str = "test", **more: Any) -> "Login":
        got = self.client("sts").assume_role(RoleArn=arn, RoleSessionName=session, **more)["Credentials"]
        return Login(self.endpoint, got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])


@dataclass(frozen=True)
class Cloud:
    endpoint: str
    credentials: Mapping[str, Mapping[str, str]]

    def administrator(self, account: str = A) -> Login:
        key = self.credentials[f"{account}/administrator"]
        return Login(self.endpoint, key["accessKeyId"], key["secretAccessKey"])

    def control(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask what only a sandbox answers: the clock, the mails, the rotations."""
        method = "GET" if body is None else "POST"
        answer = urllib3.request(method, f"{self.endpoint}/_sandbox/{path}", json=body, timeout=600)
        assert answer.status == 200, answer.data.decode()
        return answer.json()

    def deployer(self, account: str = A) -> Login:
        return self.administrator(account).assume(role_arn("deployer", account), "deploy")

    def role(self, name: str, *statements: Mapping[str, Any], account: str = A, trusts: Any = None, **more: Any) -> str:
        iam = self.administrator(account).client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusts or trust(account)), **more)[
            "Role"
        ]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document(*statements)))
        return made


def refused(call: Any, *, code: str, **arguments: Any) -> str:
    """Expect an error code and return the error's message."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return error["Message"]


@dataclass
class Tenant:
    """One tenant as the program makes it: key, secret, reader; the writer is given."""

    cloud: Cloud
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")
    secret_arn: str = ""
    key_arn: str = ""
    reader: str = ""
    writer: str = ""

    @property
    def secret_name(self) -> str:
        return f"/saas/app/tenant-{self.name}/external-api-key"

    def make(self) -> "Tenant":
        pattern = f"arn:aws:secretsmanager:{REGION}:{A}:secret:{self.secret_name}-??????"
        through = {"StringEquals": {"kms:ViaService": VIA}, "StringLike": {"kms:EncryptionContext:SecretARN": pattern}}
        self.reader = self.cloud.role(
            f"reader-{self.name}",
            allow(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], pattern),
            allow("kms:Decrypt", Condition=through),
            trusts=trust(A, StringEquals={"sts:RoleSessionName": f"backend-{self.name}"}),
        )
        self.writer = self.cloud.role(
            f"writer-{self.name}",
            allow(["secretsmanager:PutSecretValue", "secretsmanager:DescribeSecret"]),
            allow(["kms:GenerateDataKey", "kms:Decrypt"], Condition={"StringEquals": {"kms:ViaService": VIA}}),
        )
        deployer = self.cloud.deployer()
        self.key_arn = deployer.client("kms").create_key(Policy=json.dumps(self.key_policy(through)))["KeyMetadata"][
            "Arn"
        ]
        manager = deployer.client("secretsmanager")
        self.secret_arn = manager.create_secret(Name=self.secret_name, KmsKeyId=self.key_arn)["ARN"]
        manager.put_resource_policy(
            SecretId=self.secret_arn, ResourcePolicy=json.dumps(self.secret_policy()), BlockPublicPolicy=True
        )
        return self

    def key_policy(self, through: Mapping[str, Any]) -> dict[str, Any]:
        root = {"AWS": f"arn:aws:iam::{A}:root"}

        def only(arn: str, *actions: str, **more: Any) -> dict[str, Any]:
            condition = {**through, **more, "ArnEquals": {"aws:PrincipalArn": arn}}
            return allow(list(actions), Principal=root, Condition=condition)

        deployer = role_arn("deployer")
        validate = {
            **through,
            "StringEquals": {
                **through["StringEquals"],
                "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess",
            },
        }
        return document(
            {
                "Sid": "Administer",
                **allow(["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:CreateAlias"]),
                "Principal": root,
                "Condition": {"ArnEquals": {"aws:PrincipalArn": deployer}},
            },
            {"Sid": "Check", **only(deployer, "kms:GenerateDataKey", "kms:Decrypt", **validate)},
            {"Sid": "Read", **only(self.reader, "kms:Decrypt")},
            {"Sid": "Write", **only(self.writer, "kms:GenerateDataKey", "kms:Decrypt")},
        )

    def secret_policy(self) -> dict[str, Any]:
        def all_but(*arns: str) -> dict[str, Any]:
            return {"ArnNotEquals": {"aws:PrincipalArn": list(arns)}}

        everyone = {"Effect": "Deny", "Principal": "*", "Resource": "*"}
        return document(
            {
                "Sid": "Readers",
                **everyone,
                "Action": "secretsmanager:GetSecretValue",
                "Condition": all_but(self.reader),
            },
            {
                "Sid": "Writers",
                **everyone,
                "Action": ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
                "Condition": all_but(self.writer),
            },
        )

    def as_reader(self) -> Any:
        login = self.cloud.administrator().assume(self.reader, f"backend-{self.name}")
        return login.client("secretsmanager")

    def as_writer(self) -> Any:
        return self.cloud.administrator().assume(self.writer, "operator").client("secretsmanager")
