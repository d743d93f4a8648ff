"""Every type of the table, through its whole life against a server."""

import pytest

from sandbox.provider.schema import Input, same
from sandbox.provider.services import RESOURCE_TYPES
from tests.sandbox.provider.driver import TYPES, Plugin, made_for, make, urn_of
from tests.sandbox.provider.examples import EXAMPLES

NOT_TOLD_BY_AWS = {
    "blockPublicPolicy",
    "code",  # told by codeSha256
    "confirmationTimeoutInMinutes",
    "deletionWindowInDays",
    "endpointAutoConfirms",
    "forceDestroy",
    "recoveryWindowInDays",
    "rotateImmediately",
    "rotationPeriodInDays",  # moto's gap, not AWS's
    "sqsManagedSseEnabled",  # moto's gap, not AWS's
}

CHANGEABLE = [name for name in TYPES if not all(item.replace for item in RESOURCE_TYPES[name].inputs.values())]


def test_there_is_an_example_of_every_served_type() -> None:
    assert set(EXAMPLES) == set(RESOURCE_TYPES), "a new type gets its round trip on the day it is written"


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_what_was_created_shows_no_difference_to_the_program(plugin: Plugin, pulumi_type: str) -> None:
    _, state, inputs = make(plugin, pulumi_type)
    answer = plugin.diff(urn_of(pulumi_type), state, inputs)
    assert not answer.changes, f"a second up would change {answer.diffs}"


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_a_refresh_of_what_was_created_changes_neither_state_nor_inputs(plugin: Plugin, pulumi_type: str) -> None:
    resource_id, state, inputs = make(plugin, pulumi_type)
    assert plugin.read(urn_of(pulumi_type), resource_id, state, inputs) == (resource_id, state, inputs)


@pytest.mark.parametrize("pulumi_type", CHANGEABLE)
def test_an_update_in_place_arrives_at_aws_and_then_shows_no_difference(plugin: Plugin, pulumi_type: str) -> None:
    resource_id, state, inputs = make(plugin, pulumi_type)
    example, urn = EXAMPLES[pulumi_type], urn_of(pulumi_type)
    program = {**inputs, **example.change, **made_for(plugin, example.change_needs)}
    changed, failures = plugin.check(urn, program, inputs)
    assert not failures
    answer = plugin.diff(urn, state, changed)
    assert (answer.changes, answer.replaces) == (True, []), "the change must be one in place"
    after = plugin.update(urn, resource_id, state, changed)
    assert not plugin.diff(urn, after, changed).changes
    found, entry = plugin.read(urn, resource_id, state, changed)[1], RESOURCE_TYPES[pulumi_type]
    differing = {
        name
        for name in after
        if found.get(name) != after[name] and not same(entry.inputs.get(name, Input()), found.get(name), after[name])
    }
    assert differing <= NOT_TOLD_BY_AWS, "AWS has what the state says, whatever the state was before"


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_what_was_deleted_is_gone_and_a_second_deletion_is_no_error(plugin: Plugin, pulumi_type: str) -> None:
    resource_id, state, inputs = make(plugin, pulumi_type)
    urn = urn_of(pulumi_type)
    plugin.delete(urn, resource_id, state)
    if EXAMPLES[pulumi_type].gone_after_delete:
        assert plugin.read(urn, resource_id, state, inputs) == (None, {}, {})
    if EXAMPLES[pulumi_type].deletes_twice:
        plugin.delete(urn, resource_id, state)


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_an_import_by_id_finds_what_the_program_declares(plugin: Plugin, pulumi_type: str) -> None:
    resource_id, made, inputs = make(plugin, pulumi_type)
    urn = urn_of(pulumi_type)
    own_id, state, imported = plugin.read(urn, EXAMPLES[pulumi_type].import_id.format(**made) or resource_id)
    assert own_id == resource_id
    assert set(plugin.diff(urn, state, inputs).diffs) <= NOT_TOLD_BY_AWS
    completed, failures = plugin.check(urn, imported, imported)
    assert not failures, "what an import writes into the program must pass its own check"
    assert not plugin.diff(urn, state, completed).changes


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_a_preview_echoes_inputs_and_leaves_what_aws_decides_unknown(plugin: Plugin, pulumi_type: str) -> None:
    _, real, inputs = make(plugin, pulumi_type)
    resource_id, foreseen = plugin.create(urn_of(pulumi_type), inputs, preview=True)
    assert resource_id == ""
    for name in RESOURCE_TYPES[pulumi_type].outputs:
        assert foreseen[name] == "04da6b54-80e4-46f7-96ec-b56ff0331ba9", f"{name} is AWS's to decide"
    told = {name for name in inputs if not name.startswith("__")}
    assert {name: foreseen[name] for name in told} == {name: inputs[name] for name in told}
    assert foreseen.get("tagsAll") == real.get("tagsAll")
    assert set(real) <= set(foreseen), "an output that a preview lacks would read as absent, not as unknown"


@pytest.mark.parametrize("pulumi_type", CHANGEABLE)
def test_a_preview_of_an_update_gives_what_the_update_gives(plugin: Plugin, pulumi_type: str) -> None:
    resource_id, state, inputs = make(plugin, pulumi_type)
    example, urn = EXAMPLES[pulumi_type], urn_of(pulumi_type)
    changed, _ = plugin.check(urn, {**inputs, **example.change}, inputs)
    foreseen = plugin.update(urn, resource_id, state, changed, preview=True)
    assert foreseen == plugin.update(urn, resource_id, state, changed)
