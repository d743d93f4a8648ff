"""Lambda's Invoke: the sandbox runs the function itself. The gate has asked whether the caller may."""

import base64
import json

from sandbox.gate import Handler, HandOn
from sandbox.gate.errors import Answer, ApiError
from sandbox.gate.operations import Operation
from sandbox.gate.services.functions import place_of
from sandbox.rotation.functions import Functions, InvocationError
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.processes import Outcome

LOG_TAIL = 4096
"""Bytes of the log that `LogType=Tail` answers with."""


class FunctionApi:
    """Answers Invoke in its three types."""

    def __init__(self, functions: Functions, invocations: Invocations) -> None:
        self._functions, self._invocations = functions, invocations

    def handlers(self) -> dict[str, Handler]:
        """Return what stands in the gate."""
        return {"lambda:Invoke": self._invoke}

    def _invoke(self, operation: Operation, _: HandOn) -> Answer:
        account, region, name = place_of(operation, operation.text("FunctionName"))
        function = f"arn:aws:lambda:{region}:{account}:function:{name}"
        event = _event(operation)
        try:
            match operation.text("InvocationType"):
                case "DryRun":
                    return _answer(204, b"")
                case "Event":
                    self._invocations.later(function, event, operation.caller.principal.arn)
                    return _answer(202, b"")
                case _:
                    outcome = self._functions.invoke(function, event)
        except InvocationError as refusal:
            raise ApiError(refusal.code, refusal.message, status=refusal.status) from refusal
        return _returned(outcome, tail=operation.text("LogType") == "Tail")


def _event(operation: Operation) -> object:
    payload = operation.parameters.get("Payload") or b"{}"
    try:
        assert isinstance(payload, bytes)
        return json.loads(payload)
    except ValueError:
        message = "Could not parse request body into json."
        raise ApiError("InvalidRequestContentException", message, status=400) from None


def _returned(outcome: Outcome, *, tail: bool) -> Answer:
    failed = () if outcome.ok else (("X-Amz-Function-Error", "Unhandled"),)
    log = base64.b64encode(outcome.output.encode()[-LOG_TAIL:]).decode()
    answer = _answer(200, outcome.payload)
    headers = (*answer.headers, *failed, *((("X-Amz-Log-Result", log),) if tail else ()))
    return Answer(status=answer.status, headers=headers, body=answer.body)


def _answer(status: int, body: bytes) -> Answer:
    headers = (("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST"))
    return Answer(status=status, headers=headers, body=body)
