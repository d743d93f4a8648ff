"""Runs a statement of Athena's SQL: translated by its own grammar, executed by DuckDB."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from sandbox.athena.columns import duckdb_type
from sandbox.athena.results import Result, StatementError
from sandbox.athena.tables import Table

_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    '"NULL"': "unknown",
    "DOUBLE": "double",
    "HUGEINT": "bigint",
    "INTEGER": "integer",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "VARCHAR": "varchar",
}
Object = tuple[str, bytes]
"""An object's address and its content."""


def tables_in(statement: str, database: str) -> list[tuple[str, str]]:
    """The tables that a statement reads, each with its database; `database` is that of names without one.

    Raises:
        StatementError: It is not one SELECT.
    """
    parsed = _parsed(statement)
    defined = {each.alias for each in parsed.find_all(exp.CTE)}
    named = [each for each in parsed.find_all(exp.Table) if each.db or each.name not in defined]
    return sorted({(each.db or database, each.name) for each in named})


def execute(
    statement: str, parameters: Sequence[str], tables: Iterable[Table], objects: Callable[[Table], Iterator[Object]]
) -> Result:
    """Execute a statement.

    Args:
        statement: One SELECT.
        parameters: A literal for each question mark.
        tables: What it reads.
        objects: Gives the objects of a table's partitions.

    Raises:
        StatementError: It can't be executed.
    """
    translated = _parsed(_filled(statement, parameters)).sql(dialect="duckdb")
    scanned = 0
    with tempfile.TemporaryDirectory(prefix="athena-") as folder, duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        for number, table in enumerate(tables):
            scanned += _load(database, table, objects(table), Path(folder) / f"{number}.json")
        database.execute("SET enable_external_access = false")
        try:
            answer = database.execute(translated)
            found = answer.fetchall()
        except duckdb.Error as error:
            raise StatementError(f"GENERIC_USER_ERROR: {error}") from error
        columns = [(column[0], _type_name(str(column[1]))) for column in answer.description or ()]
    return Result(columns=columns, rows=[[_written(value) for value in row] for row in found], scanned=scanned)


def _parsed(statement: str) -> exp.Query:
    try:
        parsed = sqlglot.parse(statement, dialect="athena")
    except SqlglotError as error:
        raise StatementError(f"SYNTAX_ERROR: {error}") from error
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        raise StatementError("the sandbox's Athena executes one SELECT and nothing else")
    return parsed[0]


def _filled(statement: str, parameters: Sequence[str]) -> str:
    """The statement with a literal in the place of each question mark."""
    places = [each for each in sqlglot.tokenize(statement, read="athena") if each.token_type is TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        raise StatementError(
            f"INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected {len(places)}, found {len(parameters)}"
        )
    filled = statement
    for place, parameter in reversed(list(zip(places, parameters, strict=True))):
        if not _is_literal(parameter):
            raise StatementError(f"INVALID_PARAMETER_USAGE: {parameter} is not a literal; a text stands in quotes")
        filled = filled[: place.start] + parameter + filled[place.end + 1 :]
    return filled


def _is_literal(parameter: str) -> bool:
    try:
        parsed = sqlglot.parse_one(parameter, dialect="athena")
    except SqlglotError:
        return False
    return isinstance(parsed, (exp.Literal, exp.Cast, exp.Boolean)) and not parsed.find(exp.Column)


def _load(database: duckdb.DuckDBPyConnection, table: Table, objects: Iterator[Object], file: Path) -> int:
    """Make a table, and return the bytes of the objects that it is made of."""
    size = 0
    with file.open("w", encoding="utf-8") as lines:
        for address, content in objects:
            size += len(content)
            lines.writelines(json.dumps(row) + "\n" for row in table.rows(address, content))
    types = {name: duckdb_type(of) for name, of in table.columns.items()}
    types |= dict.fromkeys((*table.partitions, "$path"), "VARCHAR")
    database.execute(f'CREATE SCHEMA IF NOT EXISTS "{table.database}"')
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    database.execute(f'CREATE TABLE "{table.database}"."{table.name}" ({columns})')
    if file.stat().st_size:
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        # the names are Glue's, which knows no quotes in them, and the path is this process's own
        database.execute(
            f'INSERT INTO "{table.database}"."{table.name}" '  # noqa: S608 - see above
            f"SELECT * FROM read_json(?, format='newline_delimited', columns={{{listed}}})",
            [str(file)],
        )
    return size


def _type_name(of: str) -> str:
    if of not in _TYPES:
        raise StatementError(f"the sandbox's Athena answers no column of the type {of}")
    return _TYPES[of]


def _written(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)
