"""Athena's operations on statements. Whatever a statement reads or writes is asked for in its caller's name.

A statement is over when StartQueryExecution returns; its end is told by GetQueryExecution, as on AWS.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.s3.models import s3_backends

from sandbox.athena import moto_gaps
from sandbox.athena.results import Result, StatementError
from sandbox.athena.tables import Table, TableNotKnownError, read_table
from sandbox.gate import Handler, HandOn, moto_targets
from sandbox.gate.errors import Answer, ApiError, unknown_to_the_sandbox
from sandbox.gate.moto_state import PARTITION, MotoState
from sandbox.gate.operations import Check, Operation, answer
from sandbox.gate.services.glue import table_checks
from sandbox.gate.services.kms import through_service

_KNOWN = {"ClientRequestToken", "ExecutionParameters", "QueryExecutionContext", "QueryString", "WorkGroup"}
_MOST_ROWS = 1000  # Athena API reference, GetQueryResults


@dataclass(frozen=True, kw_only=True)
class _Ended:
    """How a statement ended: with a result, or with a reason."""

    result: Result | None
    reason: str
    location: str
    scanned: int
    moment: datetime


class AthenaApi:
    """Answers what concerns statements; workgroups and named queries are moto's."""

    def __init__(self, state: MotoState) -> None:
        self._state = state
        self._ended: dict[str, _Ended] = {}
        moto_gaps.fill()

    def handlers(self) -> dict[str, Handler]:
        """Return what stands in the gate."""
        return {
            "athena:GetQueryExecution": self._describe,
            "athena:GetQueryResults": self._results,
            "athena:StartQueryExecution": self._start,
            "athena:StopQueryExecution": self._stop,
        }

    def _start(self, operation: Operation, hand_on: HandOn) -> Answer:
        for parameter in set(operation.parameters) - _KNOWN:
            raise unknown_to_the_sandbox(f"athena:StartQueryExecution with {parameter}")
        started = hand_on(operation.parameters)
        described = json.loads(started.body)
        if "QueryExecutionId" not in described:
            return started
        execution, settings = described["QueryExecutionId"], self._settings(operation)
        location = f"{settings.get('ResultConfiguration', {}).get('OutputLocation', '').rstrip('/')}/{execution}.csv"
        result, reason, scanned = None, "", 0
        try:
            result = self._run(operation, settings, location)
            scanned = result.scanned
        except ApiError as refused:
            reason = f"Access denied: {refused.message}"
        except (StatementError, TableNotKnownError) as failed:
            reason = str(failed)
        self._ended[execution] = _Ended(
            result=result, reason=reason, location=location, scanned=scanned, moment=datetime.now(UTC)
        )
        return started

    def _run(self, operation: Operation, settings: dict[str, Any], location: str) -> Result:
        if not location.startswith("s3://"):
            raise StatementError("the sandbox's Athena needs a workgroup with an output location")
        from sandbox.athena.execution import execute, tables_in  # noqa: PLC0415 - sqlglot takes a second to load

        context: Any = operation.parameters.get("QueryExecutionContext") or {}
        given: Any = operation.parameters.get("ExecutionParameters") or []
        with self._state.lock:
            read = tables_in(operation.text("QueryString"), str(context.get("Database", "default")))
            tables = [self._table(operation, database, name) for database, name in read]
            contents = {table.name: list(self._objects(table)) for table in tables}
        result = execute(operation.text("QueryString"), given, tables, lambda table: iter(contents[table.name]))
        limit = settings.get("BytesScannedCutoffPerQuery")
        if limit is not None and result.scanned > limit:
            raise StatementError("Query cancelled! : Bytes scanned limit was exceeded")
        with self._state.lock:
            self._write(operation, settings, location, result)
        return result

    def _settings(self, operation: Operation) -> dict[str, Any]:
        with self._state.lock:
            return moto_targets.workgroup_settings(operation.account, operation.region, operation.text("WorkGroup"))

    def _table(self, operation: Operation, database: str, name: str) -> Table:
        _ask(operation, table_checks(operation, "glue:GetTable", database, name))
        described = moto_targets.glue_table(operation.account, operation.region, database, name)
        if described is None:
            raise StatementError(f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{database}.{name}' does not exist")
        table = read_table(described)
        bucket = f"arn:aws:s3:::{table.bucket}"
        _ask(operation, (self._on_bucket(operation, "s3:ListBucket", table.bucket, bucket),))
        _ask(operation, (self._on_bucket(operation, "s3:GetObject", table.bucket, f"{bucket}/AWSLogs/log"),))
        return table

    def _on_bucket(self, operation: Operation, action: str, name: str, resource: str) -> Check:
        bucket = operation.state.bucket(name)
        if bucket is None:
            raise StatementError(f"The specified bucket does not exist: {name}")
        return operation.check(action, resource, account=bucket.account, policy=bucket.policy)

    def _objects(self, table: Table) -> Iterator[tuple[str, bytes]]:
        _, owner = s3_backends.bucket_accounts[table.bucket]
        for key in s3_backends[owner][PARTITION].buckets[table.bucket].keys.values():
            address = f"s3://{table.bucket}/{key.name}"
            if table.addresses.match(address):
                yield address, key.value

    def _write(self, operation: Operation, settings: dict[str, Any], location: str, result: Result) -> None:
        name, _, key = location.removeprefix("s3://").partition("/")
        bucket = f"arn:aws:s3:::{name}"
        for action, resource in (
            ("s3:GetBucketLocation", bucket),
            ("s3:PutObject", f"{bucket}/{key}"),
            ("s3:GetObject", f"{bucket}/{key}"),
        ):
            _ask(operation, (self._on_bucket(operation, action, name, resource),))
        kms_key = settings["ResultConfiguration"].get("EncryptionConfiguration", {}).get("KmsKey", "")
        if kms_key:
            actions, pairs = ("GenerateDataKey", "Decrypt"), {"aws:s3:arn": f"{bucket}/{key}"}
            account = operation.account
            _ask(operation, through_service(operation, "s3", actions, key_id=kms_key, account=account, pairs=pairs))
        lines = io.StringIO()
        writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([column for column, _ in result.columns])
        writer.writerows(["" if value is None else value for value in row] for row in result.rows)
        _, owner = s3_backends.bucket_accounts[name]
        s3_backends[owner][PARTITION].put_object(name, key, lines.getvalue().encode())

    def _describe(self, operation: Operation, hand_on: HandOn) -> Answer:
        ended = self._ended[operation.text("QueryExecutionId")]
        answered = hand_on(operation.parameters)
        described = json.loads(answered.body)
        execution = described["QueryExecution"]
        execution["ResultConfiguration"] = {"OutputLocation": ended.location}
        execution["QueryExecutionContext"] = execution.get("QueryExecutionContext") or {}
        execution["Statistics"]["DataScannedInBytes"] = ended.scanned
        execution["Status"]["State"] = "FAILED" if ended.result is None else "SUCCEEDED"
        if ended.reason:
            execution["Status"]["StateChangeReason"] = ended.reason
        return _json(described)

    def _results(self, operation: Operation, _: HandOn) -> Answer:
        result = self._ended[operation.text("QueryExecutionId")].result
        if result is None:
            message = "Query did not finish successfully. Final query state: FAILED"
            raise ApiError("InvalidRequestException", message, status=400)
        heading: list[str | None] = [column for column, _ in result.columns]
        rows = [heading, *result.rows]
        start, most = int(operation.text("NextToken") or 0), int(operation.text("MaxResults") or _MOST_ROWS)
        shown, after = rows[start : start + most], start + most
        described: dict[str, Any] = {
            "ResultSet": {
                "Rows": [
                    {"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in shown
                ],
                "ResultSetMetadata": {"ColumnInfo": [{"Name": name, "Type": kind} for name, kind in result.columns]},
            },
            "UpdateCount": 0,
        }
        return _json({**described, **({"NextToken": str(after)} if after < len(rows) else {})})

    def _stop(self, _operation: Operation, _: HandOn) -> Answer:
        return _json({})  # every statement is over when it was started


def _ask(operation: Operation, checks: Iterable[Check]) -> None:
    for check in checks:
        answer(check, operation.caller)


def _json(described: object) -> Answer:
    headers = (("Content-Type", "application/x-amz-json-1.1"),)
    return Answer(status=200, headers=headers, body=json.dumps(described).encode())
