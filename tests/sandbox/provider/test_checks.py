"""What is refused before anything happens, and in which words."""

import re

import pytest
from pulumi.runtime.rpc import UNKNOWN

from sandbox.provider.services import RESOURCE_TYPES
from tests.sandbox.provider.driver import TYPES, Plugin, urn_of

KEY, SECRET, ROLE = "aws:kms/key:Key", "aws:secretsmanager/secret:Secret", "aws:iam/role:Role"
FUNCTION, ALARM = "aws:lambda/function:Function", "aws:cloudwatch/metricAlarm:MetricAlarm"
BUCKET, TRAIL = "aws:s3/bucket:Bucket", "aws:cloudtrail/trail:Trail"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
A_POLICY = '{"Version": "2012-10-17", "Statement": []}'


@pytest.mark.parametrize(
    ("pulumi_type", "inputs", "path", "words"),
    [
        (KEY, {"deletionWindowInDays": 6}, "deletionWindowInDays", "between 7 and 30, got 6"),
        (KEY, {"deletionWindowInDays": 31}, "deletionWindowInDays", "between 7 and 30, got 31"),
        (KEY, {"rotationPeriodInDays": 89}, "rotationPeriodInDays", "between 90 and 2560, got 89"),
        (KEY, {"rotationPeriodInDays": 2561}, "rotationPeriodInDays", "between 90 and 2560, got 2561"),
        (KEY, {"policy": "{"}, "policy", "must be JSON"),
        (KEY, {"keyUsage": "ENCRYPT"}, "keyUsage", "must be one of ENCRYPT_DECRYPT"),
        (KEY, {"enableKeyRotation": "yes"}, "enableKeyRotation", "must be true or false, got 'yes'"),
        (KEY, {"deletionWindowInDays": True}, "deletionWindowInDays", "must be a whole number"),
        (KEY, {"rotationPeriodInDays": 90.5}, "rotationPeriodInDays", "must be a whole number"),
        (SECRET, {"recoveryWindowInDays": 6}, "recoveryWindowInDays", "must be 0 or between 7 and 30, got 6"),
        (SECRET, {"recoveryWindowInDays": 31}, "recoveryWindowInDays", "must be 0 or between 7 and 30"),
        (SECRET, {"name": "a b"}, "name", "1 to 512 characters"),
        (SECRET, {"name": "a" * 513}, "name", "1 to 512 characters"),
        (ROLE, {"name": "a" * 65}, "name", "1 to 64 characters long, got 65"),
        (ROLE, {"name": "a/b"}, "name", "letters, digits and +=,.@-_ only"),
        (ROLE, {"maxSessionDuration": 3599}, "maxSessionDuration", "between 3600 and 43200"),
        (ROLE, {}, "assumeRolePolicy", "is required by aws:iam/role:Role"),
        ("aws:kms/alias:Alias", {"name": "myapp/acme"}, "name", "must start with 'alias/'"),
        ("aws:kms/alias:Alias", {"name": "alias/aws/s3"}, "name", "not with 'alias/aws/'"),
        (BUCKET, {"bucket": "Audit"}, "bucket", "3 to 63 lower-case letters"),
        (BUCKET, {"bucket": "a" * 64}, "bucket", "3 to 63 lower-case letters"),
        (TRAIL, {"name": "ab"}, "name", "3 to 128 characters"),
        (KEY, {"deletionWindowDays": 7}, "deletionWindowDays", "did you mean 'deletionWindowInDays'?"),
        (KEY, {"zzz": 7}, "zzz", "has no such input; it has bypassPolicyLockoutSafetyCheck"),
        (KEY, {"xksKeyId": "x"}, "xksKeyId", "an input of aws:kms/key:Key that the sandbox does not support"),
        (SECRET, {"region": "eu-west-1"}, "region", "that the sandbox does not support"),
        (FUNCTION, {"name": "a" * 65}, "name", "1 to 64 letters, digits, hyphens and underscores"),
        (FUNCTION, {"timeout": 901}, "timeout", "between 1 and 900, got 901"),
        (FUNCTION, {"code": {"handler.py": "x"}}, "code", "must be an archive of files"),
        (FUNCTION, {"architectures": "arm64"}, "architectures", "must be a list of strings"),
        (FUNCTION, {"deadLetterConfig": {}}, "deadLetterConfig", "that the sandbox does not support"),
        (FUNCTION, {"environment": {"variable": {}}}, "environment.variable", "did you mean 'variables'?"),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"retentionInDays": 10},
            "retentionInDays",
            "must be one of 0, 1, 3, 5, 7",
        ),
        (ALARM, {"period": 45}, "period", "10, 20, 30 or a multiple of 60, got 45"),
        (ALARM, {"threshold": "1"}, "threshold", "must be a number"),
        (ALARM, {"threshold": True}, "threshold", "must be a number"),
        (ALARM, {"statistic": "Max"}, "statistic", "must be one of SampleCount"),
        ("aws:cloudwatch/eventRule:EventRule", {"name": "a" * 65}, "name", "1 to 64 letters"),
        ("aws:cloudwatch/eventRule:EventRule", {"eventPattern": "{"}, "eventPattern", "must be JSON"),
        (
            "aws:scheduler/schedule:Schedule",
            {"target": {"arn": "a", "roleArn": "b", "retryPolicy": {"maximumRetries": 1}}},
            "target.retryPolicy.maximumRetries",
            "did you mean 'maximumRetryAttempts'?",
        ),
        ("aws:sns/topic:Topic", {"name": "a.b"}, "name", "1 to 256 letters"),
        ("aws:sqs/queue:Queue", {"name": "a" * 81}, "name", "1 to 80 letters"),
        ("aws:sqs/queue:Queue", {"messageRetentionSeconds": 59}, "messageRetentionSeconds", "between 60 and 1209600"),
        (
            ENCRYPTION,
            {"rules": [{"applyServerSideEncryptionByDefault": {}}]},
            "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
            "is required",
        ),
        (ENCRYPTION, {"rules": {}}, "rules", "must be a list of objects"),
        (
            ENCRYPTION,
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithms": "aws:kms"}}]},
            "rules[0].applyServerSideEncryptionByDefault.sseAlgorithms",
            "did you mean 'sseAlgorithm'?",
        ),
        (
            ENCRYPTION,
            {"rules": [{"apply_server_side_encryption_by_default": {"sseAlgorithm": "aws:kms"}}]},
            "rules[0].apply_server_side_encryption_by_default",
            "did you mean 'applyServerSideEncryptionByDefault'?",
        ),
    ],
)
def test_a_wrong_input_is_refused_with_its_path_and_the_limit(
    pulumi_type: str, inputs: dict[str, object], path: str, words: str
) -> None:
    _, failures = Plugin().check(urn_of(pulumi_type), inputs)
    assert words in failures[path]


def test_all_problems_of_a_resource_come_at_once() -> None:
    wrong = {"deletionWindowInDays": 1, "rotationPeriodInDays": 1, "xksKeyId": "x", "polici": "{}", "policy": "{"}
    _, failures = Plugin().check(urn_of(KEY), wrong)
    assert set(failures) == set(wrong)


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_an_unknown_value_passes_every_check(pulumi_type: str) -> None:
    entry = RESOURCE_TYPES[pulumi_type]
    _, failures = Plugin().check(urn_of(pulumi_type), dict.fromkeys(entry.inputs, UNKNOWN))
    assert not failures, "in a preview most values come from resources that do not exist yet"


@pytest.mark.parametrize("name", ["deletionWindowInDays", "rotationPeriodInDays"])
@pytest.mark.parametrize("days", [90, 30])
def test_the_ends_of_a_range_are_inside(name: str, days: int) -> None:
    _, failures = Plugin().check(urn_of(KEY), {name: days})
    assert bool(failures) == ((name, days) not in {("deletionWindowInDays", 30), ("rotationPeriodInDays", 90)})


def test_a_secret_may_be_deleted_at_once() -> None:
    assert Plugin().check(urn_of(SECRET), {"recoveryWindowInDays": 0})[1] == {}


@pytest.mark.parametrize(
    ("pulumi_type", "words"),
    [
        ("aws:secretsmanager/secretVersion:SecretVersion", "a secret's value never goes through Pulumi"),
        ("aws:kms/keys:Keys", "did you mean aws:kms/key:Key?"),
        ("aws:dynamodb/table:Table", "the sandbox does not serve the resource type aws:dynamodb/table:Table"),
    ],
)
def test_a_type_that_is_not_served_is_refused_with_a_reason(pulumi_type: str, words: str) -> None:
    _, failures = Plugin().check(urn_of(pulumi_type), {"secretString": "hush-hush"})
    assert words in failures[""]
    assert "hush-hush" not in failures[""]


@pytest.mark.parametrize(
    ("pulumi_type", "inputs", "name", "pattern"),
    [
        (SECRET, {}, "name", r"My-Secret-[0-9a-f]{7}"),
        (ROLE, {"assumeRolePolicy": A_POLICY}, "name", r"My-Secret-[0-9a-f]{7}"),
        (BUCKET, {}, "bucket", r"my-secret-[0-9a-f]{7}"),
        ("aws:kms/alias:Alias", {"targetKeyId": "k"}, "name", r"alias/My-Secret-[0-9a-f]{7}"),
    ],
)
def test_a_name_that_is_left_out_is_made_from_the_logical_one_and_kept(
    pulumi_type: str, inputs: dict[str, object], name: str, pattern: str
) -> None:
    first, failures = Plugin().check(urn_of(pulumi_type, "My-Secret"), inputs)
    assert not failures
    assert re.fullmatch(pattern, first[name])
    later, _ = Plugin().check(urn_of(pulumi_type, "Renamed"), inputs, first)
    assert later[name] == first[name], "a new name would replace the resource"


def test_an_explicit_name_that_the_program_drops_is_not_kept() -> None:
    first, _ = Plugin().check(urn_of(SECRET), {"name": "chosen"})
    later, _ = Plugin().check(urn_of(SECRET), {}, first)
    assert later["name"].startswith("it-"), "the real provider makes a new name, and so a new resource"


def test_a_made_name_fits_into_the_limit() -> None:
    made, failures = Plugin().check(urn_of(ROLE, "a" * 100), {"assumeRolePolicy": A_POLICY})
    assert (len(made["name"]), failures) == (64, {})


def test_a_policy_given_as_a_document_becomes_its_text() -> None:
    made, failures = Plugin().check(urn_of(ROLE), {"assumeRolePolicy": {"Statement": []}})
    assert (made["assumeRolePolicy"], failures) == ('{"Statement": []}', {})


def test_nested_defaults_are_filled_in() -> None:
    made, _ = Plugin().check(urn_of(TRAIL), {"s3BucketName": "b", "eventSelectors": [{}]})
    assert made["eventSelectors"] == [{"includeManagementEvents": True, "readWriteType": "All"}]
