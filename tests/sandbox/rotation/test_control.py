"""The control endpoint: the clock, the mails, the rotations."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from tests.sandbox.rotation.account import Account


def _post(account: Account, body: Any, content_type: str = "application/json") -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    url = f"{account.cloud.endpoint}/_sandbox/clock"
    answer = urllib3.request("POST", url, body=text, headers={"Content-Type": content_type})
    return answer.status, answer.json()


def test_the_clock_starts_with_real_time_and_goes_on(account: Account) -> None:
    assert abs((account.now() - datetime.now(UTC)).total_seconds()) < 5
    before = account.now()
    time.sleep(1.1)
    assert timedelta(seconds=1) <= account.now() - before <= timedelta(seconds=4)


def test_the_clock_is_set_forward_by_seconds_or_to_a_moment(account: Account) -> None:
    before = account.now()
    report = account.cloud.control("clock", {"advance": 86400})
    assert timedelta(days=1) <= account.moment(report["to"]) - before < timedelta(days=1, seconds=5)
    target = account.moment(report["to"]) + timedelta(days=30)
    account.cloud.control("clock", {"until": target.isoformat()})
    assert timedelta(0) <= account.now() - target < timedelta(seconds=5)


def test_what_moto_keeps_has_the_clocks_time(account: Account) -> None:
    account.advance(days=10)
    secret = account.secret()
    created = account.client("secretsmanager").describe_secret(SecretId=secret)["CreatedDate"]
    assert abs((created - account.now()).total_seconds()) < 5


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"advance": -1}, "goes forward only"),
        ({"advance": 1e12}, ""),
        ({"advance": "1"}, "neither"),
        ({"advance": True}, "neither"),
        ({"until": "2020-01-01T00:00:00Z"}, "goes forward only"),
        ({"until": "tomorrow"}, "tomorrow"),
        ({"until": "2999-01-01"}, "at most"),
        ({"go": 1}, "neither"),
        ({}, "The body is"),
        ({"advance": 1, "until": "2030-01-01"}, "The body is"),
        ("nonsense", "not JSON"),
        ("[1]", "The body is"),
    ],
)
def test_a_wish_that_cannot_be_followed_is_explained(account: Account, body: Any, says: str) -> None:
    before = account.now()
    status, answer = _post(account, body)
    assert status == 400
    assert says in answer["error"]
    assert account.now() - before < timedelta(seconds=10)


def test_a_page_in_a_browser_cannot_set_the_clock(account: Account) -> None:
    """A form or a script of another origin may send text without asking first; it may not send JSON."""
    status, answer = _post(account, {"advance": 60}, content_type="text/plain")
    assert (status, "content type application/json" in answer["error"]) == (400, True)


@pytest.mark.parametrize(("method", "path"), [("GET", "nothing"), ("DELETE", "clock"), ("POST", "mails")])
def test_what_is_not_there_is_answered_with_what_is(account: Account, method: str, path: str) -> None:
    answer = urllib3.request(method, f"{account.cloud.endpoint}/_sandbox/{path}")
    assert answer.status == 400
    assert "GET /_sandbox/rotations" in answer.json()["error"]


def test_the_mails_and_the_rotations_of_a_new_sandbox_are_none(account: Account) -> None:
    assert account.cloud.control("mails") == {"mails": []}
    assert account.cloud.control("rotations") == {"rotations": []}
