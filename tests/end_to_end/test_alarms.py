"""Someone is told: by the rules and the topic that the program registered, on the real engine's deployment."""

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from sandbox.engine import Engine
from tests.end_to_end.test_isolation import ACME, GLOBEX, NAMES, key_id, reader, refusal, widen, writer

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

pytestmark = pytest.mark.engine

CONTACT, CANARY = "security@myapp.example", "SG.canary-of-an-alarm"
PATIENCE = 20.0  # a mail is sent at once; a loaded machine takes longer
REFUSED = "The reader of a tenant was refused a key"
FOREIGN = "A key of tenant globex was read by an identity that is not its reader"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """An environment with values in it, which the alarms have to themselves."""
    with Sandbox(tmp_path_factory.mktemp("alarms") / "sandbox") as own:
        engine = Engine(own, "dev")
        engine.create_stack()
        engine.up()
        for secret in (ACME, GLOBEX):
            writer(own).put_secret_value(SecretId=secret, SecretString=CANARY)
        yield own


def mails(sandbox: Sandbox, says: str) -> list[str]:
    """The mails to the security contact that begin so; EventBridge leaves a text in its quotes."""
    return [m["text"] for m in sandbox.mails() if m["address"] == CONTACT and m["text"].startswith(f'"{says}')]


def waits_for(find: Callable[[], list[str]], count: int) -> list[str]:
    """What `find` finds, asked again until it is so much: alarms come after the call that they are about."""
    deadline = time.monotonic() + PATIENCE
    while len(found := find()) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(found) == count
    return found


def new_mail(sandbox: Sandbox, says: str, happens: Callable[[], object]) -> str:
    """The one mail that something brings."""
    before = len(mails(sandbox, says))
    happens()
    return waits_for(lambda: mails(sandbox, says), before + 1)[-1]


def reads_in_log(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The records in the log group of reads."""
    logs: CloudWatchLogsClient = sandbox.session("dev-administrator").client("logs")
    lines = logs.filter_log_events(logGroupName=NAMES.secret_reads_log_group())["events"]
    return [json.loads(line.get("message", ""))["detail"] for line in lines]


def test_another_tenants_reader_that_is_refused_brings_a_mail_that_says_what_to_do(sandbox: Sandbox) -> None:
    refused = reader(sandbox, "globex").get_secret_value
    mail = new_mail(sandbox, REFUSED, lambda: refusal(refused, SecretId=ACME))
    for part in (
        "assumed-role/myapp--globex--reader/tenant-globex",
        "GetSecretValue",
        ACME,
        "127.0.0.1",
        "AccessDenied",
        "docs/runbooks/suspicious-read.md",
    ):
        assert part in mail, mail
    assert "<" not in mail, "a variable that EventBridge does not know"
    assert CANARY not in mail


def test_an_administrator_that_is_refused_brings_one_mail_of_its_own(sandbox: Sandbox) -> None:
    secrets = sandbox.session("dev-administrator").client("secretsmanager")
    before = len(mails(sandbox, REFUSED))
    mail = new_mail(
        sandbox,
        "Someone who is no tenant's reader was refused a key",
        lambda: refusal(secrets.get_secret_value, SecretId=ACME),
    )
    assert "administrator" in mail
    assert len(mails(sandbox, REFUSED)) == before, "one event, one mail"


def test_reads_that_should_be_bring_no_mail_and_are_counted(sandbox: Sandbox) -> None:
    def read() -> list[str]:
        mine = [each for each in reads_in_log(sandbox) if "errorCode" not in each]
        return [each["requestParameters"]["secretId"] for each in mine if "myapp--acme--reader" in json.dumps(each)]

    before, counted = len(sandbox.mails()), len(read())
    reader(sandbox, "acme").get_secret_value(SecretId=ACME)
    assert waits_for(read, counted + 1)[-1] == ACME
    assert len(sandbox.mails()) == before


def test_refused_reads_are_counted_too(sandbox: Sandbox) -> None:
    def refusals() -> list[str]:
        return [each["userIdentity"]["arn"] for each in reads_in_log(sandbox) if "errorCode" in each]

    counted = len(refusals())
    refusal(reader(sandbox, "globex").get_secret_value, SecretId=ACME)
    assert waits_for(refusals, counted + 1)


def test_policies_that_are_opened_and_the_read_that_follows_bring_mails(sandbox: Sandbox) -> None:
    deployer = sandbox.session("dev-deployer")
    iam, secrets, kms = deployer.client("iam"), deployer.client("secretsmanager"), deployer.client("kms")
    key = key_id(kms, NAMES.kms_alias("globex"))
    allowed = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "kms:Decrypt"], "Resource": "*"}
    wide = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=NAMES.reader_role("acme"), PolicyName="careless", PolicyDocument=wide)
    secret_policy = widen(secrets.get_resource_policy(SecretId=GLOBEX)["ResourcePolicy"])
    mail = new_mail(
        sandbox,
        "Who may reach a secret was changed",
        lambda: secrets.put_resource_policy(SecretId=GLOBEX, ResourcePolicy=secret_policy),
    )
    assert GLOBEX in mail
    assert "docs/runbooks/policy-changed.md" in mail
    key_policy = widen(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    mail = new_mail(
        sandbox,
        "Who may use a KMS key was changed",
        lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy),
    )
    assert key in mail
    mail = new_mail(sandbox, FOREIGN, lambda: reader(sandbox, "acme").get_secret_value(SecretId=GLOBEX))
    assert "assumed-role/myapp--acme--reader/tenant-acme" in mail


def test_a_trail_that_is_stopped_brings_a_mail(sandbox: Sandbox) -> None:
    trails = sandbox.session("dev-administrator").client("cloudtrail")
    says = "The audit trail or its bucket was changed or stopped"
    mail = new_mail(sandbox, says, lambda: trails.stop_logging(Name=NAMES.trail_arn()))
    trails.start_logging(Name=NAMES.trail_arn())
    assert "StopLogging" in mail
    assert "docs/runbooks/trail-stopped.md" in mail


def test_a_log_bucket_that_is_opened_brings_a_mail(sandbox: Sandbox) -> None:
    s3, bucket = sandbox.session("dev-deployer").client("s3"), NAMES.trail_bucket()
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    says = "The audit trail or its bucket was changed or stopped"
    mail = new_mail(sandbox, says, lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy))
    assert f"PutBucketPolicy on {bucket}" in mail


def test_a_key_that_is_taken_away_and_a_read_of_it_bring_mails(sandbox: Sandbox) -> None:
    secrets = sandbox.session("dev-deployer").client("secretsmanager")
    mail = new_mail(
        sandbox,
        "A secret was scheduled for deletion",
        lambda: secrets.delete_secret(SecretId=ACME, RecoveryWindowInDays=7),
    )
    assert "docs/runbooks/key-taken-away.md" in mail
    asked = reader(sandbox, "acme").get_secret_value
    new_mail(sandbox, "A key was asked for whose deletion is scheduled", lambda: refusal(asked, SecretId=ACME))
    secrets.restore_secret(SecretId=ACME)
