"""What a person reads when AWS, the account or the settings are wrong, and what survives a failure half-way."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.provider.errors import AwsError, ConfigurationError, PartialError, UnservedError
from sandbox.provider.session import setting_problems
from tests.sandbox.provider.driver import Plugin, make, urn_of
from tests.sandbox.provider.examples import policy, trust

SECRET, ROLE, BUCKET = "aws:secretsmanager/secret:Secret", "aws:iam/role:Role", "aws:s3/bucket:Bucket"


def test_an_error_of_aws_is_one_sentence_with_operation_resource_code_and_message(plugin: Plugin) -> None:
    _, _, inputs = make(plugin, SECRET)
    with pytest.raises(AwsError) as caught:
        plugin.create(urn_of(SECRET, "tenant-acme"), inputs)
    text = str(caught.value)
    assert text.startswith(f"creating {SECRET} 'tenant-acme': CreateSecret failed with ResourceExistsException: ")
    assert "Traceback" not in text
    assert "\n" not in text


def test_a_server_that_is_not_there_is_named(aws: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert aws
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(AwsError, match=re.escape("http://127.0.0.1:9")):
        Plugin().configure()


def test_the_wrong_account_is_refused_with_both_ids(aws: object) -> None:
    assert aws
    with pytest.raises(ConfigurationError, match=r"account 123456789012.*only touch 222222222222"):
        Plugin().configure(allowedAccountIds='["222222222222"]')


def test_roles_are_assumed_in_turn_and_the_last_ones_account_counts(aws: object) -> None:
    assert aws
    roles = [
        {"roleArn": f"arn:aws:iam::{account}:role/deployer", "sessionName": "pulumi-dev"}
        for account in ("111111111111", "222222222222")
    ]
    plugin = Plugin()
    plugin.configure(assumeRoles=json.dumps(roles), allowedAccountIds='["222222222222"]')
    inputs, _ = plugin.check(urn_of(ROLE), {"name": "r", "assumeRolePolicy": trust("222222222222")})
    assert plugin.create(urn_of(ROLE), inputs)[1]["arn"] == "arn:aws:iam::222222222222:role/r"


@pytest.mark.parametrize(
    ("settings", "name", "words"),
    [
        ({"allowedAccountId": "[]"}, "allowedAccountId", "did you mean 'allowedAccountIds'?"),
        ({"endpoints": "[]"}, "endpoints", "does not serve this provider setting"),
        ({"region": ""}, "region", "is required"),
        ({"assumeRoles": '[{"role_arn": "x"}]'}, "assumeRoles[0].role_arn", "serves only roleArn"),
        ({"assumeRoles": '[{"sessionName": "x"}]'}, "assumeRoles[0].roleArn", "is required"),
    ],
)
def test_a_provider_setting_that_is_not_served_is_refused(settings: dict[str, str], name: str, words: str) -> None:
    assert words in dict(setting_problems({"region": "ap-northeast-1", **settings}))[name]


def test_what_the_sdk_sends_unasked_is_no_problem() -> None:
    sent = {"region": "r", "skipCredentialsValidation": "false", "skipRegionValidation": "true", "version": "7.51.1"}
    assert not dict(setting_problems(sent))


def test_a_plugin_that_was_not_configured_says_so() -> None:
    with pytest.raises(ConfigurationError, match="not configured"):
        Plugin().diff(urn_of(SECRET), {}, {})


def test_a_function_call_is_refused_by_name() -> None:
    with pytest.raises(UnservedError, match="aws:index/getCallerIdentity:getCallerIdentity"):
        Plugin().invoke("aws:index/getCallerIdentity:getCallerIdentity")


def test_a_resource_whose_creation_fails_half_way_is_kept(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    # S3 makes the bucket and only then sees that nobody may set a tag of its own.
    inputs, _ = plugin.check(urn_of(BUCKET), {"bucket": "half-made", "tags": {"aws:mine": "x"}})
    with pytest.raises(PartialError, match="PutBucketTagging failed with InvalidTag") as caught:
        plugin.create(urn_of(BUCKET), inputs)
    error = caught.value
    assert error.resource_id == "half-made"
    aws("s3").head_bucket(Bucket="half-made")
    assert error.state["bucket"] == error.inputs["bucket"] == "half-made"


def test_an_update_that_fails_half_way_keeps_what_aws_has_now(plugin: Plugin) -> None:
    name, state, inputs = make(plugin, ROLE)
    wrong = {**inputs, "description": "done", "permissionsBoundary": "arn:aws:iam::aws:user/nobody"}
    with pytest.raises(
        PartialError, match=r"updating aws:iam/role:Role 'reader-acme': PutRolePermissionsBoundary"
    ) as caught:
        plugin.update(urn_of(ROLE), name, state, wrong)
    assert caught.value.state["description"] == "done"
    assert "permissionsBoundary" not in {k for k, v in caught.value.state.items() if v}


@pytest.mark.parametrize("force", [False, True])
def test_a_role_is_deleted_with_foreign_policies_only_if_that_was_asked_for(
    plugin: Plugin, aws: Callable[[str], Any], *, force: bool
) -> None:
    name, state, _ = make(plugin, ROLE)
    aws("iam").put_role_policy(RoleName=name, PolicyName="foreign", PolicyDocument=policy("Allow", "s3:GetObject"))
    if not force:
        with pytest.raises(AwsError, match="DeleteRole failed with DeleteConflict"):
            plugin.delete(urn_of(ROLE), name, state)
        return
    plugin.delete(urn_of(ROLE), name, {**state, "forceDetachPolicies": True})
    assert aws("iam").list_roles()["Roles"] == []


@pytest.mark.parametrize("force", [False, True])
def test_a_full_bucket_is_deleted_with_all_versions_only_if_that_was_asked_for(
    plugin: Plugin, aws: Callable[[str], Any], *, force: bool
) -> None:
    bucket, state, _ = make(plugin, BUCKET)
    s3 = aws("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", ContentMD5="xMpCOKC5I4INzFCab3WEmw==")
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", ContentMD5="xMpCOKC5I4INzFCab3WEmw==")
    s3.delete_object(Bucket=bucket, Key="k")
    if not force:
        with pytest.raises(AwsError, match="DeleteBucket failed with BucketNotEmpty"):
            plugin.delete(urn_of(BUCKET), bucket, state)
        return
    plugin.delete(urn_of(BUCKET), bucket, {**state, "forceDestroy": True})
    assert s3.list_buckets()["Buckets"] == []
