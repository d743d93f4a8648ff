"""An archive of events in Parquet, for whoever asks often: a question reads a few megabytes instead of the whole trail.

    archive.json                   which files count, and their SHA-256; replaced in one step
    events/2026-03-1a2b….parquet   the events of the log objects of a month, sorted by tenant
    objects/2026-03-1a2b….parquet  these objects: key, SHA-256, size, events, problem

Events are sorted by tenant in small row groups, so one tenant's question touches one or two groups a month. A month
that gets new objects is written anew beside the old one, and the index then names the new files.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from tenant_keys.audit.integrity import Integrity
from tenant_keys.audit.log_objects import LogObject, Period, log_object
from tenant_keys.audit.log_sources import LogSource, Passed
from tenant_keys.audit.reading import ObjectRead
from tenant_keys.audit.report import question_about, read_into
from tenant_keys.audit.store import EventStore, Subject
from tenant_keys.naming import Names

# Of the columns, of what is in them, and of how an event is judged: another number means another archive.
FORMAT = 2
_INDEX = "archive.json"
# A tenant of five hundred has some 1,700 of the 833,000 events of a month; smaller groups cost more than they spare.
_ROW_GROUP = 20_480
_OBJECTS = "key VARCHAR, sha256 VARCHAR, size BIGINT, events BIGINT, problem VARCHAR"


class ArchiveError(Exception):
    """The archive is not one of this environment, or damaged; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """The files of one month, relative to the archive's folder, and their SHA-256."""

    events: str
    events_sha256: str
    objects: str
    objects_sha256: str


class Archive:
    """The archive in a folder; it is made by the first `extend`."""

    def __init__(self, folder: Path, names: Names) -> None:
        """Opens it.

        Raises:
            ArchiveError: Another environment's archive lies there, or one of another format.
        """
        self.name = str(folder)
        self._folder, self._names = folder, names
        self._identity = {"format": FORMAT, "app": names.app, "account": names.account}
        self.months = self._read_index()

    def extend(
        self, source: LogSource, period: Period, regions: frozenset[str] | None, progress: Callable[[int, int], None]
    ) -> Integrity:
        """Take in the objects of a period that are not yet in it.

        Args:
            source: Where the objects are.
            period: Which to look for.
            regions: The regions to look into; None for all.
            progress: Told how many objects are done, and how many there are.

        Returns:
            What was read.
        """
        with EventStore() as store:
            known = {each.key for each in self._objects_of(store, self.months)}
        taken, passed = Integrity(source=source.name), Passed()
        new: defaultdict[str, list[LogObject]] = defaultdict(list)
        for found in source.find(period, regions, passed):
            if found.key not in known:
                new[f"{found.day:%Y-%m}"].append(found)
        total = sum(map(len, new.values()))
        for month, objects in sorted(new.items()):
            with EventStore() as store:
                done = len(taken.objects)
                counted = _Counted(done, total, progress)
                read = read_into(store, source, objects, question_about(Subject(), self._names), counted)
                self._write_month(store, month, read.objects)
            taken.objects += read.objects
        taken.passed = passed
        return taken

    def load(self, store: EventStore, subject: Subject, period: Period) -> Integrity:
        """Put the events that a question needs into the store's `records`, and tell which objects they came from."""
        integrity = Integrity(source=self.name)
        first, last = f"{period.first_object_day:%Y-%m}", f"{period.last_object_day:%Y-%m}"
        months = [month for month in sorted(self.months) if first <= month <= last]
        integrity.objects += self._objects_of(store, months)
        if months:
            files = [str(self._folder / self.months[month].events) for month in months]
            # what names no tenant may be of any, by its KMS key
            wanted, parameters = ("WHERE tenant IN (?, '')", [subject.tenant]) if subject.tenant else ("", [])
            store.database.execute(
                f"INSERT INTO records SELECT * FROM read_parquet(?) {wanted}",  # noqa: S608 - one of two constants
                [files, *parameters],
            )
        return integrity

    def verify(self, source: LogSource, progress: Callable[[int, int], None]) -> Iterator[str]:
        """Compare the archive with its index, and with the objects that it came from; yield each difference.

        Every object is read again, its hash compared with the archive's, and its events with the archive's events.
        """
        with EventStore() as store:
            total, done = len(self._objects_of(store, self.months)), 0
        for month, files in sorted(self.months.items()):
            yield from self._damage(files)
            with EventStore() as store:
                kept = {each.key: each for each in self._objects_of(store, [month])}
                objects = [_by_key(key) for key in sorted(kept)]
                counted = _Counted(done, total, progress)
                read = read_into(store, source, objects, question_about(Subject(), self._names), counted)
                done += len(objects)
                for each in read.objects:
                    if each.sha256 != kept[each.key].sha256:
                        yield f"{each.key} is {each.problem or 'another object'} now"
                yield from self._differences(store, month)

    def _write_month(self, store: EventStore, month: str, objects: list[ObjectRead]) -> None:
        database, old = store.database, self.months.get(month)
        database.execute(f"CREATE TABLE objects ({_OBJECTS})")
        database.executemany("INSERT INTO objects VALUES (?, ?, ?, ?, ?)", [astuple(each) for each in objects])
        if old:
            database.execute("INSERT INTO records SELECT * FROM read_parquet(?)", [str(self._folder / old.events)])
            database.execute("INSERT INTO objects SELECT * FROM read_parquet(?)", [str(self._folder / old.objects)])
        events = self._copy(store, "events", month, "SELECT * FROM records ORDER BY tenant, event_time, event_id")
        listed = self._copy(store, "objects", month, "SELECT * FROM objects ORDER BY key")
        self.months[month] = Month(
            events=events, events_sha256=self._hash(events), objects=listed, objects_sha256=self._hash(listed)
        )
        self._write_index()
        for file in (old.events, old.objects) if old else ():
            if file not in (events, listed):
                (self._folder / file).unlink(missing_ok=True)

    def _copy(self, store: EventStore, kind: str, month: str, query: str) -> str:
        (self._folder / kind).mkdir(parents=True, exist_ok=True)
        draft = self._folder / kind / f"{month}.draft"
        path = str(draft).replace("'", "''")
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"
        store.database.execute(f"COPY ({query}) TO '{path}' ({options})")
        name = f"{kind}/{month}-{_hash_of(draft)[:16]}.parquet"
        draft.replace(self._folder / name)
        return name

    def _objects_of(self, store: EventStore, months: Iterable[str]) -> list[ObjectRead]:
        """The objects of some months; the store lends its database."""
        files = [str(self._folder / self.months[month].objects) for month in months]
        if not files:
            return []
        rows = store.database.execute("SELECT * FROM read_parquet(?)", [files]).fetchall()
        return [ObjectRead(key=key, sha256=sha, size=size, events=n, problem=said) for key, sha, size, n, said in rows]

    def _damage(self, month: Month) -> Iterator[str]:
        for name, expected in ((month.events, month.events_sha256), (month.objects, month.objects_sha256)):
            if self._hash(name) != expected:
                yield f"{name} is not the file that the index names: it was changed, or is damaged"

    def _differences(self, store: EventStore, month: str) -> Iterator[str]:
        file = str(self._folder / self.months[month].events)
        archived, again = "SELECT * FROM read_parquet(?)", "SELECT * FROM records"
        for left, right, says in (
            (archived, again, "is in the archive and not in its object"),
            (again, archived, "is in its object and not in the archive"),
        ):
            # both are constants of this function
            rows = store.database.execute(
                f"SELECT event_id, source_object FROM ({left} EXCEPT ALL {right}) ORDER BY ALL",  # noqa: S608 - see above
                [file],
            ).fetchall()
            yield from (f"event {event} of {key} {says}" for event, key in rows)

    def _hash(self, name: str) -> str:
        try:
            return _hash_of(self._folder / name)
        except OSError:
            return ""

    def _read_index(self) -> dict[str, Month]:
        try:
            index = json.loads((self._folder / _INDEX).read_text())
            found = {name: index[name] for name in self._identity}
            months = {month: Month(**files) for month, files in index["months"].items()}
        except FileNotFoundError:
            return {}
        except (KeyError, TypeError, ValueError) as error:
            raise ArchiveError(f"{self.name}/{_INDEX} can't be read. Remove the folder and make it anew.") from error
        if found != self._identity:
            raise ArchiveError(
                f"{self.name} is an archive of {found}, not of {self._identity}. Give each environment a folder of its "
                "own, and make an archive of an older format anew."
            )
        return months

    def _write_index(self) -> None:
        months: Mapping[str, object] = {month: asdict(files) for month, files in sorted(self.months.items())}
        draft = self._folder / f"{_INDEX}.draft"
        draft.write_text(json.dumps({**self._identity, "months": months}, indent=2) + "\n")
        draft.replace(self._folder / _INDEX)


@dataclass
class _Counted:
    """Adds up what is done over several months."""

    done: int
    total: int
    progress: Callable[[int, int], None]

    def __call__(self, more: int) -> None:
        self.done += more
        self.progress(self.done, self.total)


def _by_key(key: str) -> LogObject:
    found = log_object(key)
    assert found is not None, "an archive holds keys of log objects alone"
    return found


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
