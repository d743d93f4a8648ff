import re
from datetime import timedelta
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
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


FUNCTION_NAMES = ("rotator_function", "scheduler_role", "schedule_group", "issuer_admin_secret", "issuer_kms_alias")


@given(ids, ids)
def test_distinct_issuers_never_share_a_name(issuer: str, other: str) -> None:
    for name in FUNCTION_NAMES:
        of = getattr(NAMES, name)
        assert (of(issuer).casefold() == of(other).casefold()) is (issuer == other)


@given(ids, ids)
@example("acme", "notices")
@example("acme", "reminders")
def test_no_two_roles_share_a_name_whatever_tenants_and_issuers_are_called(tenant: str, issuer: str) -> None:
    roles = [
        NAMES.reader_role(tenant),
        NAMES.writer_role(),
        NAMES.rotator_role(issuer),
        NAMES.scheduler_role(issuer),
        NAMES.notices_function(),
        NAMES.reminders(),
    ]
    assert len(set(roles)) == len(roles), "an issuer called 'notices' must not take the role of the notices"


@given(ids, ids)
@example("notices", "reminders")
def test_no_two_alarms_or_queues_share_a_name(issuer: str, other: str) -> None:
    functions = {NAMES.rotator_function(issuer), NAMES.rotator_function(other), NAMES.notices_function()}
    assert len({NAMES.alarm(function, "errors") for function in functions}) == len(functions)
    for name in (NAMES.dead_letters, NAMES.log_group):
        assert len({name(function) for function in functions}) == len(functions)


@given(ids, ids, key_names, st.from_regex(r"[A-Za-z0-9]{6}", fullmatch=True))
def test_patterns_for_tenants_and_for_issuers_never_meet(issuer: str, tenant: str, key: str, suffix: str) -> None:
    of_issuer = f"{NAMES.arn('secretsmanager', 'secret:')}{NAMES.issuer_admin_secret(issuer)}-{suffix}"
    of_tenant = f"{NAMES.arn('secretsmanager', 'secret:')}{NAMES.secret(tenant, key)}-{suffix}"
    assert fnmatchcase(of_issuer, NAMES.every_issuer_admin_secret_arn_pattern())
    assert fnmatchcase(of_issuer, NAMES.issuer_admin_secret_arn_pattern(issuer))
    assert fnmatchcase(of_tenant, NAMES.every_secret_arn_pattern())
    assert of_tenant.startswith(NAMES.secret_arn_prefix())
    assert not fnmatchcase(of_issuer, NAMES.every_secret_arn_pattern()), "a rotator may write to what this matches"
    assert not fnmatchcase(of_tenant, NAMES.every_issuer_admin_secret_arn_pattern())


@given(ids, ids)
def test_the_pattern_of_one_issuers_admin_secret_matches_no_other(issuer: str, other: str) -> None:
    arn = f"{NAMES.arn('secretsmanager', 'secret:')}{NAMES.issuer_admin_secret(other)}-aB3dE5"
    assert fnmatchcase(arn, NAMES.issuer_admin_secret_arn_pattern(issuer)) is (issuer == other)


@given(ids, ids)
def test_only_roles_of_functions_and_schedules_may_be_handed_over(tenant: str, issuer: str) -> None:
    def passable(arn: str) -> bool:
        return any(fnmatchcase(arn, pattern) for pattern in NAMES.passable_role_arn_patterns())

    handed = (NAMES.rotator_role_arn(issuer), NAMES.scheduler_role_arn(issuer))
    assert all(map(passable, (*handed, NAMES.notices_role_arn(), NAMES.reminders_role_arn())))
    assert not any(map(passable, (NAMES.reader_role_arn(tenant), NAMES.writer_role_arn())))


@given(ids)
def test_names_of_functions_stay_within_the_limits_of_aws_if_their_roles_do(issuer: str) -> None:
    names = naming.Names(app="a" * 20, account="1" * 12, region="ap-southeast-1")
    issuer = issuer[: naming.ROLE_NAME_LIMIT - len(names.scheduler_role(""))]
    assert len(names.scheduler_role(issuer)) <= naming.ROLE_NAME_LIMIT, "the settings refuse a longer one"
    function = names.rotator_function(issuer)
    assert len(function) <= 64
    assert len(names.schedule_group(issuer)) <= 64
    assert len(names.dead_letters(function)) <= 80
    assert len(names.alarm(function, "a" * 30)) <= 255
    assert len(names.issuer_admin_secret(issuer)) <= 512
    assert len(names.issuer_kms_alias(issuer)) <= 256
    assert len(names.log_group(function)) <= 512


def test_the_tags_of_a_key_say_what_its_rotation_must_know() -> None:
    full = naming.key_tags(
        "acme", "api-key", rotate="monthly", grace=timedelta(days=2), issuer="sendgrid", account="AC1"
    )
    assert full == {
        "tenant": "acme",
        "key": "api-key",
        "rotate": "monthly",
        "grace-hours": "48",
        "issuer": "sendgrid",
        "issuer-account": "AC1",
    }
    bare = naming.key_tags("acme", "api-key", rotate="manual", grace=timedelta(hours=24), issuer=None, account=None)
    assert bare == {"tenant": "acme", "key": "api-key", "rotate": "manual", "grace-hours": "24"}


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


ALARMS = (
    "refused-by-reader",
    "refused-read",
    "pending-deletion-read",
    "key-policy",
    "secret-policy",
    "trail-change",
    "reads",
)


@given(ids, ids)
@example("alarm", "rotation")
@example("alarm", "secret")
def test_no_two_event_rules_share_a_name_whatever_tenants_are_called(tenant: str, other: str) -> None:
    tenants = {NAMES.tenant_alarm_rule(tenant), NAMES.tenant_alarm_rule(other)}
    own = {NAMES.rotation_events_rule(), NAMES.secret_reads(), *map(NAMES.alarm_rule, ALARMS)}
    assert len(tenants) == len({tenant, other})
    assert len(own) == len(ALARMS) + 2
    assert not tenants & own, "a tenant called 'alarm' must not take the rule of the environment"


@given(ids)
def test_a_tenants_rule_has_a_name_if_its_reader_has_one(tenant: str) -> None:
    names = naming.Names(app="a" * 14, account="1" * 12, region="ap-southeast-1")
    assert len(names.reader_role(tenant)) <= naming.ROLE_NAME_LIMIT, "the settings refuse a longer one"
    assert len(names.tenant_alarm_rule(tenant)) <= 64
    assert len(naming.Names(app="a" * 20, account="", region="").alarm_rule("pending-deletion-read")) <= 64


@given(ids, ids)
def test_the_session_of_one_reader_is_that_of_no_other(tenant: str, other: str) -> None:
    same = NAMES.reader_session_arn(tenant) == NAMES.reader_session_arn(other)
    assert same is (tenant == other)
    assert fnmatchcase(NAMES.reader_session_arn(tenant), NAMES.every_reader_session_arn_pattern())
    assert not fnmatchcase(NAMES.reader_session_arn(tenant), NAMES.every_rotator_session_arn_pattern())


def test_the_longest_app_in_the_longest_region_has_buckets_that_s3_takes() -> None:
    names = naming.Names(app="a" * 20, account="1" * 12, region="ap-southeast-7")
    assert len(names.answers_bucket()) <= 63
    assert len(names.trail_bucket()) <= 63


@given(
    st.from_regex(naming.APP_NAME, fullmatch=True).filter(naming.is_app_name),
    st.from_regex(naming.APP_NAME, fullmatch=True).filter(naming.is_app_name),
)
@example("a-b", "a-b-audit")
@example("a", "a-audit-answers")
def test_two_apps_never_share_a_database_or_a_bucket_of_the_audit(app: str, other: str) -> None:
    one, two = (naming.Names(app=each, account="1" * 12, region="eu-west-1") for each in (app, other))
    assert (one.audit_database() == two.audit_database()) is (app == other)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", one.audit_database()), "SQL would want it in quotes"
    assert (one.answers_bucket() == two.answers_bucket()) is (app == other)
    assert one.answers_bucket() != two.trail_bucket()
