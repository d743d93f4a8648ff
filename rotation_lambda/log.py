"""What the function prints: one JSON line per event, and the sweep's metrics. Never an event, never a value.

A line is written as it is: CloudWatch finds metrics only in lines that are JSON from the first character on (CloudWatch
user guide, "Embedded metric format"), so no logging framework may put something in front.
"""

import json
import sys
from collections.abc import Mapping
from datetime import datetime

from rotation_lambda.errors import RotationError, UnexpectedError
from rotation_lambda.event import Event, RevokeEvent, StepEvent
from rotation_lambda.protocol.rounds import Round
from rotation_lambda.settings import FunctionSettings

NAMESPACE = "TenantKeys"
DIMENSIONS = ("App", "Environment", "Issuer")
METRICS = ("OverdueRotations", "StuckPending", "Orphans", "SweptSecrets", "UnsweptSecrets")

# Nothing but these ever stands in a line, whoever adds a field.
_FIELDS = frozenset(
    {
        "step",
        "secret",
        "version",
        "issuer",
        "outcome",
        "durationMs",
        "error",
        "reason",
        "orphansRevoked",
        "previousRevoked",
        "swept",
        "unswept",
        "failures",
        "notices",
    }
)


def write_line(fields: Mapping[str, object]) -> None:
    """Prints one line with those of `fields` that a line may have."""
    allowed = {name: value for name, value in fields.items() if name in _FIELDS}
    sys.stdout.write(json.dumps(allowed, default=str) + "\n")


def asked_fields(asked: Event) -> Mapping[str, object]:
    """What an event asks for."""
    match asked:
        case StepEvent():
            return {"step": asked.step, "secret": asked.secret, "version": asked.version}
        case RevokeEvent():
            return {"step": "revoke", "secret": asked.secret, "version": asked.version}
        case _:
            return {"step": "sweep"}


def as_ours(error: Exception) -> RotationError:
    """`error` if it is one of ours; else one that says where the mistake is, without the text of a stranger's error."""
    if isinstance(error, RotationError):
        return error
    return UnexpectedError(f"A mistake in the rotation function: {type(error).__name__} at {_where(error)}.")


def error_fields(error: RotationError) -> Mapping[str, object]:
    """Why it failed. The texts of our errors are fixed sentences with ids in them."""
    return {"outcome": "failed", "error": type(error).__name__, "reason": str(error)}


def round_fields(result: Round) -> Mapping[str, object]:
    """What a sweep did."""
    return {
        "swept": result.swept,
        "unswept": result.unswept,
        "orphansRevoked": result.orphans_revoked,
        "previousRevoked": result.previous_revoked,
        "failures": result.failures,
    }


def write_metrics(settings: FunctionSettings, result: Round, now: datetime) -> None:
    """Prints the sweep's metrics in CloudWatch's embedded format."""
    counts = (result.overdue, result.stuck, result.orphans, result.swept, result.unswept)
    metric = {
        "Namespace": NAMESPACE,
        "Dimensions": [DIMENSIONS],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in METRICS],
    }
    line = {
        "_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [metric]},
        **dict(zip(DIMENSIONS, (settings.app, settings.environment, settings.issuer), strict=True)),
        **dict(zip(METRICS, counts, strict=True)),
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _where(error: Exception) -> str:
    """File and line of the innermost frame: a place in the code, with nothing of what it worked on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "an unknown place" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
