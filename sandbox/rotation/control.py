"""What only a sandbox has: its clock can be read and set forward, and its mails and rotations can be looked at.

On loopback as the rest. A POST has to be JSON, which a page in a browser can't send to another origin unasked.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeAlias

from sandbox.gate.wire import Environ
from sandbox.rotation.journal import as_text
from sandbox.rotation.mails import Outbox
from sandbox.rotation.rotations import Rotations
from sandbox.rotation.world import World

PREFIX = "/_sandbox/"
FARTHEST = timedelta(days=3660)
"""A leap over more than ten years is a mistake."""

StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]


class ControlError(ValueError):
    """A request that the sandbox can't follow."""


class Control:
    """A WSGI application for the paths under `/_sandbox/`."""

    def __init__(self, world: World, outbox: Outbox, rotations: Rotations) -> None:
        self._clock, self._agenda, self._journal = world.clock, world.agenda, world.journal
        self._answers: Mapping[tuple[str, str], Callable[[Environ], object]] = {
            ("GET", "clock"): lambda _: self._time(),
            ("GET", "mails"): lambda _: {"mails": outbox.mails()},
            ("GET", "rotations"): lambda _: {"rotations": rotations.history()},
            ("POST", "clock"): self._set_forward,
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked = (str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"]).removeprefix(PREFIX))
        try:
            status, body = HTTPStatus.OK, self._answers.get(asked, self._unknown)(environ)
        except ControlError as problem:
            status, body = HTTPStatus.BAD_REQUEST, {"error": str(problem)}
        content = json.dumps(body).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [content]

    def _unknown(self, environ: Environ) -> object:
        offered = ", ".join(f"{method} {PREFIX}{name}" for method, name in self._answers)
        raise ControlError(f"There is no {environ['REQUEST_METHOD']} {environ['PATH_INFO']}, but {offered}.")

    def _time(self) -> dict[str, str]:
        return {"now": as_text(self._clock.now())}

    def _set_forward(self, environ: Environ) -> dict[str, Any]:
        """Set the clock forward and answer with all that happened on the way."""
        begun, before = self._clock.now(), len(self._journal)
        body = dict(_body(environ))
        skips = body.pop("skipRepeats", False) is True
        self._agenda.advance(_target(body, begun), skips_repeats=skips)
        return {"from": as_text(begun), "to": as_text(self._clock.now()), "happened": self._journal.since(before)}


def _body(environ: Environ) -> Mapping[str, object]:
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/json"):
        raise ControlError("The body must be JSON, with the content type application/json.")
    stream = environ["wsgi.input"]
    assert hasattr(stream, "read")
    try:
        body = json.loads(stream.read(int(str(environ.get("CONTENT_LENGTH") or 0))))
    except ValueError:
        raise ControlError("The body is not JSON.") from None
    if not isinstance(body, dict) or len(body.keys() - {"skipRepeats"}) != 1:
        raise ControlError(
            'The body is {"advance": SECONDS} or {"until": "2026-01-31T12:00:00Z"}; with "skipRepeats": true, a '
            "schedule that comes due several times on the way fires once."
        )
    return body


def _target(body: Mapping[str, object], now: datetime) -> datetime:
    """Return the moment to set the clock to."""
    ((word, value),) = body.items()
    try:
        if word == "advance" and isinstance(value, int | float) and not isinstance(value, bool):
            target = now + timedelta(seconds=value)
        elif word == "until" and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            target = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        else:
            raise ControlError(f"{word!r}: {value!r} is neither a number of seconds to advance nor a date to go to.")
    except (OverflowError, ValueError) as problem:
        raise ControlError(f"{word!r}: {problem}") from problem
    if not now <= target <= now + FARTHEST:
        raise ControlError(
            f"The clock stands at {as_text(now)} and goes forward only, by {FARTHEST.days} days at most; "
            f"got {target.isoformat()}."
        )
    return target
