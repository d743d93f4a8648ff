"""The condition operators, as one table from name to comparison.

"IAM JSON policy elements: Condition operators" in the IAM User Guide: a key that the request lacks makes a
positive operator false and a negated one true; `...IfExists` makes both true; `Null` asks for the absence
itself. Several values of a policy are alternatives (for a negated operator: none of them may match).
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from sandbox.authoriser.matching import Context, arn_like, string_equals, string_like

Comparison: TypeAlias = Callable[[str, str, Context], bool]
"""Takes the policy's value, the request's value and the context; tells whether they match."""


class SetOperator(Enum):
    """How a key with several values is compared."""

    NONE = ""
    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One condition operator: how two values compare, and whether the result is turned round."""

    comparison: Comparison
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One line of a `Condition` element."""

    operator: str
    set_operator: SetOperator
    if_exists: bool
    key: str
    values: tuple[str, ...]


def _ignoring_case(expected: str, got: str, context: Context) -> bool:
    return string_equals(expected.lower(), got.lower(), context)


def _booleans_equal(expected: str, got: str, _context: Context) -> bool:
    return expected.lower() == got.lower()


def _numbers(compare: Callable[[float, float], bool]) -> Comparison:
    def comparison(expected: str, got: str, _context: Context) -> bool:
        try:
            return compare(float(got), float(expected))
        except ValueError:
            return False

    return comparison


NULL = "Null"

OPERATORS = {
    "StringEquals": Operator(comparison=string_equals),
    "StringNotEquals": Operator(comparison=string_equals, negated=True),
    "StringEqualsIgnoreCase": Operator(comparison=_ignoring_case),
    "StringNotEqualsIgnoreCase": Operator(comparison=_ignoring_case, negated=True),
    "StringLike": Operator(comparison=string_like),
    "StringNotLike": Operator(comparison=string_like, negated=True),
    "ArnEquals": Operator(comparison=arn_like),
    "ArnNotEquals": Operator(comparison=arn_like, negated=True),
    "ArnLike": Operator(comparison=arn_like),
    "ArnNotLike": Operator(comparison=arn_like, negated=True),
    "Bool": Operator(comparison=_booleans_equal),
    "NumericEquals": Operator(comparison=_numbers(operator.eq)),
    "NumericNotEquals": Operator(comparison=_numbers(operator.eq), negated=True),
    "NumericLessThan": Operator(comparison=_numbers(operator.lt)),
    "NumericLessThanEquals": Operator(comparison=_numbers(operator.le)),
    "NumericGreaterThan": Operator(comparison=_numbers(operator.gt)),
    "NumericGreaterThanEquals": Operator(comparison=_numbers(operator.ge)),
}


def holds(condition: Condition, context: Context) -> bool:
    """Tell whether one condition holds for a request."""
    got = context.get(condition.key.lower())
    if condition.operator == NULL:
        return (got is None) == (condition.values[0].lower() == "true")
    if got is None:
        return _holds_without_key(condition)
    results = [_value_holds(condition, value, context) for value in got]
    if condition.set_operator is SetOperator.FOR_ANY_VALUE:
        return any(results)
    return all(results)


def _value_holds(condition: Condition, value: str, context: Context) -> bool:
    entry = OPERATORS[condition.operator]
    matched = any(entry.comparison(expected, value, context) for expected in condition.values)
    return matched is not entry.negated


def _holds_without_key(condition: Condition) -> bool:
    """Decide a condition whose key the request lacks: `ForAnyValue` is false even with `IfExists`."""
    if condition.set_operator is SetOperator.FOR_ANY_VALUE:
        return False
    if condition.set_operator is SetOperator.FOR_ALL_VALUES or condition.if_exists:
        return True
    return OPERATORS[condition.operator].negated
