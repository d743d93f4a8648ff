"""What Secrets Manager's own account of a secret says about its rotation. Pure: no call is made here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"
# A rotation and its retries are over within hours; the sweep's alarm uses the same limit (docs/rotation.md).
STUCK_AFTER = timedelta(days=1)


class State(StrEnum):
    """One word for a key's rotation."""

    OK = "ok"
    OFF = "off"  # nothing rotates it: a person brings the new key
    RUNNING = "running"
    STUCK = "stuck"
    OVERDUE = "overdue"
    NO_VALUE = "no value"
    NOT_DEPLOYED = "not deployed"


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """A key's rotation; times are UTC, None where there is none.

    Attributes:
        current: The version id of the current value.
        pending: The version id of a rotation that has begun and not ended.
        pending_since: When that version was made.
        renewed: When the current value was made, be it by rotation or by a person.
        due: When Secrets Manager means to rotate next.
        enabled: Whether Secrets Manager rotates it at all.
    """

    current: str | None = None
    pending: str | None = None
    pending_since: datetime | None = None
    renewed: datetime | None = None
    due: datetime | None = None
    enabled: bool = False

    def state(self, now: datetime) -> State:
        """The most urgent thing to be said."""
        if self.pending is not None:
            stuck = self.pending_since is not None and now - self.pending_since >= STUCK_AFTER
            return State.STUCK if stuck else State.RUNNING
        if self.due is not None and self.due < now:
            return State.OVERDUE
        if self.current is None:
            return State.NO_VALUE
        return State.OK if self.enabled else State.OFF


def read_rotation(described: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]) -> Rotation:
    """Reads DescribeSecret's answer and ListSecretVersionIds' list.

    A version that carries AWSCURRENT and AWSPENDING is a rotation that has ended: Secrets Manager takes the second
    label off in its own time (API reference, RotateSecret).
    """
    labels = {version: set(stages) for version, stages in described.get("VersionIdsToStages", {}).items()}
    made = {str(each["VersionId"]): each["CreatedDate"].astimezone(UTC) for each in versions}
    current = next((version for version, stages in labels.items() if _CURRENT in stages), None)
    pending = next((version for version, stages in labels.items() if _PENDING in stages and version != current), None)
    due = described.get("NextRotationDate")
    enabled = bool(described.get("RotationEnabled"))
    return Rotation(
        current=current,
        pending=pending,
        pending_since=made.get(pending) if pending else None,
        renewed=made.get(current) if current else None,
        due=due.astimezone(UTC) if due and enabled else None,
        enabled=enabled,
    )
