"""A client that records its calls and answers or fails as it is told."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError


class Recorder:
    """Any boto3 client.

    Attributes:
        calls: The calls so far: method and arguments.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        """Takes the answer of each method; an exception is raised."""
        self._answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((method, arguments))
            answer = self._answers[method]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def typed(self) -> Any:
        """Itself, where a client is expected."""
        return self

    @staticmethod
    def refusal(code: str, *, status: int = 400, tries: int = 0, message: str = "no") -> ClientError:
        """AWS's error after so many tries of botocore's before the last one."""
        answer: Any = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": tries},
        }
        return ClientError(answer, "AnyCall")
