"""The form of a table entry: what a resource type takes, gives back and does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest

from sandbox.provider.documents import equal_documents
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Shape, comparable
from sandbox.provider.values import State, is_empty

Rule = Callable[[object], str | None]
"""Says what is wrong with a value that is known, or None."""


class Kind(Enum):
    """What an input holds; the text is how a failure names it."""

    TEXT = "a string"
    TEXTS = "a list of strings"
    NUMBER = "a whole number"
    AMOUNT = "a number"
    FLAG = "true or false"
    POLICY = "a JSON document"
    MAP = "a map of strings"
    TAGS = MAP
    ARCHIVE = "an archive of files"
    BLOCK = "an object"
    BLOCKS = "a list of objects"


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input of a type, as the real provider's schema has it.

    Attributes:
        kind: what it holds.
        required: must be given.
        replace: a change makes a new resource (ForceNew).
        default: what the provider fills in when it is left out.
        computed: AWS fills it in when it is left out, so leaving it out is no difference.
        rule: what a known value must satisfy.
        shape: the fields of a BLOCK or BLOCKS input.
        same: when the real provider treats two different values as equal.
        told_by: for an ARCHIVE, the input with its digest; the engine shows no archive to whoever compares.
    """

    kind: Kind = Kind.TEXT
    required: bool = False
    replace: bool = False
    default: object = None
    computed: bool = False
    rule: Rule | None = None
    shape: Shape | None = None
    same: Callable[[str, str], bool] | None = None
    told_by: str = ""


@dataclass(frozen=True, kw_only=True)
class AutoName:
    """How a physical name is made when the program leaves it out: logical name, `-`, seven hex digits.

    Attributes:
        input: the input that holds the name.
        limit: AWS's longest name.
        pattern: where the made name goes, e.g. `alias/{}`.
        lower: AWS takes lower case only.
    """

    input: str = "name"
    limit: int
    pattern: str = "{}"
    lower: bool = False


@dataclass(frozen=True)
class Change:
    """An update: the state before, the wanted inputs after, and the names of what differs."""

    old: State
    new: State
    names: frozenset[str]

    @property
    def removed_tags(self) -> list[str]:
        """Keys of tags to take away."""
        return sorted(set(self.old.get("tagsAll", {})) - set(self.new.get("tagsAll", {})))


def _nothing_more(_aws: Aws, _resource_id: str, _wanted: State) -> None:
    """Most types are complete once created."""


def _by_own_id(resource_id: str) -> tuple[str, State]:
    """Most types are imported by their own id."""
    return resource_id, {}


def _never(_aws: Aws, resource_id: str, _change: Change) -> None:
    raise AssertionError(f"{resource_id}: every input of this type replaces")


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One table entry.

    Attributes:
        pulumi_type: Pulumi's type token.
        source: the file of hashicorp/terraform-provider-aws where the schema was read.
        inputs: by Pulumi name.
        outputs: computed ones that are no inputs.
        unserved: inputs that pulumi_aws has and the sandbox refuses.
        auto_name: how its name is made, if the real provider makes one.
        gone: AWS's error codes that say that the resource is not there.
        imported: from the id that an import names, the provider's own id and what else it says.
        regional: has the `region` output that pulumi_aws 7 gives to all but global types.
        create: makes the resource and returns its id; wanted state has `tagsAll`.
        complete: the calls that a new resource needs beyond the first; a failure keeps it in state.
        read: the live state, or None if it is gone. An input that AWS does not tell is left out and keeps the
            value in state. Gets the state so far.
        update: applies a change. Inputs that only matter at delete need no code.
        delete: gets the state, for the inputs that only matter then.
    """

    pulumi_type: str
    source: str
    inputs: Mapping[str, Input]
    outputs: tuple[str, ...] = ()
    unserved: frozenset[str] = frozenset()
    auto_name: AutoName | None = None
    gone: frozenset[str]
    imported: Callable[[str], tuple[str, State]] = field(default=_by_own_id)
    regional: bool = True
    create: Callable[[Aws, State], str]
    complete: Callable[[Aws, str, State], None] = field(default=_nothing_more)
    read: Callable[[Aws, str, State], State | None]
    update: Callable[[Aws, str, Change], None] = field(default=_never)
    delete: Callable[[Aws, str, State], None]

    @property
    def computed(self) -> tuple[str, ...]:
        """Every output that a preview of a new resource leaves unknown."""
        return (*self.outputs, *(name for name, item in self.inputs.items() if item.computed))

    @property
    def tagged(self) -> bool:
        """Whether the type takes tags, and so the provider's default tags."""
        return "tags" in self.inputs


def same(item: Input, old: object, new: object) -> bool:
    """Tell whether the real provider sees no difference between two values of an input."""
    if old == new or (is_empty(old) and is_empty(new)):
        return True
    if item.kind is Kind.TEXTS and isinstance(old, list) and isinstance(new, list):
        return sorted(old) == sorted(new)
    if isinstance(old, str) and isinstance(new, str):
        if item.kind is Kind.POLICY:
            return equal_documents(old, new)
        return item.same is not None and item.same(old, new)
    return item.shape is not None and _blocks(item.shape, old, new) == _blocks(item.shape, new, old)


def _blocks(shape: Shape, value: object, beside: object) -> list[State]:
    mine = value if isinstance(value, list) else [value]
    other = beside if isinstance(beside, list) else [beside]
    pairs = zip_longest(mine, other[: len(mine)])
    return [comparable(shape, one or {}, two or {}) for one, two in pairs]


def between(low: int, high: int, *also: int) -> Rule:
    """Demand a number from `low` to `high`, or one of `also`."""
    extra = "".join(f"{number} or " for number in also)
    return lambda value: (
        None
        if value in also or (isinstance(value, int) and low <= value <= high)
        else f"must be {extra}between {low} and {high}, got {value}"
    )


def length(low: int, high: int) -> Rule:
    """Demand a text of so many characters."""
    return lambda value: (
        None
        if low <= len(str(value)) <= high
        else f"must be {low} to {high} characters long, got {len(str(value))} in {str(value)!r}"
    )


def one_of(*words: str) -> Rule:
    """Demand one of a list of words."""
    return lambda value: None if value in words else f"must be one of {', '.join(words)}, got {value!r}"


def json_text(value: object) -> str | None:
    """Demand JSON."""
    try:
        json.loads(str(value))
    except ValueError as error:
        return f"must be JSON: {error}"
    return None


def same_json(one: str, other: str) -> bool:
    """Tell whether two texts are the same JSON; what is no JSON is the same as nothing else."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False
