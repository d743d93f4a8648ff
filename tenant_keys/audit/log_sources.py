"""Where a trail's log objects lie: in a folder, or in a bucket that a client reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tenant_keys.audit.log_objects import LogObject, Period, is_digest, is_wanted, log_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Passed:
    """What was passed over while listing: digest and insight files, and names that are no log object's."""

    digests: int = 0
    strangers: int = 0

    def note(self, key: str) -> None:
        """Count a key that is not a log object."""
        if is_digest(key):
            self.digests += 1
        elif key.endswith(".gz"):
            self.strangers += 1


class LogSource(Protocol):
    """A place with log objects."""

    name: str

    def find(self, period: Period, regions: frozenset[str] | None, passed: Passed) -> Iterator[LogObject]:
        """List the objects that may hold events of the period; count in `passed` what is not a log object."""

    def content(self, found: LogObject) -> bytes | Path:
        """The bytes of an object, or the file that holds them."""


class FolderLogs:
    """A folder, at any depth of which objects lie."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def find(self, period: Period, regions: frozenset[str] | None, passed: Passed) -> Iterator[LogObject]:
        """List by key, relative to the folder."""
        for path in sorted(self._folder.rglob("*.gz")):
            key = path.relative_to(self._folder).as_posix()
            found = log_object(key)
            if found is None:
                passed.note(key)
            elif is_wanted(found, period, regions):
                yield found

    def content(self, found: LogObject) -> Path:
        """The file itself, which whoever parses it opens."""
        return self._folder / found.key


class BucketLogs:
    """A trail's bucket, for the logs of one account."""

    def __init__(self, client: "S3Client", bucket: str, account: str) -> None:
        self.name = f"s3://{bucket}"
        self._client, self._bucket = client, bucket
        self._prefix = f"AWSLogs/{account}/CloudTrail/"

    def find(self, period: Period, regions: frozenset[str] | None, passed: Passed) -> Iterator[LogObject]:
        """List region by region, from the period's first day to its last and no further."""
        for region in sorted(self.regions() if regions is None else regions):
            for key in self._keys(f"{self._prefix}{region}/", period.first_object_day):
                found = log_object(key)
                if found is None:
                    passed.note(key)
                elif found.day > period.last_object_day:
                    break
                elif is_wanted(found, period, regions):
                    yield found

    def content(self, found: LogObject) -> bytes:
        """Download an object."""
        return self._client.get_object(Bucket=self._bucket, Key=found.key)["Body"].read()

    def regions(self) -> list[str]:
        """The regions of which there are log objects."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
        )
        found = [each.get("Prefix", "") for page in pages for each in page.get("CommonPrefixes", [])]
        return [prefix.removeprefix(self._prefix).rstrip("/") for prefix in found]

    def _keys(self, prefix: str, first_day: date) -> Iterator[str]:
        # keys are listed in their order, and a day's folder comes before everything in it
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=f"{prefix}{first_day:%Y/%m/%d}/"
        )
        for page in pages:
            yield from (each.get("Key", "") for each in page.get("Contents", []))
