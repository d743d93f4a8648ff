"""The events of a question in DuckDB, and the questions that are put to them.

The questions are the files of `questions/`, written in the SQL that DuckDB and Athena share. `events.sql` makes the
table `events` from what was parsed, an `about_…` file makes of it the table `asked`, and the others ask that.
"""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import duckdb

from tenant_keys.audit.asking import Subject, question
from tenant_keys.audit.event import COLUMNS
from tenant_keys.audit.log_objects import Period

if TYPE_CHECKING:
    from typing import Self

Row = dict[str, Any]
# DuckDB's share of the memory; the parsers need some 100 MB each beside it.
_MEMORY = "512MB"
TYPES: dict[str, str] = {column: "TIMESTAMP" if column == "event_time" else "VARCHAR" for column in COLUMNS}


class EventStore:
    """A scratch database that is gone when the `with` block ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tenant-keys-audit-")
        self._lines: IO[bytes] = (Path(self._folder.name) / "events.json").open("wb")
        self.database = duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": self._folder.name})
        self.database.execute("SET TimeZone = 'UTC'")
        self.database.execute(f"CREATE TABLE records ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})")

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()
        self._lines.close()
        self._folder.cleanup()

    def add(self, lines: bytes) -> None:
        """Take events as `reading` gives them; they are in `records` after `load`."""
        self._lines.write(lines)

    def load(self) -> None:
        """Move what was added into the table `records`."""
        self._lines.flush()
        if self._lines.tell():
            columns = ", ".join(f"{name}: '{kind}'" for name, kind in TYPES.items())
            # the names are of this file, and the path is this process's own
            self.database.execute(
                f"INSERT INTO records SELECT * FROM read_json(?, format='newline_delimited', columns={{{columns}}})",  # noqa: S608 - see above
                [self._lines.name],
            )
        self._lines.truncate(0)
        self._lines.seek(0)

    def load_asked(self) -> None:
        """Move what was added into the table `asked`: it was picked elsewhere, by the same question."""
        self.load()
        self.database.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT * FROM records")

    def ask_about(self, subject: Subject, period: Period) -> None:
        """Fill `events` from `records`, and `asked` with the subject's events of the period."""
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE events AS {question('events')}")
        name, parameters = subject.question(period)
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {question(name)}", parameters)

    def ask(self, name: str, *parameters: object) -> list[Row]:
        """The rows that answer a question."""
        answer = self.database.execute(question(name), list(parameters))
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

    def number(self, sql: str) -> int:
        """The one number that a query answers."""
        row = self.database.execute(sql).fetchone()
        assert row is not None, "a count always has a row"
        return int(row[0])
