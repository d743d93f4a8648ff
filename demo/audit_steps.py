"""The demo's last question: who touched acme's keys while all of this went on?"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story import Story
from demo.world import World

# Delivery takes half a second here; a loaded machine takes longer.
_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.3
_SHOWN_LINES = 24
_DAY = timedelta(days=1)

Event = dict[str, Any]


def ask_who_touched(story: Story, world: World) -> None:
    """The audit trail of the demo's own history, as the environment's auditor asks it."""
    with story.step("Who touched acme's keys? The audit trail answers"):
        # The sandbox's clock ran ahead of the real one, with which it had begun.
        since, until = datetime.now(UTC) - _DAY, world.sandbox.now() + _DAY
        period = ("--since", f"{since:%Y-%m-%d}", "--until", f"{until:%Y-%m-%d}")
        facts = _facts(world)
        report = _asked_until(world, period, lambda events: all(map(bool, _found(facts, events).values())))
        story.tell(f"$ tenant-keys audit acme {' '.join(period)}")
        lines = world.tenant_keys("audit", "acme", *period, profile="dev-auditor", columns=story.width).splitlines()
        story.show("\n".join(lines[:_SHOWN_LINES]))
        if len(lines) > _SHOWN_LINES:
            story.tell(f"... and {len(lines) - _SHOWN_LINES} lines more: totals, each version, each event.")
        for fact, matching in _found(facts, report["events"]).items():
            story.check(fact, holds=bool(matching), because=_evidence(matching))
        names = world.names()
        rang = [each["text"] for each in world.alarms() if names.reader_role("globex") in each["text"]]
        story.check("globex's attempt had rung an alarm when it was made", holds=bool(rang))
        story.show("\n".join(rang[:1]))
        story.check(
            "the report names no other tenant but the one that was refused",
            holds={event["tenant"] for event in report["events"]} == {"acme"} and "initech" not in json.dumps(report),
            because=f"{len(report['events'])} events of {len(report['integrity']['objects'])} log objects",
        )


AUDIT_STEPS = (ask_who_touched,)


def _facts(world: World) -> dict[str, Callable[[Event], bool]]:
    names = world.names()

    def by(role: str, *operations: str, outcome: str = "done") -> Callable[[Event], bool]:
        return lambda each: (
            (each["role_arn"], each["event_name"] in operations, each["outcome"]) == (role, True, outcome)
        )

    refused = by(names.reader_role_arn("globex"), "GetSecretValue", outcome="refused")
    return {
        "it shows each read by acme's reader": by(names.reader_role_arn("acme"), "GetSecretValue"),
        "the attempt of globex's reader that was refused": lambda each: (
            refused(each) and "cross-tenant" in each["reasons"]
        ),
        "the put by the writer, with the operator's name": by(names.writer_role_arn(), "PutSecretValue"),
        "the rotation": lambda each: each["event_name"] == "RotationSucceeded",
        "and the new version that it put in": by(names.rotator_role_arn("sendgrid"), "PutSecretValue"),
        "the look of the function that then wrote to the owner": by(names.notices_role_arn(), "DescribeSecret"),
    }


def _found(facts: dict[str, Callable[[Event], bool]], events: Sequence[Event]) -> dict[str, list[Event]]:
    return {fact: [each for each in events if holds(each)] for fact, holds in facts.items()}


def _asked_until(world: World, period: Sequence[str], enough: Callable[[Sequence[Event]], bool]) -> dict[str, Any]:
    """The report, asked for again until CloudTrail's part has delivered what is needed."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        report = json.loads(world.tenant_keys("audit", "acme", *period, "--json", profile="dev-auditor"))
        if enough(report["events"]) or time.monotonic() > deadline:
            return report
        time.sleep(_POLL_SECONDS)


def _evidence(matching: Sequence[Event]) -> str:
    if not matching:
        return "no such event"
    latest = matching[0]
    return f"{len(matching)}, the latest at {latest['event_time']} by {latest['principal'].rsplit('/', 1)[-1]}"
