"""Create, read, update and delete of one resource, the same way for every entry of the table."""

from sandbox.provider.checking import DEFAULTS
from sandbox.provider.differences import all_tags, differences
from sandbox.provider.errors import AwsError, PartialError, aws_sentence
from sandbox.provider.schema import Change, ResourceType, same
from sandbox.provider.session import Aws
from sandbox.provider.values import UNKNOWN, State, is_empty


def foreseen_creation(entry: ResourceType, aws: Aws, inputs: State) -> State:
    """Return the inputs, with every computed output unknown but those that follow from the settings."""
    return {
        **dict.fromkeys(entry.computed, UNKNOWN),
        **_echo(inputs),
        **all_tags(entry, inputs, aws.default_tags),
        **_region(entry, aws),
    }


def foreseen_update(entry: ResourceType, aws: Aws, old: State, new: State) -> State:
    """Return the new inputs over the old computed outputs, which an update in place keeps."""
    computed = {name: old[name] for name in entry.computed if name in old}
    tags = all_tags(entry, new, aws.default_tags)
    return {**computed, **_echo(new), **tags, **_region(entry, aws)}


def create(entry: ResourceType, aws: Aws, logical_name: str, inputs: State) -> tuple[str, State]:
    """Create a resource and return its id and state.

    Raises:
        AwsError: nothing was created.
        PartialError: it was created, but a later step failed.
    """
    wanted = {**inputs, **all_tags(entry, inputs, aws.default_tags)}
    with aws_sentence(f"creating {entry.pulumi_type} {logical_name!r}"):
        resource_id = entry.create(aws, wanted)
    try:
        with aws_sentence(f"finishing {entry.pulumi_type} {resource_id!r} after its creation"):
            entry.complete(aws, resource_id, wanted)
        live = _live(entry, aws, resource_id, wanted, inputs)
    except AwsError as error:
        state = {**_echo(wanted), **_region(entry, aws)}
        raise PartialError(str(error), resource_id, state, inputs) from error
    if live is None:
        raise AwsError(f"creating {entry.pulumi_type} {logical_name!r}: {resource_id} vanished at once", "NotFound")
    return resource_id, live


def read(entry: ResourceType, aws: Aws, resource_id: str, state: State, inputs: State) -> tuple[str, State] | None:
    """Return the resource's own id and its live state, or None if it is gone.

    Args:
        entry: the type.
        aws: where to look.
        resource_id: its id, or the one that an import names.
        state: the last known outputs; empty for an import.
        inputs: the last inputs; empty for an import.
    """
    own_id, so_far = resource_id, state
    if not state:
        own_id, said = entry.imported(resource_id)
        so_far = {**_defaults(entry), **said}
    live = _live(entry, aws, own_id, so_far, inputs)
    return None if live is None else (own_id, live)


def update(entry: ResourceType, aws: Aws, resource_id: str, old: State, new: State) -> State:
    """Apply new inputs and return the new state; inputs that only matter at delete change just the state.

    Raises:
        PartialError: a call failed; the state is what AWS has now.
    """
    names = frozenset(differences(entry, old, new, aws.default_tags))
    wanted = {**new, **all_tags(entry, new, aws.default_tags)}
    try:
        with aws_sentence(f"updating {entry.pulumi_type} {resource_id!r}"):
            entry.update(aws, resource_id, Change(old, wanted, names))
    except AwsError as error:
        try:
            live = _live(entry, aws, resource_id, old, new)
        except AwsError:
            live = None
        raise PartialError(str(error), resource_id, live or old, new) from error
    live = _live(entry, aws, resource_id, foreseen_update(entry, aws, old, new), new)
    if live is None:
        raise AwsError(f"updating {entry.pulumi_type} {resource_id!r}: it is gone; refresh the stack", "NotFound")
    return live


def delete(entry: ResourceType, aws: Aws, resource_id: str, state: State) -> None:
    """Delete a resource; one that is gone is no error."""
    try:
        with aws_sentence(f"deleting {entry.pulumi_type} {resource_id!r}"):
            entry.delete(aws, resource_id, state)
    except AwsError as error:
        if error.code not in entry.gone:
            raise


def inputs_of(entry: ResourceType, live: State, old: State) -> State:
    """Return the inputs that would give the live state: those of the program, or for an import all that matter."""
    if old:
        names = [name for name in old if name in live and name in entry.inputs]
        return {**{name: live[name] for name in names}, DEFAULTS: old.get(DEFAULTS, [])}
    return {
        name: live[name]
        for name, item in entry.inputs.items()
        if name in live and (item.required or not (is_empty(live[name]) or live[name] == item.default))
    }


def _live(entry: ResourceType, aws: Aws, resource_id: str, so_far: State, inputs: State) -> State | None:
    try:
        with aws_sentence(f"reading {entry.pulumi_type} {resource_id!r}"):
            live = entry.read(aws, resource_id, so_far)
    except AwsError as error:
        if error.code in entry.gone:
            return None
        raise
    if live is None:
        return None
    state = {name: live.get(name) for name in entry.outputs}
    for name, item in entry.inputs.items():
        known = so_far.get(name)
        keeps = name not in live or (known is not None and same(item, live[name], known))
        state[name] = known if keeps else live[name]
    return {**state, **_live_tags(entry, aws, live, inputs), **_region(entry, aws)}


def _live_tags(entry: ResourceType, aws: Aws, live: State, inputs: State) -> State:
    """Split live tags as the real provider does: a default tag is the resource's own only if it says so."""
    if not entry.tagged:
        return {}
    everything = {key: text for key, text in live["tagsAll"].items() if not key.startswith("aws:")}
    said = inputs.get("tags", {})
    own = {key: text for key, text in everything.items() if key in said or aws.default_tags.get(key) != text}
    return {"tags": own or None, "tagsAll": everything}


def _echo(inputs: State) -> State:
    return {name: value for name, value in inputs.items() if name != DEFAULTS}


def _region(entry: ResourceType, aws: Aws) -> State:
    return {"region": aws.region} if entry.regional else {}


def _defaults(entry: ResourceType) -> State:
    return {name: item.default for name, item in entry.inputs.items() if item.default is not None}
