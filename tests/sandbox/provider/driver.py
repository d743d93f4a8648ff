"""Speaks to the provider in plain values, as the engine does in property values."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pulumi.provider.experimental import provider as engine

from sandbox.provider.plugin import AwsProvider
from sandbox.provider.services import RESOURCE_TYPES
from sandbox.provider.values import State, decode, encode
from tests.sandbox.provider.examples import EXAMPLES, Needs

REGION = "ap-northeast-1"
DEFAULT_TAGS = {"app": "myapp", "environment": "dev"}
TYPES = sorted(RESOURCE_TYPES)

_Answer = TypeVar("_Answer")


@dataclass
class Plugin:
    """Speaks to the provider with plain values, and runs its coroutines."""

    provider: AwsProvider = field(default_factory=AwsProvider)

    def configure(self, **settings: Any) -> None:
        given = {"region": REGION, "defaultTags": '{"tags": {"app": "myapp", "environment": "dev"}}', **settings}
        request = engine.ConfigureRequest({}, encode(given), accept_secrets=True, accept_resources=False)
        _run(self.provider.configure, request)

    def check(self, urn: str, new: State, old: State | None = None) -> tuple[State, dict[str, str]]:
        request = engine.CheckRequest(urn, encode(old or {}), encode(new), b"seed")
        answer = _run(self.provider.check, request)
        failures = {failure.property: failure.reason for failure in answer.failures or []}
        return decode(answer.inputs or {}), failures

    def diff(self, urn: str, state: State, inputs: State, ignore: list[str] | None = None) -> engine.DiffResponse:
        request = engine.DiffRequest(urn, "id", encode(state), encode(inputs), ignore or [])
        return _run(self.provider.diff, request)

    def create(self, urn: str, inputs: State, *, preview: bool = False) -> tuple[str, State]:
        answer = _run(self.provider.create, engine.CreateRequest(urn, encode(inputs), 0, preview))
        return answer.resource_id or "", decode(answer.properties)

    def read(
        self, urn: str, resource_id: str, state: State | None = None, inputs: State | None = None
    ) -> tuple[str | None, State, State]:
        request = engine.ReadRequest(urn, resource_id, encode(state or {}), encode(inputs or {}))
        answer = _run(self.provider.read, request)
        return answer.resource_id, decode(answer.properties), decode(answer.inputs)

    def update(self, urn: str, resource_id: str, old: State, new: State, *, preview: bool = False) -> State:
        request = engine.UpdateRequest(urn, resource_id, encode(old), encode(new), 0, [], preview)
        return decode(_run(self.provider.update, request).properties)

    def invoke(self, function: str) -> engine.InvokeResponse:
        return _run(self.provider.invoke, engine.InvokeRequest(function, {}))

    def delete(self, urn: str, resource_id: str, state: State) -> None:
        _run(self.provider.delete, engine.DeleteRequest(urn, resource_id, encode(state), 0))


def _run(method: Callable[[Any], Awaitable[_Answer]], request: object) -> _Answer:
    async def call() -> _Answer:
        return await method(request)

    return asyncio.run(call())


def urn_of(pulumi_type: str, name: str = "it") -> str:
    return f"urn:pulumi:dev::tenant-keys::{pulumi_type}::{name}"


def class_of(pulumi_type: str) -> str:
    return pulumi_type.rpartition(":")[2]


TYPES = sorted(RESOURCE_TYPES)


def make(plugin: Plugin, pulumi_type: str) -> tuple[str, State, State]:
    """Create the example of a type, and what it needs first; return its id, state and inputs."""
    example = EXAMPLES[pulumi_type]
    program = {**example.inputs, **made_for(plugin, example.needs)}
    inputs, failures = plugin.check(urn_of(pulumi_type), program)
    assert not failures
    resource_id, state = plugin.create(urn_of(pulumi_type), inputs)
    return resource_id, state, inputs


def made_for(plugin: Plugin, needs: Needs) -> State:
    """Create the resources that inputs point at, and return those inputs."""
    return {name: make(plugin, other)[1][output] for name, (other, output) in needs.items()}
