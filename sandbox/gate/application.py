"""The WSGI application in front of moto: identify, authorise, hand on, and tell what happened.

Signatures are not verified: an access key's id alone says who calls. That is enough to develop and to test who may
do what, and is no protection of the sandbox against its own machine, for which it listens on loopback only.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeAlias

from flask import Flask
from moto.iam.access_control import PermissionResult
from moto.kms.responses import KmsResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeBucket
from werkzeug.test import run_wsgi_app

from sandbox.authoriser import Principal, Request
from sandbox.gate import moto_targets, rest
from sandbox.gate.callers import Caller, Callers
from sandbox.gate.errors import Answer, ApiError, Protocol, render, unknown_to_the_sandbox
from sandbox.gate.moto_state import MotoState
from sandbox.gate.operations import Operation, Service, answer, recordable
from sandbox.gate.services import SERVICES
from sandbox.gate.wire import Environ, WireRequest, for_moto, parameters_of, read

StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]
HandOn: TypeAlias = Callable[[Mapping[str, object]], Answer]
"""Has moto answer the operation, with these parameters."""
Handler: TypeAlias = Callable[[Operation, HandOn], Answer]
"""Answers an authorised operation; raises `ApiError`."""
_FIRST_ERROR = 400


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a record of a call may hold: never a body, never a value. `error_code` is empty where all went well.

    `asked` are the questions that were put to the policies, in their order; a refused call was refused at the last.
    """

    principal: Principal | None
    source_identity: str
    access_key: str
    event_source: str
    event_name: str
    region: str
    address: str
    user_agent: str
    resources: tuple[str, ...]
    request_id: str
    error_code: str
    parameters: Mapping[str, str]
    asked: tuple[Request, ...]


class _Moto(DomainDispatcherApplication):
    """moto, which looks through its own source folder for each request: a third of the time that a request takes."""

    def __init__(self, create_app: Callable[..., Flask]) -> None:
        super().__init__(create_app)
        self._backends: dict[str | None, object] = {}

    def get_backend_for_host(self, host: str | None) -> object:
        """Return the name of the backend for a host, and remember it."""
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


class Gate:
    """Authorises each request, one at a time, and hands it on: to a handler of the sandbox's own, or to moto.

    `handlers` are named as `secretsmanager:RotateSecret`. They run without the lock on moto's memory, which they take
    for what they do with it: a function that one of them runs comes back through this gate.
    """

    def __init__(
        self,
        state: MotoState,
        record: Callable[[Call], None] | None = None,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self._state = state
        self._callers = Callers(state)
        self._record = record
        self._handlers = handlers or {}
        self._moto = _Moto(create_backend_app)
        _switch_off_motos_own_judgement()
        moto_targets.let_insight_rules_be_tagged()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        passage = _Passage(environ, self._state, self._callers, self._moto, self._handlers)
        answer = passage.go()
        if self._record is not None and passage.wire is not None:
            with self._state.lock:
                self._record(passage.call())
        headers = [*answer.headers]
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [answer.body]


class _Passage:
    """One request on its way through; keeps what is known so far, for the record."""

    def __init__(
        self,
        environ: Environ,
        state: MotoState,
        callers: Callers,
        moto: DomainDispatcherApplication,
        handlers: Mapping[str, Handler],
    ) -> None:
        self._environ, self._state, self._callers = environ, state, callers
        self._moto, self._handlers = moto, handlers
        self.request_id = str(uuid.uuid4())
        self.wire: WireRequest | None = None
        self.caller: Caller | None = None
        self.event_source = ""
        self.event_name = ""
        self.asked: tuple[Request, ...] = ()
        self.parameters: Mapping[str, str] = {}
        self.error_code = ""

    def go(self) -> Answer:
        """Return the handler's or moto's answer, or AWS's refusal."""
        protocol = Protocol.JSON if "HTTP_X_AMZ_TARGET" in self._environ else Protocol.QUERY
        try:
            self.wire = wire = read(self._environ)
            service = SERVICES.get(wire.service)
            if service is None:
                raise unknown_to_the_sandbox(f"the service {wire.service}")
            protocol, self.event_source = service.protocol, service.event_source
            return self._authorise_and_hand_on(wire, service)
        except ApiError as error:
            self.error_code = error.code_in(protocol)
            return render(error, protocol, self.request_id)

    def call(self) -> Call:
        """Return what may be recorded of this request."""
        assert self.wire is not None
        return Call(
            principal=self.caller.principal if self.caller else None,
            source_identity=self.caller.session_tags.source_identity if self.caller else "",
            access_key=self.wire.access_key,
            event_source=self.event_source,
            event_name=self.event_name,
            region=self.wire.region,
            address=self.wire.address,
            user_agent=self.wire.user_agent,
            resources=tuple(request.resource for request in self.asked),
            request_id=self.request_id,
            error_code=self.error_code,
            parameters=self.parameters,
            asked=self.asked,
        )

    def _authorise_and_hand_on(self, wire: WireRequest, service: Service) -> Answer:
        with self._state.lock:
            operation, account = self._authorise(wire, service)

            def hand_on(parameters: Mapping[str, object]) -> Answer:
                with self._state.lock:
                    return self._ask_moto(replace(operation, parameters=parameters), service, account)

            handler = self._handlers.get(f"{wire.service}:{operation.name}")
            if handler is None:
                return hand_on(operation.parameters)
        return handler(operation, hand_on)

    def _authorise(self, wire: WireRequest, service: Service) -> tuple[Operation, str]:
        """Return the operation and the account in whose name it goes on: the owner of its first resource."""
        name, parameters = _read_operation(wire, service)
        self.event_name = name
        self.caller = caller = self._callers.identify(wire)
        questions = service.operations.get(name)
        if questions is None:
            raise unknown_to_the_sandbox(f"{wire.service}:{name}")
        parameters = {**service.defaults.get(name, {}), **parameters}
        self.parameters = recordable(parameters)
        operation = Operation(name=name, parameters=parameters, caller=caller, state=self._state, wire=wire)
        account = operation.account
        for position, check in enumerate(questions(operation)):
            self.asked = (*self.asked, check.request)
            answer(check, caller)
            account = check.request.resource_account if position == 0 else account
        for rule in service.rules.get(name, ()):
            rule(operation)
        return operation, account

    def _ask_moto(self, operation: Operation, service: Service, account: str) -> Answer:
        environ = _request_for_moto(self._environ, operation, service, account)
        chunks, status, headers = run_wsgi_app(self._moto, environ, buffered=True)
        body, number = b"".join(chunks), int(status.split()[0])
        if number >= _FIRST_ERROR:
            self.error_code = headers.get("x-amzn-errortype") or _error_code(body)
        elif operation.name in service.afterwards:
            service.afterwards[operation.name](operation, self._callers)
        return Answer(status=number, headers=tuple(headers), body=body)


def _read_operation(wire: WireRequest, service: Service) -> tuple[str, dict[str, object]]:
    """Return a request's operation and its parameters."""
    if service.protocol is Protocol.REST_JSON:
        return rest.read_operation(wire, service.model)
    parameters = parameters_of(wire, service.protocol)
    if service.name_operation is not None:
        return service.name_operation(wire), parameters
    if service.protocol is Protocol.QUERY:
        return str(parameters.get("Action")), parameters
    prefix, _, name = wire.target.rpartition(".")
    if prefix != service.target_prefix:
        raise unknown_to_the_sandbox(f"the target {wire.target!r}")
    return name, parameters


def _request_for_moto(environ: Environ, operation: Operation, service: Service, account: str) -> Environ:
    if service.protocol is Protocol.REST_JSON:
        return rest.for_moto(environ, service.model, operation.name, operation.parameters, account)
    return for_moto(environ, operation.wire, service.protocol, operation.parameters, account)


def _error_code(body: bytes) -> str:
    """Return the code of an error that moto answered with."""
    try:
        return str(json.loads(body).get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError):
        found = re.search(rb"<Code>(.*?)</Code>", body)
        return found[1].decode() if found else "Unknown"


def _switch_off_motos_own_judgement() -> None:
    """Keep moto from refusing by policies that it reads without their conditions and principals."""

    def no_opinion(*_arguments: object) -> PermissionResult:
        return PermissionResult.NEUTRAL

    setattr(KmsResponse, "_validate_key_policy", no_opinion)  # noqa: B010 - moto offers no setting for it
    setattr(FakeBucket, "get_permission", no_opinion)  # noqa: B010 - same
