"""Reads log objects on all cores, and keeps account of each: what it was, and what was wrong with it."""

import hashlib
import os
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import orjson

from tenant_keys.audit.event import AuditEvent
from tenant_keys.audit.log_objects import LogObject
from tenant_keys.audit.log_sources import LogSource
from tenant_keys.audit.records import RecordError, events_of
from tenant_keys.audit.scanning import Needles, NotALogError, matching_records
from tenant_keys.naming import Names

_GZIP = 16 + zlib.MAX_WBITS  # zlib manual, inflateInit2: gzip alone
# Starting a process takes as long as reading some thirty objects of CloudTrail's usual size.
_FEW_OBJECTS = 30
_DOWNLOADS = 16  # connections of the client in `cli.context`
_BATCH = 8  # objects for a process at a time: enough to forget the cost of handing them over


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which events to look for: those of an environment whose records hold the needles and that `keeps` wants."""

    names: Names
    needles: Needles
    tenant: str | None = None

    def keeps(self, event: AuditEvent) -> bool:
        """Whether an event is of the tenant that is asked about, or may turn out to be by its KMS key."""
        return self.tenant is None or event.tenant in ("", self.tenant)


@dataclass(frozen=True, kw_only=True)
class ObjectRead:
    """One object that was read, with the SHA-256 of its bytes as they lie in the bucket."""

    key: str
    sha256: str
    size: int
    events: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one object gave: its events as JSON, one a line, which is how a database takes them in."""

    account: ObjectRead
    lines: bytes = b""


def read_object(key: str, content: bytes | Path, question: Question) -> Reading:
    """Read one object; whatever is wrong with it becomes its `problem`, and what could be read is kept."""
    try:
        packed = content.read_bytes() if isinstance(content, Path) else content
    except OSError as error:
        return Reading(account=ObjectRead(key=key, sha256="", size=0, problem=f"unreadable: {error.strerror}"))
    problems: list[str] = []
    events = list(_events(key, packed, question, problems))
    account = ObjectRead(
        key=key,
        sha256=hashlib.sha256(packed).hexdigest(),
        size=len(packed),
        events=len(events),
        problem="; ".join(dict.fromkeys(problems)),
    )
    return Reading(account=account, lines=b"".join(map(_line, events)))


def read_all(
    source: LogSource, objects: Iterable[LogObject], question: Question, progress: Callable[[int], None]
) -> Iterator[Reading]:
    """Read objects and yield what each gave, in their order; `progress` is told how many more are done."""
    waiting = iter(objects)
    few = list(islice(waiting, _FEW_OBJECTS + 1))
    if len(few) <= _FEW_OBJECTS:
        for found in few:
            yield read_object(found.key, source.content(found), question)
            progress(1)
        return
    with (
        ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as processes,
        ThreadPoolExecutor(_DOWNLOADS) as downloads,
    ):
        batches = _batches(_chain(few, waiting))
        running: deque[Future[list[Reading]]] = deque()
        for batch in batches:
            contents = list(downloads.map(source.content, batch))
            running.append(processes.submit(_read_batch, [found.key for found in batch], contents, question))
            while len(running) > 2 * (os.cpu_count() or 1) or (running and running[0].done()):
                yield from _told(running.popleft().result(), progress)
        while running:
            yield from _told(running.popleft().result(), progress)


def _events(key: str, packed: bytes, question: Question, problems: list[str]) -> Iterator[AuditEvent]:
    try:
        content, whole = _unpacked(packed)
        if not whole:
            problems.append("cut off: what stands before the cut was read")
        for record in matching_records(content, question.needles, whole=whole):
            try:
                yield from filter(question.keeps, events_of(record, question.names, key))
            except RecordError as error:
                problems.append(str(error))
    except zlib.error:
        problems.append("not gzip")
    except NotALogError as error:
        problems.append(str(error))


def _line(event: AuditEvent) -> bytes:
    return orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


def _unpacked(packed: bytes) -> tuple[bytes, bool]:
    """The content of a gzip object, and whether it is whole."""
    parts: list[bytes] = []
    rest = packed
    while rest:
        unpacking = zlib.decompressobj(_GZIP)
        parts.append(unpacking.decompress(rest))
        if not unpacking.eof:
            return b"".join(parts), False
        rest = unpacking.unused_data.lstrip(b"\0")
    return b"".join(parts), bool(packed)


def _read_batch(keys: list[str], contents: list[bytes | Path], question: Question) -> list[Reading]:
    return [read_object(key, content, question) for key, content in zip(keys, contents, strict=True)]


def _told(readings: list[Reading], progress: Callable[[int], None]) -> Iterator[Reading]:
    progress(len(readings))
    yield from readings


def _chain(first: list[LogObject], rest: Iterator[LogObject]) -> Iterator[LogObject]:
    yield from first
    yield from rest


def _batches(objects: Iterator[LogObject]) -> Iterator[list[LogObject]]:
    while batch := list(islice(objects, _BATCH)):
        yield batch
