"""One rotation from its request to its end, as `GET /_sandbox/rotations` tells it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sandbox.rotation.journal import as_text
from sandbox.rotation.plans import Plan

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEST_STEPS = ("testSecret",)


class State(Enum):
    """Where a rotation is."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One invocation of the function. `error` is empty where the step went well."""

    name: str
    attempt: int
    at: datetime
    seconds: float
    error: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the step for the wire."""
        return {
            "step": self.name,
            "attempt": self.attempt,
            "startedAt": as_text(self.at),
            "durationMs": round(self.seconds * 1000),
            "outcome": self.error or "succeeded",
            "error": self.message,
        }


@dataclass(kw_only=True)
class Run:
    """A rotation, or the test of a rotation's settings. `token` is the id of the version that it makes."""

    plan: Plan
    token: str
    is_test: bool
    requested: datetime
    rotation_token: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: State = State.WAITING
    attempts: int = 0
    ended: datetime | None = None
    reason: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """The secret's ARN."""
        return self.plan.secret.arn

    @property
    def step_names(self) -> tuple[str, ...]:
        """The steps to take."""
        return TEST_STEPS if self.is_test else STEPS

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended is not None

    def end(self, state: State, at: datetime, reason: str = "") -> None:
        """Write down how it ended."""
        self.state, self.ended, self.reason = state, at, reason

    def as_json(self) -> dict[str, Any]:
        """Return the rotation for the wire."""
        return {
            "secret": self.arn,
            "token": self.token,
            "kind": "test" if self.is_test else "rotation",
            "state": self.state.value,
            "attempts": self.attempts,
            "requestedAt": as_text(self.requested),
            "endedAt": as_text(self.ended) if self.ended else None,
            "reason": self.reason,
            "steps": [step.as_json() for step in self.steps],
        }
