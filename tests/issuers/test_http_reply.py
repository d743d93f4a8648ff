"""What a reply means."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from rotation_lambda.errors import IssuerRefusedError, NotExecutedError, OutcomeUnknownError
from rotation_lambda.http_reply import Call, RawReply, Reply, judge, moment

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CANARY = "canary-5f1c"


def judged(status: int, headers: dict[str, str] | None = None, *, changes: bool = True, **more: object) -> object:
    kind = {"content-type": "application/json", "date": DATE}
    call = Call(action="doing", method="POST", path="/x", changes=changes, **more)  # type: ignore[arg-type]  # test's
    raw = RawReply(status=status, headers=kind | (headers or {}), body=f'{{"secret": "{CANARY}"}}'.encode())
    return judge("test", call, raw)


@pytest.mark.parametrize(
    ("status", "changes", "kind"),
    [
        (200, True, Reply),
        (204, True, Reply),
        (301, True, IssuerRefusedError),
        (400, True, IssuerRefusedError),
        (401, True, IssuerRefusedError),
        (404, False, IssuerRefusedError),
        (408, True, NotExecutedError),
        (425, True, NotExecutedError),
        (429, True, NotExecutedError),
        (500, True, OutcomeUnknownError),
        (503, True, OutcomeUnknownError),
        (599, True, OutcomeUnknownError),
        (500, False, NotExecutedError),
    ],
)
def test_a_status_is_done_not_done_refused_or_in_doubt(status: int, changes: bool, kind: type) -> None:  # noqa: FBT001 - a table
    assert type(judged(status, changes=changes)) is kind


def test_the_body_of_a_refusal_is_never_repeated() -> None:
    for status in (301, 401, 429, 500):
        assert CANARY not in f"{judged(status)!r} {judged(status)}"
    assert CANARY not in repr(judged(200))


def test_a_status_that_the_adapter_expects_is_a_reply_without_json_too() -> None:
    reply = judged(404, {"content-type": "text/plain"}, expects=frozenset({404}))

    assert isinstance(reply, Reply)
    assert (reply.status, reply.document) == (404, None)


@pytest.mark.parametrize("kind", ["text/html", "", "application/jsonx", "text/json"])
def test_a_success_of_another_content_type_is_in_doubt(kind: str) -> None:
    assert isinstance(judged(200, {"content-type": kind}), OutcomeUnknownError)
    assert isinstance(judged(200, {"content-type": kind}, reads=False), Reply)


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON; charset=utf-8", "application/scim+json"])
def test_json_is_json_however_it_is_written(kind: str) -> None:
    reply = judged(200, {"content-type": kind})

    assert isinstance(reply, Reply)
    assert reply.document == {"secret": CANARY}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "-1"}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:09 GMT"}, 9),
        ({"retry-after": "Wed, 31 Dec 2025 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"x-ratelimit-reset": "12"}, 12),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 5)}, 5),
        ({"retry-after": "3", "x-ratelimit-reset": "12"}, 3),
        ({}, None),
    ],
)
def test_the_wait_that_an_issuer_asks_for_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    error = judged(429, headers)

    assert isinstance(error, NotExecutedError)
    assert error.retry_after == seconds


def test_the_issuers_id_of_a_request_is_told_if_it_looks_like_one() -> None:
    assert "(request req-1.a:B)" in str(judged(500, {"x-request-id": "req-1.a:B"}))
    assert "request" not in str(judged(500, {"x-request-id": "no id\x1b[2J"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DATE, NOW),
        ("Thu, 01 Jan 2026 01:00:00 +0100", NOW),
        ("Thu, 01 Jan 2026 00:00:00 -0000", NOW),
        ("Fri, 31 Dec 9999 23:00:00 -1400", None),
        ("2026-01-01", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_or_it_is_none(text: str | None, expected: datetime | None) -> None:
    assert moment(text) == expected


def test_a_moment_is_in_utc() -> None:
    found = moment("Thu, 01 Jan 2026 01:00:00 +0100")

    assert found is not None
    assert found.tzinfo == timezone(timedelta(0))
