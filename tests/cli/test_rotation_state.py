"""What DescribeSecret and the list of versions say about a rotation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tenant_keys.cli.rotation_state import Rotation, State, read_rotation

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def described(**labels: list[str]) -> dict[str, Any]:
    return {"RotationEnabled": True, "NextRotationDate": NOW + 7 * DAY, "VersionIdsToStages": labels}


def version(name: str, made: datetime = NOW - DAY) -> dict[str, Any]:
    return {"VersionId": name, "CreatedDate": made}


def test_a_key_that_was_renewed_and_waits_for_its_day_is_ok() -> None:
    rotation = read_rotation(described(new=["AWSCURRENT"], old=["AWSPREVIOUS"]), [version("new"), version("old")])
    assert (rotation.current, rotation.pending, rotation.renewed) == ("new", None, NOW - DAY)
    assert rotation.state(NOW) is State.OK


def test_a_pending_label_beside_the_current_one_is_a_rotation_that_has_ended() -> None:
    rotation = read_rotation(described(new=["AWSPENDING", "AWSCURRENT"]), [version("new")])
    assert (rotation.pending, rotation.state(NOW)) == (None, State.OK)


@pytest.mark.parametrize(("age", "state"), [(DAY - HOUR, State.RUNNING), (DAY, State.STUCK)])
def test_a_pending_version_is_running_for_a_day_and_stuck_afterwards(age: timedelta, state: State) -> None:
    rotation = read_rotation(
        described(now=["AWSCURRENT"], next=["AWSPENDING"]), [version("now"), version("next", NOW - age)]
    )
    assert (rotation.pending, rotation.pending_since) == ("next", NOW - age)
    assert rotation.state(NOW) is state


def test_a_date_in_the_past_is_overdue() -> None:
    late = {**described(v=["AWSCURRENT"]), "NextRotationDate": NOW - HOUR}
    assert read_rotation(late, [version("v")]).state(NOW) is State.OVERDUE


def test_a_date_that_was_left_behind_by_a_rotation_that_is_off_is_no_date() -> None:
    off = {**described(v=["AWSCURRENT"]), "NextRotationDate": NOW - HOUR, "RotationEnabled": False}
    rotation = read_rotation(off, [version("v")])
    assert (rotation.due, rotation.state(NOW)) == (None, State.OFF)


def test_a_secret_that_was_just_made_has_no_value() -> None:
    assert read_rotation({}, []) == Rotation()
    assert Rotation().state(NOW) is State.NO_VALUE
