"""Waiting, within the time of a step."""

from collections.abc import Callable
from typing import TypeVar

from rotation_lambda.contracts import Time
from rotation_lambda.errors import NotExecutedError

_PAUSES = (1.0, 2.0)  # seconds before the second and the third try
_LONGEST = 10.0  # a longer wait is left to Secrets Manager, which tries the step again
# Seconds that a call to the issuer and one to the store may take: the read timeouts of the two clients, 10 and 5.
CALL_AND_STORE = 15.0

_Answer = TypeVar("_Answer")


def patiently(time: Time, call: Callable[[], _Answer]) -> _Answer:
    """Makes `call`, and again if the issuer says that it did nothing ("429, try again in 2 s").

    Raises:
        NotExecutedError: It still does nothing, or there is no time to ask again.
    """
    for pause in _PAUSES:
        try:
            return call()
        except NotExecutedError as error:
            wait = max(pause, error.retry_after or 0.0)
            if wait > _LONGEST or time.remaining() < wait + CALL_AND_STORE:
                raise
            time.pause(wait)
    return call()
