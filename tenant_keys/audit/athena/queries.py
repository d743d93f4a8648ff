"""Runs one statement on Athena: starts it, waits for its end, and reads its rows."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

# Athena takes a second or two at least; nobody minds three seconds at the end of a minute.
_FIRST_WAIT, _LONGEST_WAIT, _GROWTH = 0.25, 3.0, 1.5
_RUNNING = frozenset({"QUEUED", "RUNNING"})
_SUCCEEDED = "SUCCEEDED"


class AthenaError(Exception):
    """Athena ended a statement without an answer; the text says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A statement that has ended well: Athena's id of it, and the bytes that it scanned."""

    execution: str
    scanned: int


class Queries:
    """The workgroup of an environment.

    Args:
        client: Whoever asks.
        workgroup: The name of the workgroup.
        database: The Glue database of names without one.
        wait: Sleeps so many seconds.
    """

    def __init__(
        self, client: "AthenaClient", workgroup: str, database: str, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._client, self._workgroup, self._database, self._wait = client, workgroup, database, wait

    def run(self, statement: str, parameters: Sequence[str], progress: Callable[[str, int], None]) -> Run:
        """Run a statement to its end.

        Args:
            statement: One SELECT.
            parameters: A literal for each of its question marks.
            progress: Told the state, in Athena's word, and the bytes scanned so far.

        Raises:
            AthenaError: It failed, or was cancelled.
        """
        execution = self._client.start_query_execution(
            QueryString=statement,
            ExecutionParameters=list(parameters),
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self._workgroup,
        )["QueryExecutionId"]
        try:
            ended = self._ended(execution, progress)
        except BaseException:
            self._client.stop_query_execution(QueryExecutionId=execution)  # or it would scan on, and be paid for
            raise
        if ended.get("Status", {}).get("State") != _SUCCEEDED:
            raise AthenaError(_sentence(ended.get("Status", {}).get("StateChangeReason", ""), execution))
        return Run(execution=execution, scanned=_scanned(ended))

    def rows(self, run: Run) -> Iterator[dict[str, str | None]]:
        """Yield the rows of an answer by the names of their columns; values are texts, as Athena writes them."""
        columns: list[str] = []
        for page in self._client.get_paginator("get_query_results").paginate(QueryExecutionId=run.execution):
            answered = page["ResultSet"]
            for row in answered.get("Rows", []):
                values = [datum.get("VarCharValue") for datum in row.get("Data", [])]
                if columns:
                    yield dict(zip(columns, values, strict=True))
                else:  # the first row of the first page is the heading
                    columns = [str(value) for value in values]

    def _ended(self, execution: str, progress: Callable[[str, int], None]) -> "QueryExecutionTypeDef":
        pause = _FIRST_WAIT
        while True:
            found = self._client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            state = found.get("Status", {}).get("State", "")
            progress(state, _scanned(found))
            if state not in _RUNNING:
                return found
            self._wait(pause)
            pause = min(pause * _GROWTH, _LONGEST_WAIT)


def _scanned(found: "QueryExecutionTypeDef") -> int:
    return found.get("Statistics", {}).get("DataScannedInBytes", 0)


def _sentence(reason: str, execution: str) -> str:
    """What to tell a person of Athena's reason; it knows no codes of its own for these."""
    said, where = reason.lower(), f" Athena's id of the question is {execution}."
    if "bytes scanned limit" in said:
        return (
            "Athena cancelled the question, for it scanned more than the stack file allows ('athenaScanLimitGiB'). Ask "
            f"about a shorter period or with --region, or raise the limit.{where}"
        )
    if "table_not_found" in said or "schema_not_found" in said or "does not exist" in said:
        return f"Athena does not find what the question reads ({reason}). `pulumi up` makes the table.{where}"
    if "access denied" in said or "not authorized" in said or "permission" in said:
        return (
            f"Athena was refused in your name: {reason}. An auditor needs the log files, the table and the bucket for "
            f"answers; docs/audit.md lists the actions.{where}"
        )
    return f"Athena did not answer: {reason or 'it gave no reason'}.{where}"
