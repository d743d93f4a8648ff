"""What happened, in the order of its happening: the report of a clock that was set forward."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `details` is JSON, and holds no value of any secret."""

    at: datetime
    kind: str
    details: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the entry for the wire."""
        return {"at": as_text(self.at), "kind": self.kind, **self.details}


class Journal:
    """The entries of the process's life."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = Lock()

    def note(self, at: datetime, kind: str, **details: Any) -> None:  # noqa: ANN401 - JSON
        """Write an entry."""
        with self._lock:
            self._entries.append(Entry(at=at, kind=kind, details=details))

    def __len__(self) -> int:
        return len(self._entries)

    def since(self, count: int) -> list[dict[str, Any]]:
        """Return the entries after the first `count`."""
        with self._lock:
            return [entry.as_json() for entry in self._entries[count:]]


def as_text(moment: datetime) -> str:
    """Return a moment in UTC as AWS writes it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
