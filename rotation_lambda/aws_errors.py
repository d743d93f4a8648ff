"""What an error of an AWS call means for the caller: nothing happened, nobody knows, or it was refused.

Error texts hold what was tried and AWS's error code, never AWS's own sentence.
"""

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from rotation_lambda.errors import StoreBusyError, StoreError, StoreOutcomeUnknownError

# AWS's "Common errors" of each API reference; botocore's standard retry mode takes the same ones for throttling.
_THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_FAILURES = 500  # HTTP status from which on nobody knows


def code_of(error: BotoCoreError | ClientError) -> str:
    """AWS's error code, or the kind of the error that kept the call from AWS."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def store_error(what: str, error: BotoCoreError | ClientError, *, changes: bool) -> StoreError:
    """What `error` means for a call that was made for `what`.

    Args:
        what: For the text: "reading a value".
        error: As boto3 raised it, after its own tries.
        changes: Whether the call has an effect. Then an earlier one of boto3's tries may have done it, whatever the
            last one says.
    """
    text = f"AWS: {what}: {code_of(error)}."
    if not isinstance(error, ClientError):
        if not isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError):
            return StoreError(text)
        in_doubt = changes
    else:
        metadata = error.response["ResponseMetadata"]
        in_doubt = changes and (metadata["HTTPStatusCode"] >= _FAILURES or metadata["RetryAttempts"] > 0)
        busy = metadata["HTTPStatusCode"] >= _FAILURES or code_of(error) in _THROTTLED
        if not (busy or in_doubt):
            return StoreError(f"{text} Check the role, the resource's policy and the KMS key.")
    return StoreOutcomeUnknownError(f"{text} It may have been done.") if in_doubt else StoreBusyError(text)
