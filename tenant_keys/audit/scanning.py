"""The records of a log object that a question needs, found by their bytes before anything is parsed.

CloudTrail writes `{"Records":[{"eventVersion":…},{"eventVersion":…}]}` on one line. A record that holds a needle is
cut out between two such beginnings and parsed by itself, which costs a small part of parsing the whole. A quotation
mark inside a text is escaped, so no text can look like a beginning. A cut that is not one whole JSON value, or has not
the members of every record, is noticed, and so are other spellings of the needle: the object is then parsed whole. One
thing would go unnoticed: a whole record in the middle of a list of three or more objects inside another record's
parameters. No operation of AWS is known to write a caller's objects there as such.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

_HEAD = b'{"Records":['
_BEGIN = b'{"eventVersion":'
_NEXT = b"," + _BEGIN
_END = b"]}"
# JSON may write the slash of a needle in these ways too.
_ESCAPED_SLASH = re.compile(rb"\\(?:/|u002[fF])")
_WRITES = b'"readOnly":false'
_KMS = b'"kms.amazonaws.com"'


@dataclass(frozen=True)
class Needles:
    """What a record must hold to be parsed: a text, or with `kms_writes` also any change of a KMS key."""

    text: bytes
    kms_writes: bool = True


class NotALogError(ValueError):
    """The bytes are not a log object's."""


class _OtherFormError(Exception):
    """The object is not written as CloudTrail writes, and has to be parsed as a whole."""


def matching_records(content: bytes, needles: Needles, *, whole: bool = True) -> Iterator[dict[str, Any]]:
    """Yield every record that holds a needle, and possibly others.

    Args:
        content: A log object, decompressed.
        needles: What to look for.
        whole: False for an object that was cut off: its last record is then left out without complaint.

    Raises:
        NotALogError: The content is not JSON, or has no list of records.
    """
    try:
        found = _cut_out(content, needles, whole=whole)
    except _OtherFormError:
        found = _parse_all(content)
    yield from found


def _cut_out(content: bytes, needles: Needles, *, whole: bool) -> list[dict[str, Any]]:
    if not content.startswith((_HEAD + _BEGIN, _HEAD + _END)) or _ESCAPED_SLASH.search(content):
        raise _OtherFormError
    end_of_last = _end_of_last(content, whole=whole)
    records: dict[int, dict[str, Any]] = {}
    for needle, required in _searches(needles):
        position = len(_HEAD)
        while (hit := content.find(needle, position)) != -1:
            start = content.rfind(_BEGIN, position, hit)
            following = content.find(_NEXT, hit)
            end = end_of_last if following == -1 else following
            if start == -1 or not content.endswith((_HEAD, b"},"), 0, start):
                raise _OtherFormError
            if start not in records and (not required or content.find(required, start, end) != -1):
                try:
                    records[start] = _parsed(content[start:end])
                except _OtherFormError:
                    if whole or following != -1:
                        raise
            position = end
            if following == -1:
                break
            position = following + 1
    return [records[start] for start in sorted(records)]


def _searches(needles: Needles) -> Iterator[tuple[bytes, bytes]]:
    """What to find, and what else must stand in the same record."""
    yield needles.text, b""
    if needles.kms_writes:
        yield _WRITES, _KMS


def _end_of_last(content: bytes, *, whole: bool) -> int:
    """Where the last record ends."""
    if not whole:
        return len(content)
    if not content.endswith(_END):
        raise _OtherFormError
    return len(content) - len(_END)


def _parsed(cut: bytes) -> dict[str, Any]:
    try:
        record = orjson.loads(cut)
    except orjson.JSONDecodeError:
        raise _OtherFormError from None
    if not isinstance(record.get("userIdentity"), dict) or not isinstance(record.get("eventSource"), str):
        raise _OtherFormError  # an object inside a record that begins as a record does
    return record


def _parse_all(content: bytes) -> list[dict[str, Any]]:
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotALogError(f"not JSON: {error}") from None
    records = parsed.get("Records") if isinstance(parsed, dict) else None
    if not isinstance(records, list):
        raise NotALogError("JSON without a list of records")
    return [record for record in records if isinstance(record, dict)]
