"""A client that records its calls and answers or fails as it is told."""

from collections.abc import Callable, Iterator, Mapping
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

    def get_paginator(self, method: str) -> "Recorder":
        """Pages of the answer of `method`: one."""
        return Recorder({"paginate": _Pages(self._answers[method])})

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


class _Pages:
    """One page, or an error when it is asked for."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._answer, Exception):
            raise self._answer
        yield self._answer
