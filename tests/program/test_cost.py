"""What a registration costs, counted and not timed: `make bench` measures the time."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

import pytest

from tests.recording import record_program


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
