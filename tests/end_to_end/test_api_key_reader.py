"""The backend's side: what `ApiKeyReader` asks of AWS, and the five ways in which it fails."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.model import OperationModel

from sandbox import Sandbox
from tenant_keys import naming, reader
from tenant_keys.reader import ApiKeyReader

pytestmark = pytest.mark.engine

NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
CANARY = "canary-of-the-reader"


class Clock:
    """Seconds that a test sets forward."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def backend(deployed: Sandbox, calls: list[str]) -> boto3.Session:
    """The backend's session; every call that it makes is noted."""
    session = deployed.session("dev-backend")
    session.client("sts").get_caller_identity()  # the backend is logged in before it reads keys

    def note(model: OperationModel, **_: object) -> None:
        calls.append(model.name)

    session.events.register("before-call.*.*", note)
    return session


@pytest.fixture(autouse=True)
def _value(deployed: Sandbox) -> None:
    put(deployed, "acme", CANARY)


def put(sandbox: Sandbox, tenant: str, value: str) -> None:
    operator = sandbox.session("dev-operator")
    assumed = operator.client("sts").assume_role(RoleArn=NAMES.writer_role_arn(), RoleSessionName="test")["Credentials"]
    boto3.client(
        "secretsmanager",
        region_name="ap-northeast-1",
        endpoint_url=operator.client("sts").meta.endpoint_url,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    ).put_secret_value(SecretId=NAMES.secret(tenant, "external-api-key"), SecretString=value)


def make(backend: boto3.Session, **options: object) -> ApiKeyReader:
    settings = {"app": "myapp", "account": "111111111111", "region": "ap-northeast-1", "session": backend, **options}
    return ApiKeyReader(**settings)  # type: ignore[bad-argument-type] - the options of a test


def test_a_first_read_logs_in_and_reads_once(backend: boto3.Session, calls: list[str]) -> None:
    assert make(backend).get("acme") == CANARY
    assert calls == ["AssumeRole", "GetSecretValue"]


@pytest.mark.parametrize("caller", ["a b", "x", "c" * 65, "a/b"])
def test_a_caller_that_aws_would_refuse_is_refused_at_once(backend: boto3.Session, caller: str) -> None:
    with pytest.raises(ValueError, match="2 to 64 letters"):
        make(backend, caller=caller)


def test_a_cached_read_asks_nothing(backend: boto3.Session, calls: list[str]) -> None:
    keys = make(backend)
    keys.get("acme")
    calls.clear()
    assert keys.get("acme") == CANARY
    assert calls == []


def test_after_its_time_a_read_is_one_call_since_the_login_still_holds(
    backend: boto3.Session, calls: list[str]
) -> None:
    clock = Clock()
    keys = make(backend, clock=clock, cache_seconds=60.0)
    keys.get("acme")
    calls.clear()
    clock.seconds += 61
    assert keys.get("acme") == CANARY
    assert calls == ["GetSecretValue"]


def test_the_login_is_renewed_before_it_ends(backend: boto3.Session, calls: list[str]) -> None:
    clock = Clock()
    keys = make(backend, clock=clock)
    keys.get("acme")
    calls.clear()
    clock.seconds += 3301
    keys.get("acme")
    assert calls == ["AssumeRole", "GetSecretValue"]


def test_a_new_value_is_seen_after_the_cache_time_or_at_once_when_forgotten(
    deployed: Sandbox, backend: boto3.Session
) -> None:
    keys = make(backend)
    keys.get("acme")
    put(deployed, "acme", "renewed")
    assert keys.get("acme") == CANARY, "within the cache time the old key serves, which its grace keeps valid"
    keys.forget("acme")
    assert keys.get("acme") == "renewed"


@pytest.mark.parametrize(
    ("text", "api_key"),
    [
        ('{"version": 1, "apiKey": "renewed", "apiKeyId": "id"}', "renewed"),
        ('{"user": "u", "password": "p"}', '{"user": "u", "password": "p"}'),
        ('{"apiKey": {"nested": true}}', '{"apiKey": {"nested": true}}'),
        ("1234567890", "1234567890"),
        ('"quoted"', '"quoted"'),
    ],
    ids=["rotated", "json-of-a-person", "not-ours", "digits", "quotes"],
)
def test_a_rotated_key_is_unwrapped_and_a_persons_text_is_left_as_it_is(
    deployed: Sandbox, backend: boto3.Session, text: str, api_key: str
) -> None:
    put(deployed, "acme", text)
    assert make(backend).get("acme") == api_key
    put(deployed, "acme", CANARY)


def test_without_a_cache_each_read_asks(backend: boto3.Session, calls: list[str]) -> None:
    keys = make(backend, cache_seconds=0.0)
    keys.get("acme")
    keys.get("acme")
    assert calls.count("GetSecretValue") == 2


@pytest.mark.parametrize("tenant", ["", "ACME", "acme/../globex", "acme*", "a" * 41])
def test_what_is_no_tenant_id_is_refused_before_aws_is_asked(
    backend: boto3.Session, calls: list[str], tenant: str
) -> None:
    with pytest.raises(reader.UnknownTenantError, match="is not a tenant id"):
        make(backend).get(tenant)
    assert calls == []


def test_a_tenant_that_was_never_onboarded_is_refused_by_aws(backend: boto3.Session) -> None:
    with pytest.raises(reader.AccessDeniedError, match="was never onboarded"):
        make(backend).get("initech")


def test_a_caller_who_is_not_the_backend_is_refused(deployed: Sandbox) -> None:
    with pytest.raises(reader.AccessDeniedError, match="AssumeRole"):
        make(deployed.session("dev-operator")).get("acme")


def test_a_secret_without_a_value_says_who_can_help(deployed: Sandbox) -> None:
    of_prod = make(deployed.session("prod-backend"), account="222222222222")
    with pytest.raises(reader.NoValueYetError, match="tenant-keys put-key"):
        of_prod.get("globex")


@pytest.fixture
def _deleted_secret(deployed: Sandbox) -> Iterator[None]:
    secrets = deployed.session("dev-deployer").client("secretsmanager")
    name = NAMES.secret("globex", "external-api-key")
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    yield
    secrets.restore_secret(SecretId=name)


@pytest.mark.usefixtures("_deleted_secret")
def test_a_deleted_secret_is_missing(backend: boto3.Session) -> None:
    with pytest.raises(reader.KeyNotFoundError, match="scheduled for deletion"):
        make(backend).get("globex")


def test_aws_out_of_reach_is_an_error_of_its_own() -> None:
    nowhere = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x")
    keys = make(nowhere)
    keys._sts = nowhere.client("sts", region_name="ap-northeast-1", endpoint_url="http://127.0.0.1:9")  # noqa: SLF001 - the discard port of loopback
    with pytest.raises(reader.StoreUnreachableError, match="did not answer"):
        keys.get("acme")


def test_no_error_and_no_repr_holds_a_value(backend: boto3.Session) -> None:
    keys = make(backend)
    keys.get("acme")
    shown = [repr(keys), repr(vars(keys))]
    for failing in ("initech", "A"):
        with pytest.raises(reader.ReaderError) as failed:
            make(backend).get(failing)
        shown += [str(failed.value), repr(failed.value)]
    assert not [text for text in shown if CANARY in text]


def test_the_five_errors_are_five_classes_under_one() -> None:
    errors = {
        reader.UnknownTenantError,
        reader.KeyNotFoundError,
        reader.NoValueYetError,
        reader.AccessDeniedError,
        reader.StoreUnreachableError,
    }
    assert len(errors) == 5
    for error in errors:
        assert issubclass(error, reader.ReaderError)
        assert not [other for other in errors - {error} if issubclass(error, other)]
