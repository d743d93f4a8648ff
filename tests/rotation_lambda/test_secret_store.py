"""The store on the wire: moto for the shapes of AWS, a stubbed client for what moto does not do."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import (
    LabelMovedError,
    NoValueError,
    StoreError,
    WrongSecretError,
)
from rotation_lambda.function import clients
from rotation_lambda.redaction import Sealed
from rotation_lambda.secret_list import IssuerSecrets
from rotation_lambda.secret_store import SecretsManagerStore
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda import aws
from tests.rotation_lambda.recording import Recorder
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import version

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

pytestmark = pytest.mark.usefixtures("cloud")

OLD, NEW = version(1), version(2)
VALUE = ApiKeyValue(api_key=Sealed(f"{CANARY}new"), api_key_id="id", tenant="acme", issuer="mail")
ROTATION_TOKEN = f"{CANARY}rotation-token-5c1f8b1e-0a3d-4c0e-9a44"


@pytest.fixture
def arn() -> str:
    aws.forget()
    arn = aws.make_secret()
    secrets().put_secret_value(SecretId=arn, ClientRequestToken=OLD, SecretString=f"{CANARY}old")
    return arn


def secrets() -> "SecretsManagerClient":
    return clients().secrets


def store(token: str | None = None) -> SecretsManagerStore:
    return SecretsManagerStore(secrets(), None if token is None else Sealed(token))


def test_a_description_has_labels_tags_and_dates(arn: str) -> None:
    aws.place_pending(arn, NEW)
    aws.name_rotator(arn, "arn:aws:lambda:function")
    secret = aws.moto_secret(arn)
    secret.last_changed_date, secret.last_rotation_date = 1_800_000_000, 1_800_000_100
    secret.next_rotation_date = 1_900_000_000
    described = store().describe(arn)
    assert described.arn == arn
    assert described.tags == aws.TAGS
    assert described.rotation_function == "arn:aws:lambda:function"
    assert described.version_at(Stage.CURRENT) == OLD
    assert described.version_at(Stage.PENDING) == NEW
    assert described.version_at(Stage.PREVIOUS) is None
    assert described.changed == datetime.fromtimestamp(1_800_000_100, UTC), "the later of the two dates"
    assert described.next_rotation == datetime.fromtimestamp(1_900_000_000, UTC)


def test_a_version_without_a_label_is_not_described(arn: str) -> None:
    aws.place_pending(arn, NEW)
    store().remove_label(arn, NEW, Stage.PENDING)
    assert NEW not in store().describe(arn).stages, "moto still shows it; AWS may delete it at any time"


def test_a_rotation_moves_a_value_from_pending_to_current(arn: str) -> None:
    aws.place_pending(arn, NEW)
    with pytest.raises(NoValueError):
        store().read(arn, NEW, Stage.PENDING)
    store().put_pending(arn, NEW, VALUE)
    assert store().read(arn, NEW, Stage.PENDING) == VALUE
    store().promote(arn, NEW, OLD)
    described = store().describe(arn)
    assert described.version_at(Stage.CURRENT) == NEW
    assert described.version_at(Stage.PREVIOUS) == OLD
    assert store().read(arn, NEW, Stage.CURRENT) == VALUE
    assert store().read(arn, OLD, Stage.PREVIOUS) == ApiKeyValue(api_key=Sealed(f"{CANARY}old"))


def test_the_stored_text_is_the_values_json(arn: str) -> None:
    aws.place_pending(arn, NEW)
    store().put_pending(arn, NEW, VALUE)
    stored = secrets().get_secret_value(SecretId=arn, VersionId=NEW, VersionStage="AWSPENDING")["SecretString"]
    assert json.loads(stored)["apiKey"] == f"{CANARY}new"


def test_a_label_on_another_version_is_told_apart_from_other_failures(arn: str) -> None:
    aws.place_pending(arn, NEW)
    store().put_pending(arn, NEW, VALUE)
    with pytest.raises(LabelMovedError):
        store().promote(arn, NEW, version(9))
    with pytest.raises(LabelMovedError):
        store().promote(arn, NEW, None)
    with pytest.raises(LabelMovedError):
        store().remove_label(arn, OLD, Stage.PENDING)
    assert store().describe(arn).version_at(Stage.CURRENT) == OLD


def test_a_read_of_the_wrong_stage_finds_nothing(arn: str) -> None:
    with pytest.raises(NoValueError, match="AWSPREVIOUS"):
        store().read(arn, OLD, Stage.PREVIOUS)
    with pytest.raises(NoValueError):
        store().read(arn, version(9), Stage.CURRENT)


def test_bytes_are_no_api_key(arn: str) -> None:
    secrets().put_secret_value(SecretId=arn, ClientRequestToken=NEW, SecretBinary=f"{CANARY}bytes".encode())
    with pytest.raises(WrongSecretError, match="holds bytes"):
        store().read(arn, NEW, Stage.CURRENT)


def test_a_secret_that_is_marked_for_deletion_is_left_alone(arn: str) -> None:
    secrets().delete_secret(SecretId=arn)
    with pytest.raises(WrongSecretError, match="marked for deletion"):
        store().describe(arn)


def test_a_secret_that_is_not_there_is_a_store_error(arn: str) -> None:
    with pytest.raises(StoreError, match="ResourceNotFoundException"):
        store().describe(f"{arn[:-6]}zzzzzz")


def test_the_sweep_lists_the_secrets_of_its_issuer_that_its_function_rotates(arn: str) -> None:
    others = [
        aws.make_secret("/saas/myapp/tenant-globex/external-api-key", tenant="globex", issuer="mail-eu"),
        aws.make_secret("/saas/otherapp/tenant-acme/external-api-key", app="otherapp"),
        aws.make_secret("/saas/myapp/tenant-initech/external-api-key", tenant="mail", issuer=""),
    ]
    many = [aws.make_secret(f"/saas/myapp/tenant-t{number}/external-api-key") for number in range(101)]
    for each in (arn, *others, *many):
        aws.name_rotator(each, "arn:mine")
    aws.make_secret("/saas/myapp/tenant-acme/by-a-person", key="by-a-person", rotate="manual")
    aws.name_rotator(aws.make_secret("/saas/myapp/tenant-acme/of-another", key="of-another"), "arn:another")
    listed = IssuerSecrets(secrets(), issuer="mail", prefix="/saas/myapp/tenant-", function="arn:mine").secrets()
    assert {secret.arn for secret in listed} == {arn, *many}, "over all pages, and nothing that it may not touch"
    mine = next(secret for secret in listed if secret.arn == arn)
    assert mine.tags == aws.TAGS
    assert mine.version_at(Stage.CURRENT) == OLD


# What moto does not do.


def test_each_put_hands_the_rotation_token_back() -> None:
    client = Recorder({"put_secret_value": {}})
    SecretsManagerStore(client.typed(), Sealed(ROTATION_TOKEN)).put_pending("arn", NEW, VALUE)
    SecretsManagerStore(client.typed(), None).put_pending("arn", NEW, VALUE)
    with_token, without = client.calls
    assert with_token[1]["RotationToken"] == ROTATION_TOKEN
    assert "RotationToken" not in without[1], "AWS refuses an empty one"
    assert with_token[1]["VersionStages"] == ["AWSPENDING"]
    assert with_token[1]["ClientRequestToken"] == NEW


def test_each_read_names_version_and_stage() -> None:
    client = Recorder({"get_secret_value": {"SecretString": f"{CANARY}x"}})
    SecretsManagerStore(client.typed(), None).read("arn", NEW, Stage.PENDING)
    assert client.calls == [("get_secret_value", {"SecretId": "arn", "VersionId": NEW, "VersionStage": "AWSPENDING"})]


def test_a_first_promotion_names_no_version_to_take_the_label_from() -> None:
    client = Recorder({"update_secret_version_stage": {}})
    SecretsManagerStore(client.typed(), None).promote("arn", NEW, None)
    assert client.calls == [
        (
            "update_secret_version_stage",
            {"SecretId": "arn", "VersionStage": "AWSCURRENT", "MoveToVersionId": NEW},
        )
    ]


def test_the_clients_of_the_function_do_not_outlive_it() -> None:
    for client in (clients().secrets, clients().scheduler):
        config = vars(client.meta.config)["_user_provided_options"]
        assert (config["connect_timeout"], config["read_timeout"]) == (2, 5), "seconds"
        assert config["retries"] == {"mode": "standard", "total_max_attempts": 3}
    assert clients() is clients(), "made once per process"
