"""What owners are told of rotations: from EventBridge's events to the topic."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rotation_lambda import notices
from rotation_lambda.errors import EventRefusedError, NoticeError, RotationError, SettingsRefusedError
from tests.rotation_lambda import aws
from tests.rotation_lambda.owners import TOPIC, Owners
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.wire import golden

pytestmark = pytest.mark.usefixtures("cloud")


def rotation_event(name: str, arn: str, spelling: str = "SecretId") -> dict[str, Any]:
    event = golden(name)
    event["detail"]["additionalEventData"] = {spelling: arn}
    return event


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("rotation-succeeded", "renewed"),
        ("rotation-failed", "could not be renewed"),
        ("rotation-abandoned", "renewal ended"),
        ("test-rotation-failed", "did not pass a test"),
    ],
)
def test_the_owner_hears_how_a_rotation_ended(owners: Owners, name: str, headline: str) -> None:
    arn = aws.make_secret(value=f"{CANARY}key")
    owners.call(rotation_event(name, arn))
    ((tenant, title, text),) = owners.told
    assert tenant == "acme", "the owner's subscription lets in what names its tenant"
    assert title.startswith("myapp prod: acme/external-api-key")
    assert headline in title
    assert "2027-03-08 03:12 UTC" in text
    assert "arn:" not in text, "an error's ARN says more than the owner needs"
    assert owners.lines[-1]["outcome"] == "told"
    assert owners.lines[-1]["notices"] == 1


@pytest.mark.parametrize("spelling", ["SecretId", "SecretARN", "aRN"])
def test_the_secret_is_found_however_the_event_spells_it(owners: Owners, spelling: str) -> None:
    owners.call(rotation_event("rotation-succeeded", aws.make_secret(), spelling))
    assert len(owners.told) == 1


def test_the_next_date_is_told(owners: Owners) -> None:
    arn = aws.make_secret()
    aws.moto_secret(arn).next_rotation_date = int(datetime(2027, 4, 8, 3, tzinfo=UTC).timestamp())
    owners.call(rotation_event("rotation-succeeded", arn))
    assert "by 2027-04-08 03:00 UTC" in owners.told[0][2]


@pytest.mark.parametrize("tags", [{"app": "otherapp"}, {"environment": "dev"}, {"tenant": ""}, {"key": ""}])
def test_nobody_hears_of_a_secret_that_is_not_a_tenants_of_this_environment(
    owners: Owners, tags: dict[str, str]
) -> None:
    owners.call(rotation_event("rotation-succeeded", aws.make_secret(**tags)))
    assert owners.told == []
    assert owners.lines[-1]["notices"] == 0


def test_nobody_hears_of_a_secret_of_another_name(owners: Owners) -> None:
    owners.call(rotation_event("rotation-succeeded", aws.make_secret("/other/secret")))
    assert owners.told == []


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        [],
        {"remind": True},
        {"detail": {}},
        {"detail": {"eventName": "RotationSucceeded"}},
        {"detail": {"eventName": "reminder", "additionalEventData": {"SecretId": "arn"}}},
        {"detail": {"eventName": ["RotationFailed"], "additionalEventData": {"SecretId": "arn"}}},
        {"detail": {"eventName": "RotationStarted", "additionalEventData": {"SecretId": "arn"}}},
        {"detail": {"eventName": "RotationFailed", "additionalEventData": {"SecretId": 3}}},
    ],
)
def test_any_other_event_is_refused(owners: Owners, event: object) -> None:
    with pytest.raises(EventRefusedError):
        owners.call(event)
    assert owners.lines[-1]["error"] == "EventRefusedError"


def test_a_time_that_can_not_be_read_does_not_keep_a_notice_back(owners: Owners) -> None:
    event = rotation_event("rotation-succeeded", aws.make_secret())
    event["detail"]["eventTime"] = "soon"
    owners.call(event)
    assert len(owners.told) == 1


def test_wrong_settings_are_told(owners: Owners) -> None:
    with pytest.raises(SettingsRefusedError, match="'topic'"):
        owners.call(golden("remind"), topic="")


def test_a_topic_that_refuses_fails_so_that_the_event_comes_again(owners: Owners) -> None:
    with pytest.raises(NoticeError, match="publishing a notice"):
        owners.call(rotation_event("rotation-succeeded", aws.make_secret()), topic=f"{TOPIC}2")


def test_a_secret_that_can_not_be_described_fails_so_that_the_event_comes_again(owners: Owners) -> None:
    with pytest.raises(NoticeError, match="describing the secret"):
        owners.call(rotation_event("rotation-succeeded", f"{aws.make_secret()[:-6]}zzzzzz"))


def test_a_mistake_of_ours_is_told_by_its_place_alone(owners: Owners, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistake() -> None:
        raise KeyError(f"{CANARY}in a stranger's error")

    monkeypatch.setattr(notices, "secrets", mistake)
    with pytest.raises(RotationError, match="KeyError at"):
        owners.call(golden("remind"))
