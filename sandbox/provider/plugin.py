"""The provider itself: the engine's calls, answered from the table."""

import asyncio
import difflib
import json
from importlib.metadata import version

from pulumi.provider.experimental import provider as engine
from typing_extensions import override

from sandbox.provider import lifecycle
from sandbox.provider.checking import checked, failures
from sandbox.provider.differences import REPLACING, differences, name_is_taken
from sandbox.provider.errors import ConfigurationError, UnservedError
from sandbox.provider.schema import ResourceType
from sandbox.provider.services import RESOURCE_TYPES
from sandbox.provider.session import Aws, connect, parse_settings, setting_problems
from sandbox.provider.values import decode, encode

VERSION = version("pulumi_aws")
"""The version that the program's SDK asks for."""

_VALUES_STAY_OUT = frozenset({"aws:secretsmanager/secretVersion:SecretVersion"})


class AwsProvider(engine.Provider):
    """Serves the `aws` package; one process has one account and region."""

    def __init__(self) -> None:
        self._aws: Aws | None = None

    @override
    async def get_schema(self, request: engine.GetSchemaRequest) -> engine.GetSchemaResponse:
        """Answer with a name and a version: the program brings its own SDK."""
        return engine.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": VERSION}))

    @override
    async def check_config(self, request: engine.CheckRequest) -> engine.CheckResponse:
        """Refuse provider settings that the sandbox does not serve."""
        wrong = [engine.CheckFailure(*problem) for problem in setting_problems(decode(request.new_inputs))]
        return engine.CheckResponse(inputs=request.new_inputs, failures=wrong)

    @override
    async def configure(self, request: engine.ConfigureRequest) -> engine.ConfigureResponse:
        """Log in and check the account; the engine strips and restores secrets itself."""
        self._aws = await asyncio.to_thread(connect, parse_settings(decode(request.args)))
        return engine.ConfigureResponse(supports_preview=True)

    @override
    async def invoke(self, request: engine.InvokeRequest) -> engine.InvokeResponse:
        """Refuse: the program calls no provider functions."""
        raise UnservedError(f"the sandbox serves no function {request.tok}")

    @override
    async def check(self, request: engine.CheckRequest) -> engine.CheckResponse:
        """Check the inputs of one resource."""
        try:
            entry = _entry(request.type)
        except UnservedError as error:
            failure = engine.CheckFailure("", str(error))
            return engine.CheckResponse(inputs=request.new_inputs, failures=[failure])
        old = decode(request.old_inputs)
        inputs = checked(entry, decode(request.new_inputs), old, request.name, request.random_seed)
        wrong = [engine.CheckFailure(*failure) for failure in failures(entry, inputs)]
        return engine.CheckResponse(inputs=encode(inputs), failures=wrong)

    @override
    async def diff(self, request: engine.DiffRequest) -> engine.DiffResponse:
        """Compare new inputs with the old state."""
        entry, old, new = _entry(request.type), decode(request.old_state), decode(request.new_inputs)
        found = {
            name: kind
            for name, kind in differences(entry, old, new, self._ready().default_tags).items()
            if name not in request.ignore_changes
        }
        replaces = [name for name, kind in found.items() if kind in REPLACING]
        return engine.DiffResponse(
            changes=bool(found),
            replaces=replaces,
            diffs=list(found),
            delete_before_replace=bool(replaces) and name_is_taken(entry, old, new),
            detailed_diff={
                name: engine.PropertyDiff(kind, input_diff=name in entry.inputs) for name, kind in found.items()
            },
        )

    @override
    async def create(self, request: engine.CreateRequest) -> engine.CreateResponse:
        """Create, or say what a creation would give."""
        entry, inputs = _entry(request.type), decode(request.properties)
        if request.preview:
            foreseen = lifecycle.foreseen_creation(entry, self._ready(), inputs)
            return engine.CreateResponse(properties=encode(foreseen))
        resource_id, state = await asyncio.to_thread(lifecycle.create, entry, self._ready(), request.name, inputs)
        return engine.CreateResponse(resource_id, encode(state))

    @override
    async def read(self, request: engine.ReadRequest) -> engine.ReadResponse:
        """Read the live state for refresh and import; an empty answer says that the resource is gone."""
        entry = _entry(request.type)
        state, inputs = decode(request.properties), decode(request.inputs)
        found = await asyncio.to_thread(lifecycle.read, entry, self._ready(), request.resource_id, state, inputs)
        if found is None:
            return engine.ReadResponse()
        own_id, live = found
        return engine.ReadResponse(own_id, encode(live), encode(lifecycle.inputs_of(entry, live, inputs)))

    @override
    async def update(self, request: engine.UpdateRequest) -> engine.UpdateResponse:
        """Update in place, or say what an update would give."""
        entry, old, new = _entry(request.type), decode(request.olds), decode(request.news)
        if request.preview:
            return engine.UpdateResponse(encode(lifecycle.foreseen_update(entry, self._ready(), old, new)))
        state = await asyncio.to_thread(lifecycle.update, entry, self._ready(), request.resource_id, old, new)
        return engine.UpdateResponse(encode(state))

    @override
    async def delete(self, request: engine.DeleteRequest) -> None:
        """Delete; a resource that is gone already is no error."""
        entry, state = _entry(request.type), decode(request.properties)
        await asyncio.to_thread(lifecycle.delete, entry, self._ready(), request.resource_id, state)

    def _ready(self) -> Aws:
        if self._aws is None:
            raise ConfigurationError("the provider was not configured: its settings are not known yet")
        return self._aws


def _entry(type_chain: str) -> ResourceType:
    token = type_chain.rsplit("$", 1)[-1]  # the framework cuts it from the URN, which holds the parents' types too
    entry = RESOURCE_TYPES.get(token)
    if entry is not None:
        return entry
    if token in _VALUES_STAY_OUT:
        raise UnservedError(
            f"{token} is refused: a secret's value never goes through Pulumi, because it would stay in the "
            "state; values enter through the writer or the rotation"
        )
    near = difflib.get_close_matches(token, RESOURCE_TYPES, n=1)
    hint = f"did you mean {near[0]}?" if near else "add an entry under sandbox/provider/services/"
    raise UnservedError(f"the sandbox does not serve the resource type {token}; {hint}")
