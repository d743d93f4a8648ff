"""Keys that a person renews: whom the daily call reminds, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rotation_lambda import notices
from rotation_lambda.errors import NoticeError
from tests.rotation_lambda import aws
from tests.rotation_lambda.owners import Owners
from tests.rotation_lambda.recording import Recorder
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.wire import golden

pytestmark = pytest.mark.usefixtures("cloud")


def aged(name: str, days: int, **tags: str) -> str:
    """A secret whose current value is so many days old, though its tags were changed today."""
    arn = aws.make_secret(name, value=f"{CANARY}key", **tags)
    made = datetime.now(UTC) - timedelta(days=days, hours=1)
    for version in aws.moto_secret(arn).versions.values():
        version["createdate"] = int(made.timestamp())
    return arn


@pytest.mark.parametrize(("days", "reminded"), [(0, 0), (89, 0), (90, 1), (91, 0), (96, 0), (97, 1), (104, 1)])
def test_an_owner_is_reminded_after_ninety_days_and_then_each_week(owners: Owners, days: int, reminded: int) -> None:
    aged(aws.NAME, days, rotate="manual")
    owners.call(golden("remind"))
    assert len(owners.told) == reminded


def test_a_reminder_names_the_age_and_what_to_do(owners: Owners) -> None:
    aged(aws.NAME, 90, rotate="manual")
    owners.call(golden("remind"))
    ((tenant, title, text),) = owners.told
    assert (tenant, title) == ("acme", "myapp prod: acme/external-api-key please renew it")
    assert "90 days old" in text
    assert "make a new key at mail" in text


def test_the_days_are_the_settings(owners: Owners) -> None:
    aged(aws.NAME, 30, rotate="manual")
    owners.call(golden("remind"), remindAfterDays=30)
    assert len(owners.told) == 1


def test_only_keys_that_a_person_renews_are_reminded_of(owners: Owners) -> None:
    aged("/saas/myapp/tenant-acme/monthly", 90, key="monthly")
    aged("/saas/myapp/tenant-acme/on-request", 90, key="on-request", rotate="on-request")
    aged("/saas/myapp/tenant-acme/manual", 90, key="manual", rotate="on-request")
    aws.make_secret("/saas/myapp/tenant-acme/empty", key="empty", rotate="manual")
    owners.call(golden("remind"))
    assert owners.told == []


def test_each_owner_hears_of_the_own_tenant_alone(owners: Owners) -> None:
    for tenant in ("acme", "globex"):
        aged(f"/saas/myapp/tenant-{tenant}/external-api-key", 90, tenant=tenant, rotate="manual")
    owners.call(golden("remind"))
    for tenant, title, text in owners.told:
        other = {"acme": "globex", "globex": "acme"}[tenant]
        assert other not in title + text
    assert {tenant for tenant, *_ in owners.told} == {"acme", "globex"}


def test_one_owner_who_can_not_be_reminded_does_not_keep_the_others_from_theirs(
    owners: Owners, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    for tenant in ("acme", "globex"):
        aged(f"/saas/myapp/tenant-{tenant}/external-api-key", 90, tenant=tenant, rotate="manual")

    class Refusing:
        def publish(self, **message: Any) -> None:
            if "acme" in message["Subject"]:
                raise Recorder.refusal("ThrottlingException")
            sent.append(message["Subject"])

    monkeypatch.setattr(notices, "topics", Refusing)
    with pytest.raises(NoticeError, match="1 owners were reminded, and 1 could not be"):
        owners.call(golden("remind"))
    assert len(sent) == 1


MANUAL = {
    "ARN": "arn",
    "Name": aws.NAME,
    "Tags": [{"Key": key, "Value": text} for key, text in (aws.TAGS | {"rotate": "manual"}).items()],
}


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ({"list_secrets": Recorder.refusal("ThrottlingException")}, "listing the secrets: ThrottlingException"),
        (
            {"list_secrets": {"SecretList": [MANUAL]}, "list_secret_version_ids": Recorder.refusal("AccessDenied")},
            "0 owners were reminded, and 1 could not be",
        ),
    ],
)
def test_a_failing_store_fails_so_that_the_call_comes_again(
    owners: Owners, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], text: str
) -> None:
    monkeypatch.setattr(notices, "secrets", lambda: Recorder(answers))
    with pytest.raises(NoticeError, match=text):
        owners.call(golden("remind"))
