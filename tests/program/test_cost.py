"""What a registration costs, counted and not timed: `make bench` measures the time."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from typing import Any

import pytest

from tests.recording import ROOT, record_program


def test_the_sdk_waits_for_registrations_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    waited_for: list[int] = []
    wait = asyncio.wait

    async def counting_wait(pending: Iterable[Awaitable[Any]], **options: Any) -> object:
        awaitables = list(pending)
        waited_for.append(len(awaitables))
        return await wait(awaitables, **options)  # type: ignore[no-matching-overload] - hands on what the SDK gave

    monkeypatch.setattr(asyncio, "wait", counting_wait)
    record_program("dev")
    assert sum(waited_for) == 0, "it looks at every output of the stack each time that one is there"


def test_the_sdk_tells_the_engine_nothing_that_nobody_reads(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    record_program("dev")
    of_the_sdk = [each.message for each in caplog.records if each.name == "root"]
    assert of_the_sdk == [], "each is a call that the program waits for"


def test_no_registration_says_where_the_program_lay() -> None:
    told = [each.urn for each in record_program("dev").registrations if str(ROOT) in each.wire]
    assert told == [], "it would stand in the state that everybody shares, and make two fifths of it"
