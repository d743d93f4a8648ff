"""One secret in an in-memory Secrets Manager that is as strict as AWS (moto is not; rotation study, section 8.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rotation_lambda.contracts import SecretDescription, Stage
from rotation_lambda.errors import (
    LabelMovedError,
    NoValueError,
    StoreBusyError,
    StoreOutcomeUnknownError,
    VersionTakenError,
)
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.clock import BEGIN, SimulatedTime
from tests.rotation_lambda.simulation.faults import Wire

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    """Values never change and never go; labels move."""

    values: Mapping[str, ApiKeyValue] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changed: datetime = BEGIN

    def version_at(self, stage: Stage) -> str | None:
        return next((version for version, labels in self.labels.items() if stage in labels), None)

    def value_at(self, stage: Stage) -> ApiKeyValue | None:
        version = self.version_at(stage)
        return None if version is None else self.values.get(version)

    def read(self, version: str, stage: Stage) -> ApiKeyValue:
        if stage not in self.labels.get(version, _NONE) or version not in self.values:
            raise NoValueError("no such value")
        return self.values[version]


class StrictSecret:
    """A secret: placeholders without value, immutable versions, labels that move by compare-and-swap.

    Attributes:
        state: What is.
        before: What was before the last change: what a stale read shows.
    """

    def __init__(self, arn: str, tags: Mapping[str, str], function: str, time: SimulatedTime) -> None:
        self.arn = arn
        self.tags = tags
        self.function = function
        self.state = State()
        self.before = self.state
        self._time = time

    def description(self, state: State) -> SecretDescription:
        return SecretDescription(
            arn=self.arn,
            tags=self.tags,
            rotation_function=self.function,
            stages=state.labels,
            changed=state.changed,
        )

    def put(self, version: str, value: ApiKeyValue, stage: Stage) -> None:
        stored = self.state.values.get(version)
        if stored is not None:
            if stored != value:
                raise VersionTakenError("the version has another value")
            return  # the same data again "succeeds but does nothing" (API reference, PutSecretValue)
        self._become({**self.state.values, version: value}, self._moved(stage, version))

    def move(self, stage: Stage, to: str | None, seen_at: str | None) -> None:
        if self.state.version_at(stage) != seen_at:
            raise LabelMovedError("the label is on another version")
        self._become(self.state.values, self._moved(stage, to))

    def begin_rotation(self, version: str) -> None:
        """What Secrets Manager does before createSecret: AWSPENDING on a version without a value."""
        self._become(self.state.values, self._moved(Stage.PENDING, version))

    def end_rotation(self) -> None:
        """What Secrets Manager does after finishSecret, some time later."""
        self._become(self.state.values, self._moved(Stage.PENDING, None))

    def write(self, version: str, value: ApiKeyValue) -> None:
        """A person writes a value: it is current at once, and a rotation that is under way is abandoned."""
        pending = self.state.version_at(Stage.PENDING)
        if pending is not None:
            self.end_rotation()
        self.put(version, value, Stage.CURRENT)

    def _moved(self, stage: Stage, to: str | None) -> dict[str, frozenset[str]]:
        """The labels with `stage` on `to`; moving AWSCURRENT moves AWSPREVIOUS behind it."""
        before = self.state.version_at(stage)
        if before == to:
            return dict(self.state.labels)
        labels = _without(self.state.labels, stage)
        if to is not None:
            labels[to] = labels.get(to, _NONE) | {stage}
        if stage is Stage.CURRENT and before is not None:
            labels = _without(labels, Stage.PREVIOUS)
            labels[before] = labels.get(before, _NONE) | {Stage.PREVIOUS}
        return labels

    def _become(self, values: Mapping[str, ApiKeyValue], labels: Mapping[str, frozenset[str]]) -> None:
        self.before = self.state
        self.state = State(values, labels, self._time.true_now())


def _without(labels: Mapping[str, frozenset[str]], stage: Stage) -> dict[str, frozenset[str]]:
    kept = {version: stages - {stage} for version, stages in labels.items()}
    return {version: stages for version, stages in kept.items() if stages}


class SimulatedStore:
    """The contract's SecretStore over the wire."""

    def __init__(self, secret: StrictSecret, wire: Wire) -> None:
        self._secret = secret
        self._wire = wire

    def describe(self, arn: str) -> SecretDescription:
        secret = self._of(arn)
        return self._wire.read(
            "describe",
            lambda: secret.description(secret.state),
            lambda: secret.description(secret.before),
            StoreBusyError("throttled"),
        )

    def read(self, arn: str, version: str, stage: Stage) -> ApiKeyValue:
        secret = self._of(arn)
        return self._wire.read(
            f"read {stage}",
            lambda: secret.state.read(version, stage),
            lambda: secret.before.read(version, stage),
            StoreBusyError("throttled"),
        )

    def put_pending(self, arn: str, version: str, value: ApiKeyValue) -> None:
        self._change("put", lambda: self._of(arn).put(version, value, Stage.PENDING))

    def promote(self, arn: str, version: str, instead_of: str | None) -> None:
        self._change("promote", lambda: self._of(arn).move(Stage.CURRENT, version, instead_of))

    def remove_label(self, arn: str, version: str, stage: Stage) -> None:
        self._change(f"remove {stage}", lambda: self._of(arn).move(stage, None, version))

    def _change(self, name: str, do: Callable[[], None]) -> None:
        self._wire.change(
            name, do, refused=StoreBusyError("throttled"), in_doubt=StoreOutcomeUnknownError("the reply was lost")
        )

    def _of(self, arn: str) -> StrictSecret:
        assert arn == self._secret.arn, "the protocol asked for another secret than the event's"
        return self._secret
