"""What would change, and whether that takes a new resource."""

from collections.abc import Mapping

from pulumi.provider.experimental.provider import PropertyDiffKind as Diff

from sandbox.provider.checking import DEFAULTS
from sandbox.provider.schema import Input, Kind, ResourceType, same
from sandbox.provider.values import UNKNOWN, State, has_unknown, is_empty

_WITH_REPLACEMENT = {
    Diff.ADD: Diff.ADD_REPLACE,
    Diff.UPDATE: Diff.UPDATE_REPLACE,
    Diff.DELETE: Diff.DELETE_REPLACE,
}
REPLACING = frozenset(_WITH_REPLACEMENT.values())


def all_tags(entry: ResourceType, inputs: State, default_tags: Mapping[str, str]) -> State:
    """Return `{"tagsAll": …}`: the default tags under the resource's own; nothing for a type without tags."""
    if not entry.tagged:
        return {}
    own = inputs.get("tags", {})
    return {"tagsAll": UNKNOWN if own == UNKNOWN else {**default_tags, **own}}


def differences(entry: ResourceType, old: State, new: State, default_tags: Mapping[str, str]) -> dict[str, Diff]:
    """Compare the state with new inputs; empty when there is nothing to do.

    Args:
        entry: the type.
        old: the last outputs, in which the inputs are echoed.
        new: the checked inputs; an unknown one counts as different.
        default_tags: of the provider; they show as `tagsAll`.
    """
    found: dict[str, Diff] = {}
    for name, item in entry.inputs.items():
        kind = None if item.kind is Kind.ARCHIVE else _difference(item, old.get(name), new.get(name))
        if kind is not None:
            found[name] = _WITH_REPLACEMENT[kind] if item.replace else kind
    wanted = all_tags(entry, new, default_tags)
    if wanted and wanted["tagsAll"] != old.get("tagsAll", {}):
        found["tagsAll"] = Diff.UPDATE
    return found


def name_is_taken(entry: ResourceType, old: State, new: State) -> bool:
    """Tell whether a replacement would need the old one's name, which the program chose itself.

    The real provider then deletes before it creates (pulumi-terraform-bridge, nameRequiresDeleteBeforeReplace).
    """
    named = entry.auto_name
    if named is None or named.input in new.get(DEFAULTS, []):
        return False
    return old.get(named.input) == new.get(named.input)


def _difference(item: Input, old: object, new: object) -> Diff | None:
    if new is None:
        return None if item.computed or is_empty(old) else Diff.DELETE
    if not has_unknown(new) and same(item, old, new):
        return None
    return Diff.ADD if old is None else Diff.UPDATE
