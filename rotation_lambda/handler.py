"""The entry of the rotation function: parse the event, do what it asks for, log once."""

import os
import time

from rotation_lambda.event import parse_event
from rotation_lambda.function import Context, perform
from rotation_lambda.log import as_ours, asked_fields, error_fields, write_line
from rotation_lambda.settings import VARIABLE, parse_settings


def handle(event: object, context: Context) -> dict[str, str]:
    """Does a step of a rotation, a revocation or a sweep.

    Returns:
        What came of it, for whoever called the function by hand.

    Raises:
        RotationError: It was not done. The text is one of ours: the runtime prints it.
    """
    began = time.monotonic()
    line: dict[str, object] = {}
    try:
        asked = parse_event(event)
        line.update(asked_fields(asked))
        settings = parse_settings(os.environ.get(VARIABLE))
        line["issuer"] = settings.issuer
        line.update(perform(asked, settings, context))
    except Exception as error:
        failure = as_ours(error)
        line.update(error_fields(failure))
        raise failure from None
    finally:
        write_line(line | {"durationMs": round((time.monotonic() - began) * 1000)})
    return {"outcome": str(line["outcome"])}
