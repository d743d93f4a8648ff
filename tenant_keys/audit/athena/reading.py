"""Has Athena pick a subject's events, and hands them on to where the questions are put."""

from collections.abc import Callable, Collection

import orjson

from tenant_keys.audit.asking import Subject
from tenant_keys.audit.athena.queries import AthenaError, Queries
from tenant_keys.audit.athena.statements import parameters, statement
from tenant_keys.audit.athena.table import REGIONS
from tenant_keys.audit.integrity import AskedOfAthena, Integrity
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.log_sources import BucketLogs
from tenant_keys.audit.store import EventStore
from tenant_keys.naming import Names, partition


class AthenaLogs:
    """A trail's bucket, read by Athena.

    One statement picks the events, and the report's questions are put to these here, by the same SQL: each question by
    itself would scan the logs anew, which is what Athena is paid for, and logs that arrive meanwhile would be in one
    answer and not in the other.
    """

    def __init__(self, queries: Queries, bucket: BucketLogs, names: Names) -> None:
        self._queries, self._bucket, self._names = queries, bucket, names

    def load(
        self,
        store: EventStore,
        subject: Subject,
        period: Period,
        regions: Collection[str] | None,
        progress: Callable[[str, int], None],
    ) -> Integrity:
        """Put a subject's events into the store's `asked`, and tell what they came from.

        Raises:
            AthenaError: Athena did not answer, or would not have seen all log files.
        """
        self._refuse_unseen(regions)
        about, _ = subject.question(period)
        text = statement(self._names, about, "all_events", regions)
        run = self._queries.run(text, parameters(subject, period), progress)
        for row in self._queries.rows(run):
            store.add(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        store.load_asked()
        asked = AskedOfAthena(execution=run.execution, scanned=run.scanned)
        return Integrity(source=self._bucket.name, asked_of_athena=asked)

    def _refuse_unseen(self, regions: Collection[str] | None) -> None:
        """Refuse where the bucket has log files of a region that the table does not know: they would be left out."""
        known = REGIONS[partition(self._names.region)]
        wanted = self._bucket.regions() if regions is None else regions
        unseen = sorted(set(wanted) - set(known))
        if unseen:
            raise AthenaError(
                f"the Glue table does not cover {', '.join(unseen)}, so Athena would leave log files out. Ask without "
                "--engine athena, and add the region to tenant_keys/audit/athena/table.py."
            )
