"""Which row takes part in which contract test."""

from collections.abc import Callable, Iterable

import pytest

from rotation_lambda.contracts import Shape
from rotation_lambda.issuers.registry import traits_of
from sandbox.issuers.control import Fault
from sandbox.issuers.wire import Role
from tests.issuers.rows import ROWS, Row

ROLES = {"mint": Role.MINT, "register": Role.REGISTER, "revoke": Role.REVOKE}
_NEEDS_A_BODY = {Fault.TRUNCATED, Fault.CUT, Fault.TRICKLE, Fault.HUGE}  # what an answer without a body can not be


def shape(row: Row) -> Shape:
    return traits_of(row.adapter, row.options).shape


def rows(fits: Callable[[Row], bool]) -> list[pytest.ParameterSet]:
    return [pytest.param(row, id=str(row)) for row in ROWS if fits(row)]


def revokes(row: Row) -> bool:
    return traits_of(row.adapter, row.options).revokes


def effects() -> Iterable[tuple[Row, str]]:
    """Each call with an effect at each issuer."""
    for row in ROWS:
        if shape(row) is Shape.MINT:
            yield row, "mint"
        if shape(row) is Shape.STORE_FIRST:
            yield row, "register"
        if revokes(row):
            yield row, "revoke"


def calls() -> list[pytest.ParameterSet]:
    return [pytest.param(row, action, id=f"{row}-{action}") for row, action in effects()]


def cases(faults: Iterable[Fault]) -> list[pytest.ParameterSet]:
    return [
        pytest.param(row, action, fault, id=f"{row}-{action}-{fault}")
        for row, action in effects()
        for fault in faults
        if not (action == "revoke" and row.deletes_with == 204 and fault in _NEEDS_A_BODY)
    ]


EVERY = rows(lambda _: True)
MADE = rows(lambda row: shape(row) is not Shape.MANUAL)
LISTED = rows(revokes)
APART = rows(lambda row: row.other is not None)
REGISTERED = rows(lambda row: shape(row) is Shape.STORE_FIRST)
CAPPED = rows(lambda row: row.cap is not None)
PAGED = rows(lambda row: row.page is not None)


def reads() -> list[pytest.ParameterSet]:
    return [
        pytest.param(row, role, id=f"{row}-{role}")
        for row in ROWS
        for role in (Role.LIST, Role.PROBE)
        if (role is Role.PROBE and row.probes) or (role is Role.LIST and revokes(row))
    ]
