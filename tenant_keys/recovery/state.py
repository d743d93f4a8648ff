"""The engine's exported state, as far as a recovery reads and changes it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

KMS_KEY = "aws:kms/key:Key"


@dataclass(frozen=True, kw_only=True)
class Pending:
    """One pending operation; `kind` is the engine's word for it, `creating` for example."""

    urn: str
    kind: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    custom: bool = True
    parent: str = ""
    provider: str = ""

    @property
    def type(self) -> str:
        """The resource's type, without its parents'."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.split("::", 3)[3]

    @property
    def in_aws(self) -> bool:
        """Whether AWS would know of it: components and providers are the engine's own."""
        return self.custom and not self.type.startswith("pulumi:")

    @property
    def provider_urn(self) -> str:
        """The provider without its id, which the engine's reference ends in."""
        return self.provider.rpartition("::")[0]


@dataclass(frozen=True, kw_only=True)
class State:
    """The resources as (URN, id), where a component's id is empty, and the pending operations."""

    resources: tuple[tuple[str, str], ...] = ()
    pending: tuple[Pending, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The ids of everything in the state, also of what waits for its deletion."""
        return frozenset(resource_id for _, resource_id in self.resources if resource_id)

    def id_of(self, urn: str) -> str | None:
        """The id of a resource; None if it is not in the state."""
        return dict(self.resources).get(urn)


def read_state(export: Mapping[str, Any]) -> State:
    """Reads what `pulumi stack export` prints; a stack that was never updated has nothing in it."""
    deployment = export.get("deployment") or {}
    return State(
        resources=tuple((each["urn"], each.get("id", "")) for each in deployment.get("resources") or ()),
        pending=tuple(_pending(each) for each in deployment.get("pending_operations") or ()),
    )


def import_file(imports: Iterable[tuple[Pending, str]]) -> dict[str, Any]:
    """The file that `pulumi import --file` takes.

    Args:
        imports: Each pending create with the id of what it made. Parent and provider are those that it would have had.
    """
    imports = list(imports)
    urns = {urn for pending, _ in imports for urn in (pending.parent, pending.provider_urn) if urn}
    return {
        "nameTable": {urn: urn for urn in sorted(urns)},
        "resources": [
            {
                "type": pending.type,
                "name": pending.name,
                "id": resource_id,
                **({"parent": pending.parent} if pending.parent else {}),
                **({"provider": pending.provider_urn} if pending.provider else {}),
            }
            for pending, resource_id in imports
        ],
    }


def without(export: Mapping[str, Any], settled: Collection[str]) -> dict[str, Any]:
    """The exported state without the pending operations of the `settled` URNs; all else stays as it was."""
    deployment = export["deployment"]
    left = [each for each in deployment.get("pending_operations") or () if each["resource"]["urn"] not in settled]
    return {**export, "deployment": {**deployment, "pending_operations": left}}


def _pending(operation: Mapping[str, Any]) -> Pending:
    resource = operation["resource"]
    return Pending(
        urn=resource["urn"],
        kind=operation["type"],
        inputs=resource.get("inputs") or {},
        custom=resource.get("custom", False),
        parent=resource.get("parent", ""),
        provider=resource.get("provider", ""),
    )
