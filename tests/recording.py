"""Runs a program without an engine and records every registration, as strictly as the engine would."""

import asyncio
import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks, rpc, run_in_stack
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import configure, reset_options

ROOT = Path(__file__).parent.parent
PROJECT = "tenant-keys"
STACK_TYPE = "pulumi:pulumi:Stack"
# The mark that Pulumi's wire format and its state put on a secret value (sdk/python, rpc.py); archives have another.
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"


class Holder(pulumi.ComponentResource):
    """A component for what is made by a function, which asks for a parent."""

    def __init__(self, opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:index:Holder", "holder", None, opts)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the program asked for it."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    provider: str
    protect: bool
    dependencies: tuple[str, ...]
    inputs: Mapping[str, Any]
    request: Any = field(repr=False)

    @property
    def wire(self) -> str:
        """The whole request as text."""
        return str(self.request)


@dataclass
class Recording:
    """What a program registered, in order, and what it exported."""

    registrations: list[Registration] = field(default_factory=list)
    registered_outputs: set[str] = field(default_factory=set)

    def of_type(self, type_: str) -> list[Registration]:
        return [each for each in self.registrations if each.type == type_]

    def only(self, type_: str, name: str | None = None) -> Registration:
        found = [each for each in self.of_type(type_) if name in {None, each.name}]
        assert len(found) == 1, f"{len(found)} registrations of {type_} {name or ''}"
        return found[0]

    def resources(self) -> Iterator[Registration]:
        """What a provider creates: no stack, no component, no provider."""
        return (each for each in self.registrations if each.custom and not each.type.startswith("pulumi:"))

    def components(self) -> Iterator[Registration]:
        return (each for each in self.registrations if not each.custom and each.type != STACK_TYPE)


class _Aws(pulumi.runtime.Mocks):
    """Answers a registration with what AWS would add; a preview knows nothing of that."""

    def __init__(self, *, preview: bool) -> None:
        self._preview = preview

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        outputs = dict(args.inputs)
        if args.custom and not self._preview:
            kind = args.typ.rsplit(":", 1)[-1].lower()
            outputs.setdefault("arn", f"arn:aws:mock:ap-northeast-1:000000000000:{kind}/{args.name}")
            outputs.setdefault("keyId", f"{args.name}-key-id")
        return (None if self._preview else f"{args.name}-id"), outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"the program asks AWS for {args.token}, and it must not need to")


class _StrictMonitor(mocks.MockMonitor):
    """Keeps the raw requests and refuses what the engine refuses: a second resource of one URN, a default provider."""

    def __init__(self, aws: _Aws, recording: Recording) -> None:
        super().__init__(aws)
        self._recording = recording
        self._urns: set[str] = set()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        parents = parent.split("::")[2] if parent else ""
        chain = f"{parents}${type_}" if parents not in {"", STACK_TYPE} else type_
        return f"urn:pulumi:{pulumi.get_stack()}::{PROJECT}::{chain}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the wire's name
        urn = self.make_urn(request.parent, request.type, request.name)
        assert urn not in self._urns, f"duplicate resource URN {urn}"
        self._urns.add(urn)
        is_aws = request.type.startswith("aws:")
        assert not is_aws or request.provider, f"{urn} has no explicit provider"
        self._recording.registrations.append(
            Registration(
                urn=urn,
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                provider=request.provider,
                protect=request.protect,
                dependencies=tuple(request.dependencies),
                inputs={name: _plain(value) for name, value in rpc.deserialize_properties(request.object).items()},
                request=request,
            )
        )
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the wire's name
        self._recording.registered_outputs.add(request.urn)
        return super().RegisterResourceOutputs(request)


def record(
    program: Callable[[], object],
    *,
    stack: str = "dev",
    config: Mapping[str, Any] | None = None,
    preview: bool = False,
) -> Recording:
    """Runs `program` as the engine would run a stack and returns what it registered.

    Args:
        program: Registers resources.
        stack: The stack's name.
        config: The settings without the project's prefix, as plain data.
        preview: Whether outputs that only AWS knows stay unknown.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    reset_options()
    set_all_config({f"{PROJECT}:{key}": _as_text(value) for key, value in (config or {}).items()}, [])
    recording = Recording()
    monitor = _StrictMonitor(_Aws(preview=preview), recording)
    settings = mocks.MockSettings(
        monitor=monitor, engine=mocks.MockEngine(None), project=PROJECT, stack=stack, dry_run=preview
    )

    def run() -> None:
        program()

    try:
        configure(settings)
        loop.run_until_complete(run_in_stack(run))
    finally:
        reset_options()
        asyncio.set_event_loop(None)
        loop.close()
    return recording


def record_program(stack: str, *, config: Mapping[str, Any] | None = None, preview: bool = False) -> Recording:
    """Runs the whole `__main__.py` under the stack file of `stack`, or under other settings."""
    settings = stack_settings(stack) if config is None else config
    return record(lambda: runpy.run_path(str(ROOT / "__main__.py")), stack=stack, config=settings, preview=preview)


def stack_settings(stack: str) -> dict[str, Any]:
    """What a stack file says, without the project's prefix."""
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    prefix = f"{PROJECT}:"
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def _plain(value: Any) -> Any:
    """An archive as its path, since two archives of Pulumi never equal each other."""
    return value.path if isinstance(value, pulumi.FileArchive) else value


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
