"""What goes wrong in the plugin, as one sentence each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class ProviderError(Exception):
    """The base of the plugin's errors; its text is one sentence for the person at the terminal."""


class ConfigurationError(ProviderError):
    """The provider's settings or the account behind its credentials are wrong."""


class AwsError(ProviderError):
    """AWS refused a call or could not be reached.

    Attributes:
        code: AWS's error code, or the name of the connection error.
    """

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class UnservedError(ProviderError):
    """The program asks for a resource type or a function that the sandbox does not serve."""


class PartialError(ProviderError):
    """A resource exists, but a later step of its creation or update failed; the engine keeps it in state."""

    def __init__(self, text: str, resource_id: str, state: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.resource_id = resource_id
        self.state = state
        self.inputs = inputs


@contextmanager
def aws_sentence(doing: str) -> Iterator[None]:
    """Turn botocore's errors into an `AwsError` that begins with `doing`, e.g. `creating Key "acme"`."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - keeps the start-up short

    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        code, message = answer.get("Code", "Unknown"), answer.get("Message", "no message")
        raise AwsError(f"{doing}: {error.operation_name} failed with {code}: {message}", code) from error
    except BotoCoreError as error:
        raise AwsError(f"{doing}: {error}", type(error).__name__) from error
