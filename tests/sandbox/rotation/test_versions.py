"""Versions of a secret: PutSecretValue, UpdateSecret and UpdateSecretVersionStage in the API reference."""

from typing import Any

import pytest

from sandbox.rotation.secrets_api import LARGEST_VALUE
from tests.sandbox.gate.cloud import refused
from tests.sandbox.rotation.account import Account

TOKEN = "11111111-2222-3333-4444-555555555555"
CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


@pytest.fixture
def manager(account: Account) -> Any:
    return account.client("secretsmanager")


@pytest.fixture
def secret(account: Account) -> str:
    return account.secret("first")


@pytest.mark.parametrize("stages", [[PENDING], [CURRENT]])
def test_a_version_keeps_its_value_for_good(account: Account, manager: Any, secret: str, stages: list[str]) -> None:
    put = {"SecretId": secret, "ClientRequestToken": TOKEN, "VersionStages": stages}
    manager.put_secret_value(**put, SecretString="second")
    manager.put_secret_value(**put, SecretString="second")
    message = refused(manager.put_secret_value, code="ResourceExistsException", **put, SecretString="third")
    assert message.startswith(f"You can't use ClientRequestToken {TOKEN} because")
    assert account.value(secret, stages[0]) == "second"


def test_the_same_value_again_changes_no_label(account: Account, manager: Any, secret: str) -> None:
    manager.put_secret_value(SecretId=secret, ClientRequestToken=TOKEN, SecretString="second")
    manager.put_secret_value(SecretId=secret, SecretString="third")
    manager.put_secret_value(SecretId=secret, ClientRequestToken=TOKEN, SecretString="second")
    assert account.value(secret) == "third"


def test_a_pending_version_leaves_the_current_one_alone(account: Account, manager: Any, secret: str) -> None:
    manager.put_secret_value(SecretId=secret, SecretString="second", VersionStages=[PENDING])
    assert (account.value(secret), account.value(secret, PENDING)) == ("first", "second")


def test_a_new_current_version_makes_the_last_one_the_previous(account: Account, manager: Any, secret: str) -> None:
    manager.put_secret_value(SecretId=secret, SecretString="second")
    manager.put_secret_value(SecretId=secret, SecretString="third", VersionStages=[CURRENT, "mine"])
    assert [account.value(secret, stage) for stage in (CURRENT, PREVIOUS, "mine")] == ["third", "second", "third"]


def test_the_first_version_is_the_current_one_whatever_is_asked(account: Account, manager: Any) -> None:
    secret = account.secret(None)
    manager.put_secret_value(SecretId=secret, SecretString="first", VersionStages=[PENDING])
    assert account.value(secret) == "first"


def test_versions_are_listed_with_the_date_of_their_making_and_deprecated_ones_only_if_asked(
    account: Account, manager: Any, secret: str
) -> None:
    account.advance(days=2)
    for text in ("second", "third"):
        manager.put_secret_value(SecretId=secret, SecretString=text)
    account.advance(days=3)
    listed = manager.list_secret_version_ids(SecretId=secret)["Versions"]
    assert sorted(stage for each in listed for stage in each["VersionStages"]) == [CURRENT, PREVIOUS]
    assert {round((account.now() - each["CreatedDate"]).total_seconds() / 86400) for each in listed} == {3}
    every = manager.list_secret_version_ids(SecretId=secret, IncludeDeprecated=True)["Versions"]
    assert len(every) == 3


def test_bytes_are_kept_as_bytes(manager: Any, secret: str) -> None:
    manager.put_secret_value(SecretId=secret, SecretBinary=b"\x00\xff")
    assert manager.get_secret_value(SecretId=secret)["SecretBinary"] == b"\x00\xff"


def test_moving_current_is_a_compare_and_swap(account: Account, manager: Any, secret: str) -> None:
    first = account.version_with(secret, CURRENT)
    manager.put_secret_value(SecretId=secret, ClientRequestToken=TOKEN, SecretString="second", VersionStages=[PENDING])
    move = {"SecretId": secret, "VersionStage": CURRENT, "MoveToVersionId": TOKEN}
    refused(manager.update_secret_version_stage, code="InvalidParameterException", **move)
    refused(manager.update_secret_version_stage, code="InvalidParameterException", **move, RemoveFromVersionId=TOKEN)
    manager.update_secret_version_stage(**move, RemoveFromVersionId=first)
    assert account.labels(secret) == {TOKEN: {CURRENT, PENDING}, first: {PREVIOUS}}
    refused(manager.update_secret_version_stage, code="InvalidParameterException", **move, RemoveFromVersionId=first)
    assert manager.get_secret_value(SecretId=secret)["SecretString"] == "second"


def test_a_version_without_a_value_cannot_become_the_current_one(account: Account, manager: Any, secret: str) -> None:
    function = account.function("def handle(event, context):\n    raise ValueError\n")
    token = account.rotate(secret, function)["VersionId"]
    account.advance()
    move = {"SecretId": secret, "VersionStage": CURRENT, "MoveToVersionId": token}
    current = account.version_with(secret, CURRENT)
    refused(manager.update_secret_version_stage, code="InvalidRequestException", **move, RemoveFromVersionId=current)


def test_an_update_with_a_value_is_a_new_version_and_one_without_is_none(
    account: Account, manager: Any, secret: str
) -> None:
    before = account.labels(secret)
    manager.update_secret(SecretId=secret, Description="of acme")
    assert account.labels(secret) == before
    made = manager.update_secret(SecretId=secret, SecretString="second", Description="of globex")["VersionId"]
    assert account.version_with(secret, CURRENT) == made
    assert account.value(secret) == "second"
    assert manager.describe_secret(SecretId=secret)["Description"] == "of globex"


def test_versions_are_listed_with_their_dates_and_deprecated_ones_only_if_asked_for(
    account: Account, manager: Any, secret: str
) -> None:
    account.advance(days=10)
    for value in ("second", "third"):
        manager.put_secret_value(SecretId=secret, SecretString=value)
    listed = manager.list_secret_version_ids(SecretId=secret)["Versions"]
    assert sorted(version["VersionStages"] for version in listed) == [[CURRENT], [PREVIOUS]]
    assert len(manager.describe_secret(SecretId=secret)["VersionIdsToStages"]) == 2
    everything = manager.list_secret_version_ids(SecretId=secret, IncludeDeprecated=True)["Versions"]
    ages = sorted((account.now() - version["CreatedDate"]).days for version in everything)
    assert ages == [0, 0, 10]


def test_a_value_has_a_largest_size(manager: Any, secret: str) -> None:
    largest = "x" * LARGEST_VALUE
    assert manager.put_secret_value(SecretId=secret, SecretString=largest)["VersionId"]
    refused(manager.put_secret_value, code="ValidationException", SecretId=secret, SecretString=largest + "x")


def test_a_value_is_text_or_bytes(manager: Any, secret: str) -> None:
    put = manager.put_secret_value
    refused(put, code="InvalidRequestException", SecretId=secret, SecretString="a", SecretBinary=b"b")
    refused(put, code="InvalidRequestException", SecretId=secret)


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("put_secret_value", {"SecretString": "x"}),
        ("update_secret", {"SecretString": "x"}),
        ("update_secret_version_stage", {"VersionStage": "mine", "MoveToVersionId": TOKEN}),
        ("cancel_rotate_secret", {}),
    ],
)
def test_a_secret_that_is_gone_or_going_takes_nothing(
    manager: Any, secret: str, call: str, more: dict[str, str]
) -> None:
    refused(getattr(manager, call), code="ResourceNotFoundException", SecretId=secret + "x", **more)
    manager.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    refused(getattr(manager, call), code="InvalidRequestException", SecretId=secret, **more)


def test_what_was_never_rotated_has_no_rotation_to_cancel(manager: Any, secret: str) -> None:
    refused(manager.cancel_rotate_secret, code="InvalidRequestException", SecretId=secret)
    assert "RotationEnabled" not in manager.describe_secret(SecretId=secret)
