"""Delivers records as CloudTrail does: gzip objects under AWS's keys, while the account has a trail that logs."""

import gzip
import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.s3.models import s3_backends

from sandbox.gate import Call
from sandbox.gate.moto_state import PARTITION, MotoState
from sandbox.trail.records import Recorded, records_of

DELIVERY_SECONDS = 0.5
"""AWS takes some five minutes; nobody wants to wait for them here."""


@dataclass(frozen=True, kw_only=True)
class _Logging:
    """A trail that logs: of which account, in which region (None: in all), and where to."""

    account: str
    region: str | None
    bucket: str
    prefix: str

    def takes(self, recorded: Recorded) -> bool:
        """Tell whether a record is one for this trail."""
        return self.account == recorded.account and self.region in (None, recorded.region)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _nowhere(_recorded: Recorded) -> None:
    """Forward nothing."""


class Trails:
    """Takes calls and delivers their records. A record of a moment without a logging trail is lost, as on AWS.

    What a trail took is also handed to `forward`, for EventBridge.

    The call that stops a trail is the last that it records, and is delivered at once: its bucket may be the next to go.
    """

    def __init__(
        self,
        state: MotoState,
        now: Callable[[], datetime] = _utc_now,
        forward: Callable[[Recorded], None] = _nowhere,
    ) -> None:
        self._state, self._now, self._forward = state, now, forward
        self._waiting: defaultdict[tuple[_Logging, str], list[Mapping[str, Any]]] = defaultdict(list)
        self._logging: frozenset[_Logging] = frozenset()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._deliver_now_and_then, daemon=True)

    def start(self) -> None:
        """Deliver at short intervals from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver what is left and end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self.deliver()

    def record(self, call: Call) -> None:
        """Take a call that passed the gate."""
        with self._state.lock:
            for recorded in records_of(call, self._now()):
                self.take(recorded)

    def take(self, recorded: Recorded) -> None:
        """Take a record, for each logging trail of its account that covers its region."""
        with self._state.lock:
            before, self._logging = self._logging, frozenset(self._trails())
            takers = [trail for trail in before | self._logging if trail.takes(recorded)]
            for trail in takers:
                self._waiting[trail, recorded.region].append(recorded.record)
            if takers:
                self._forward(recorded)
            if before - self._logging:
                self.deliver()

    def deliver(self) -> None:
        """Write what is waiting into the buckets."""
        with self._state.lock:
            waiting, self._waiting = self._waiting, defaultdict(list)
            for (trail, region), records in waiting.items():
                _, owner = s3_backends.bucket_accounts.get(trail.bucket, ("", ""))
                if owner:  # the bucket may have been deleted since
                    body = json.dumps({"Records": records}, separators=(",", ":")).encode()
                    key = _object_key(trail, region, self._now())
                    s3_backends[owner][PARTITION].put_object(trail.bucket, key, gzip.compress(body))

    def _trails(self) -> Iterator[_Logging]:
        for account in self._state.accounts:
            for home, backend in list(get_backend("cloudtrail")[account].items()):
                for trail in backend.trails.values():
                    if trail.status.is_logging:
                        yield _Logging(
                            account=account,
                            region=None if trail.is_multi_region else home,
                            bucket=trail.bucket_name,
                            prefix=trail.s3_key_prefix or "",
                        )

    def _deliver_now_and_then(self) -> None:
        while not self._stopped.wait(DELIVERY_SECONDS):
            self.deliver()


def _object_key(trail: _Logging, region: str, now: datetime) -> str:
    folder = f"AWSLogs/{trail.account}/CloudTrail/{region}/{now:%Y/%m/%d}"
    unique = uuid.uuid4().hex[:16]
    name = f"{trail.account}_CloudTrail_{region}_{now:%Y%m%dT%H%M}Z_{unique}.json.gz"
    return "/".join(part for part in (trail.prefix, folder, name) if part)
