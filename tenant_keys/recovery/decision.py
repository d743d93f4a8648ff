"""What is done about each pending operation, given the state and what exists in AWS."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tenant_keys import naming
from tenant_keys.recovery.state import KMS_KEY, Pending, State

_CREATING = "creating"
# The resource stands in the state: reading it anew settles whether the operation took effect.
_SETTLED_BY_REFRESH = ("updating", "deleting")


class Action(StrEnum):
    """What is done about one pending operation."""

    IMPORT = "import"
    CLEAR = "clear"
    REFRESH = "refresh"
    BY_HAND = "by hand"


@dataclass(frozen=True, kw_only=True)
class Existing:
    """Something in AWS that a pending create may have made.

    Attributes:
        id: What the provider calls it.
        tags: Its tags; None for a type that carries none when it has just been made.
        alias: The alias of this app that points to it, if it is a KMS key.
        obstacle: Why it can't be taken over, and what to do; None if it can.
        import_id: How `pulumi import` names it, where that is not its id.
    """

    id: str
    tags: Mapping[str, str] | None = None
    alias: str | None = None
    obstacle: str | None = None
    import_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """The decision on one pending operation; `id` is what it made or what the state has, as far as known.

    For an import, `id` is the one that the import names.
    """

    pending: Pending
    action: Action
    why: str
    id: str | None = None


def decide(
    state: State, found: Mapping[str, Sequence[Existing] | None], environment_tags: Mapping[str, str]
) -> tuple[Row, ...]:
    """Decides on every pending operation, once for each resource.

    Args:
        state: The state.
        found: By URN of a pending create, what exists in AWS under its name; for a KMS key, all that carry this
            environment's tags. None where there is no way to look.
        environment_tags: The tags of every resource of the environment.
    """
    once = {(each.urn, each.kind): each for each in state.pending}
    return tuple(_decide(each, state, found.get(each.urn), environment_tags) for each in once.values())


def unclaimed(
    state: State,
    rows: Sequence[Row],
    kms_keys: Sequence[Existing],
    environment_tags: Mapping[str, str],
    tenants: Collection[str],
) -> tuple[Existing, ...]:
    """The KMS keys of this environment and of these tenants, or of none, that neither the state nor an import has.

    An `up` after a kill, without a recovery between them, leaves such keys: it makes a second one and uses that.
    """
    taken = {*state.ids, *(row.id for row in rows if row.action is Action.IMPORT)}
    return tuple(
        key
        for key in kms_keys
        if key.id not in taken
        and _carries(key, environment_tags)
        and (key.tags or {}).get(naming.TENANT_TAG) in {None, *tenants}
    )


def _decide(
    pending: Pending, state: State, found: Sequence[Existing] | None, environment_tags: Mapping[str, str]
) -> Row:
    known = state.id_of(pending.urn)
    if pending.kind in _SETTLED_BY_REFRESH and known:
        why = "it is read anew into the state; `pulumi up` does what is left of it"
        return Row(pending=pending, action=Action.REFRESH, why=why, id=known)
    if pending.kind != _CREATING or not pending.in_aws:
        return Row(pending=pending, action=Action.CLEAR, why="a record of the engine's own, AWS has nothing of it")
    if found is None:
        why = (
            f"how to look {pending.type} up is not known here. See in AWS whether it was made, and `pulumi import` it "
            "if so; then drop the record with `pulumi refresh --clear-pending-creates`"
        )
        return Row(pending=pending, action=Action.BY_HAND, why=why)
    fitting = tuple(_fitting(pending, state, found, environment_tags))
    return _decide_create(pending, fitting, environment_tags) if known is None else _superseded(pending, known, fitting)


def _decide_create(pending: Pending, fitting: Sequence[Existing], environment_tags: Mapping[str, str]) -> Row:
    """Decides on a create of something that the state does not have."""
    if not fitting:
        return Row(pending=pending, action=Action.CLEAR, why="not in AWS; `pulumi up` makes it")
    if len(fitting) > 1:
        why = (
            f"{len(fitting)} fit: {', '.join(each.id for each in fitting)}. Schedule the deletion of all but one, "
            "each after a look that nothing uses it; then run this again"
        )
        return Row(pending=pending, action=Action.BY_HAND, why=why)
    (only,) = fitting
    if only.obstacle:
        return Row(pending=pending, action=Action.BY_HAND, why=only.obstacle, id=only.id)
    if not _is_of(pending, only, environment_tags):
        why = "it exists and lacks this resource's tags, so the killed run did not make it. Find out whose it is"
        return Row(pending=pending, action=Action.BY_HAND, why=why, id=only.id)
    return Row(
        pending=pending, action=Action.IMPORT, why="AWS has it and the state has not", id=only.import_id or only.id
    )


def _superseded(pending: Pending, known: str, fitting: Sequence[Existing]) -> Row:
    """Decides on a create of something that the state has: made by a later run, or about to be replaced."""
    other = next((each.id for each in fitting if each.id != known), None)
    if other is None or pending.type == KMS_KEY:  # a second KMS key is told among those that nobody claims
        return Row(pending=pending, action=Action.CLEAR, why="the state has it", id=known)
    why = f"the state has {known}, and AWS has {other} too, made to replace it. Delete {other} if nothing uses it"
    return Row(pending=pending, action=Action.BY_HAND, why=why, id=other)


def _fitting(
    pending: Pending, state: State, found: Sequence[Existing], environment_tags: Mapping[str, str]
) -> Iterator[Existing]:
    """What the create may have made. A name has one bearer; KMS keys have none and are told apart by their tags."""
    if pending.type != KMS_KEY:
        yield from found
        return
    fitting = [each for each in found if each.id not in state.ids and _is_of(pending, each, environment_tags)]
    with_alias = [each for each in fitting if each.alias]
    yield from with_alias if len(with_alias) == 1 else fitting


def _is_of(pending: Pending, existing: Existing, environment_tags: Mapping[str, str]) -> bool:
    """Whether the tags are those that the create would have given, and of no other tenant."""
    if existing.tags is None:
        return True
    wanted = {**environment_tags, **(pending.inputs.get("tags") or {})}
    return _carries(existing, wanted) and existing.tags.get(naming.TENANT_TAG) == wanted.get(naming.TENANT_TAG)


def _carries(existing: Existing, wanted: Mapping[str, str]) -> bool:
    return existing.tags is not None and wanted.items() <= existing.tags.items()
