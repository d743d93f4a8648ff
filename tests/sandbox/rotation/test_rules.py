"""Rotation rules: `RotationRulesType` in the API reference of Secrets Manager, "Schedule expressions" in its guide."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.rotation.rules import RulesError, read_rules

LAST = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "start", "end"),
    [
        ({"AutomaticallyAfterDays": 30}, "2026-02-14T00:00", "2026-02-15T00:00"),
        ({"AutomaticallyAfterDays": 1, "Duration": "3h"}, "2026-01-16T00:00", "2026-01-16T03:00"),
        ({"ScheduleExpression": "rate(10 days)"}, "2026-01-25T00:00", "2026-01-26T00:00"),
        ({"ScheduleExpression": "rate(4 hours)"}, "2026-01-15T12:00", "2026-01-15T13:00"),
        ({"ScheduleExpression": "rate(10 hours)"}, "2026-01-15T20:00", "2026-01-15T21:00"),
        ({"ScheduleExpression": "cron(0 3 1 * ? *)"}, "2026-02-01T03:00", "2026-02-02T00:00"),
        ({"ScheduleExpression": "cron(0 3 1 * ? *)", "Duration": "2h"}, "2026-02-01T03:00", "2026-02-01T05:00"),
        ({"ScheduleExpression": "cron(0 22 1 * ? *)", "Duration": "2h"}, "2026-02-01T22:00", "2026-02-02T00:00"),
        ({"ScheduleExpression": "cron(0 */8 * * ? *)"}, "2026-01-15T16:00", "2026-01-15T17:00"),
    ],
)
def test_a_window_opens_and_closes_as_documented(rules: dict[str, Any], start: str, end: str) -> None:
    window = read_rules(rules).next_window(LAST, LAST)
    assert (window.start, window.end) == (_at(start), _at(end))


def test_a_rate_in_days_counts_from_the_last_rotation_and_a_cron_does_not() -> None:
    later = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
    assert read_rules({"AutomaticallyAfterDays": 30}).next_window(later, later).start == _at("2026-02-19T00:00")
    cron = read_rules({"ScheduleExpression": "cron(0 3 1 * ? *)"})
    assert cron.next_window(later, later).start == _at("2026-02-01T03:00")


def test_a_missed_window_is_followed_by_the_next_one() -> None:
    rules = read_rules({"ScheduleExpression": "rate(10 days)"})
    assert rules.next_window(_at("2026-01-25T00:00"), LAST).start == _at("2026-02-04T00:00")


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (None, "must hold"),
        ({}, "must hold"),
        ({"Duration": "3h"}, "and not both"),
        ({"AutomaticallyAfterDays": 30, "ScheduleExpression": "rate(30 days)"}, "and not both"),
        ({"AutomaticallyAfterDays": 0}, "within 1-1000"),
        ({"AutomaticallyAfterDays": 1001}, "within 1-1000"),
        ({"ScheduleExpression": "rate(3 hours)"}, "4 hours at least"),
        ({"ScheduleExpression": "rate(1000 days)"}, "999 days at most"),
        ({"ScheduleExpression": "rate(300 minutes)"}, "4 hours at least"),
        ({"ScheduleExpression": "rate(4 hours)", "Duration": "5h"}, "into the next one"),
        ({"ScheduleExpression": "at(2026-02-01T12:00:00)"}, "by cron, or by a rate"),
        ({"ScheduleExpression": "cron(0 3 1 * * *)"}, "ScheduleExpression"),
        ({"ScheduleExpression": "cron(5 3 1 * ? *)"}, "must be 0"),
        ({"ScheduleExpression": "cron(0 3 1 * ? 2027)"}, "the year"),
        ({"ScheduleExpression": "cron(0 */3 * * ? *)"}, "every four hours"),
        ({"ScheduleExpression": "cron(0 1,23 * * ? *)"}, "every four hours"),
        ({"ScheduleExpression": "cron(0 22 1 * ? *)", "Duration": "3h"}, "next UTC day"),
        ({"ScheduleExpression": "cron(0 0,4 * * ? *)", "Duration": "5h"}, "into the next one"),
        ({"AutomaticallyAfterDays": 30, "Duration": "3 hours"}, "number of hours"),
        ({"AutomaticallyAfterDays": 30, "Duration": "0h"}, "number of hours"),
        ({"AutomaticallyAfterDays": 30, "Often": True}, "unknown members"),
    ],
)
def test_rules_that_secrets_manager_refuses_are_refused(rules: object, says: str) -> None:
    with pytest.raises(RulesError, match=says):
        read_rules(rules)
