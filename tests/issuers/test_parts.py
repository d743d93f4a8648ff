"""The small parts of the adapters."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation_lambda.issuers.account import path_part
from rotation_lambda.issuers.invented import invent, name_in
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.key_age import age_by_date, age_by_name
from rotation_lambda.issuers.options import fill

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", {"a": [{"b/c": 1}, None], "~": 2}),
        ("/a/0/b~1c", 1),
        ("/a/1", None),
        ("/a/2", None),
        ("/a/-1", None),
        ("/a/x", None),
        ("/~0", 2),
        ("/a/0/b~1c/d", None),
    ],
)
def test_a_pointer_finds_what_stands_there_or_nothing(pointer: str, found: object) -> None:
    assert at({"a": [{"b/c": 1}, None], "~": 2}, pointer) == found


@settings(deadline=None)
@given(JSON, st.text())
def test_no_document_and_no_pointer_is_a_crash(document: object, pointer: str) -> None:
    at(document, pointer)


@pytest.mark.parametrize(
    ("created", "seconds"),
    [
        ("2025-12-31T23:00:00Z", 3600),
        ("2025-12-31T23:00:00.123456+00:00", 3599.876544),
        ("2025-12-31T23:00:00", 3600),
        ("Wed, 31 Dec 2025 23:00:00 +0000", 3600),
        (EPOCH - 3600, 3600),
        ((EPOCH - 3600) * 1000, 3600),
        (EPOCH + 60, -60),
        (True, None),
        (0, None),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
        ("yesterday", None),
        (None, None),
        ([], None),
    ],
)
def test_a_keys_age_is_read_from_any_date(created: object, seconds: float | None) -> None:
    age = age_by_date(created, NOW)

    assert (None if age is None else age.total_seconds()) == seconds


@settings(deadline=None)
@given(JSON)
def test_no_date_is_a_crash(created: object) -> None:
    age_by_date(created, NOW)


@pytest.mark.parametrize(
    ("name", "age"),
    [
        (f"tk-a-b-{EPOCH - 60}", timedelta(minutes=1)),
        (f"tk-a-b-{EPOCH + 60}", timedelta(minutes=-1)),
        ("tk-a-b-12345678", None),
        ("tk-a-b-1234567890123", None),
        ("tk-a-b-12345x6789", None),
        (f"{EPOCH}", None),
        ("", None),
    ],
)
def test_a_keys_age_is_read_from_the_end_of_its_name(name: str, age: timedelta | None) -> None:
    assert age_by_name(name, NOW) == age


@settings(deadline=None)
@given(st.text())
def test_no_name_is_a_crash(name: str) -> None:
    age_by_name(name, NOW)


@settings(deadline=None)
@given(st.from_regex(r"tk-[a-z0-9-]{1,50}", fullmatch=True))
def test_a_secret_tells_the_name_that_it_carries(name: str) -> None:
    assert name_in(invent(name).open()) == name


def test_secrets_of_one_name_differ() -> None:
    assert len({invent("tk-1").open() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 43, "-" + "x" * 43, "a-" + "x" * 42, "a-" + "x" * 42 + "!", 7, None]
)
def test_another_secret_tells_no_name(text: object) -> None:
    assert name_in(text) is None


@settings(deadline=None)
@given(st.text())
def test_a_part_of_a_path_stays_one_part(text: str) -> None:
    part = path_part(text)

    assert part is None or (part and part not in {".", ".."} and not set(part) & set("/?#\\ %\r\n") - {"%"})


def test_words_are_filled_in_once_and_other_braces_stay() -> None:
    template = {"{a}": ["{a} {b}", {"c": "{unknown} {}"}], "n": 1}

    assert fill(template, {"a": "{b}", "b": "2"}) == {"{b}": ["{b} 2", {"c": "{unknown} {}"}], "n": 1}
