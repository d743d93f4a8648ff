import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_keys import naming

NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
ids = st.from_regex(naming.TENANT_ID, fullmatch=True).filter(naming.is_tenant_id)
key_names = ids.filter(naming.is_key_name)


@given(ids)
def test_every_id_of_the_documented_form_is_a_tenant_id(tenant: str) -> None:
    assert 3 <= len(tenant) <= 40
    assert re.fullmatch(r"[a-z0-9-]+", tenant)


@pytest.mark.parametrize(
    "text",
    ["", "ab", "a" * 41, "Acme", "acme_eu", "-acme", "acme-", "ac--me", "acme\n", "acme/eu", "ac*me", "\uff41cme"],
)
def test_what_could_reach_another_tenant_is_no_tenant_id(text: str) -> None:
    assert not naming.is_tenant_id(text), "such an id would stand in role names and policy patterns"


@pytest.mark.parametrize("name", ["stripe-secret", "key-abcdef", "a-123456"])
def test_a_key_name_that_ends_like_an_arn_is_refused(name: str) -> None:
    assert naming.is_tenant_id(name)
    assert not naming.is_key_name(name), "AWS takes a hyphen and six characters for the suffix of an ARN"


def test_the_default_key_is_a_key_name() -> None:
    assert naming.is_key_name(naming.DEFAULT_KEY)


@given(ids, key_names, ids, key_names)
def test_distinct_keys_never_share_a_name(tenant: str, key: str, other: str, other_key: str) -> None:
    same = (tenant, key) == (other, other_key)
    assert (NAMES.secret(tenant, key) == NAMES.secret(other, other_key)) is same
    assert (naming.logical_name(tenant, key) == naming.logical_name(other, other_key)) is same


@given(ids, ids)
def test_distinct_tenants_never_share_a_role_alias_or_session(tenant: str, other: str) -> None:
    for name in (NAMES.reader_role, NAMES.kms_alias, naming.reader_session_name):
        assert (name(tenant).casefold() == name(other).casefold()) is (tenant == other)


@given(
    st.from_regex(naming.APP_NAME, fullmatch=True).filter(naming.is_app_name),
    st.from_regex(naming.APP_NAME, fullmatch=True).filter(naming.is_app_name),
    ids,
    ids,
)
def test_two_apps_of_one_account_never_share_a_role(app: str, other_app: str, tenant: str, other: str) -> None:
    one = naming.Names(app=app, account="1" * 12, region="eu-west-1")
    two = naming.Names(app=other_app, account="1" * 12, region="eu-west-1")
    assert (one.reader_role(tenant) == two.reader_role(other)) is ((app, tenant) == (other_app, other))
    assert one.reader_role(tenant) != two.writer_role()
    assert (one.trail_bucket() == two.trail_bucket()) is (app == other_app)


@given(ids, key_names, ids, key_names, st.from_regex(r"[A-Za-z0-9]{6}", fullmatch=True))
def test_the_pattern_of_one_secret_matches_no_other_secret(
    tenant: str, key: str, other: str, other_key: str, suffix: str
) -> None:
    arn = f"arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:{NAMES.secret(other, other_key)}-{suffix}"
    matches = fnmatchcase(arn, NAMES.secret_arn_pattern(tenant, key))
    assert matches is ((tenant, key) == (other, other_key)), "a policy made for one key would open another"


@given(ids, key_names)
def test_names_stay_within_the_limits_of_aws(tenant: str, key: str) -> None:
    longest_app = naming.Names(app="a" * 20, account="1" * 12, region="ap-southeast-1")
    assert len(longest_app.secret(tenant, key)) <= 512
    assert len(longest_app.kms_alias(tenant)) <= 256
    assert len(longest_app.trail_bucket()) <= 63
    assert len(naming.reader_session_name(tenant)) <= 64


@given(ids, st.text(max_size=100))
def test_a_writers_session_name_is_one_that_sts_takes(tenant: str, caller: str) -> None:
    name = naming.operator_session_name(tenant, caller)
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII)
    assert name.startswith(f"{tenant}--")


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("ap-northeast-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_arns_carry_the_partition_of_their_region(region: str, partition: str) -> None:
    names = naming.Names(app="myapp", account="1" * 12, region=region)
    assert naming.REGION.fullmatch(region)
    assert names.writer_role_arn().startswith(f"arn:{partition}:iam::")
    assert names.trail_bucket_arn().startswith(f"arn:{partition}:s3:::")
