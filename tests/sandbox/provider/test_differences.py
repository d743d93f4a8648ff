"""When there is a change, and which kind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.provider.experimental.provider import PropertyDiffKind
from pulumi.runtime.rpc import UNKNOWN

from sandbox.provider.documents import equal_documents
from tests.sandbox.provider.driver import DEFAULT_TAGS, Plugin, make, urn_of
from tests.sandbox.provider.examples import policy

SECRET, POLICY = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretPolicy:SecretPolicy"
ROLE, ROLE_POLICY, KEY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:kms/key:Key"


def kinds(plugin: Plugin, pulumi_type: str, state: dict[str, Any], inputs: dict[str, Any]) -> dict[str, str]:
    answer = plugin.diff(urn_of(pulumi_type), state, inputs)
    return {name: diff.kind.name for name, diff in answer.detailed_diff.items()}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ('{"a": [1, 2]}', '{ "a":[2,1] }', True),
        ('{"Action": "s3:Get"}', '{"Action": ["s3:Get"]}', True),
        ('{"Statement": {"a": 1}}', '{"Statement": [{"a": 1}]}', True),
        ('{"Bool": {"aws:SecureTransport": true}}', '{"Bool": {"aws:SecureTransport": "true"}}', True),
        ('{"Action": ["a", "b"]}', '{"Action": ["a"]}', False),
        ('{"Action": "a", "Effect": "Allow"}', '{"Action": "a", "Effect": "Deny"}', False),
        ("not json", "not  json", False),
        ("same", "same", True),
    ],
)
def test_policies_are_compared_as_aws_means_them(one: str, other: str, *, equal: bool) -> None:
    assert equal_documents(one, other) == equal


def test_another_text_of_the_same_policy_is_no_change(plugin: Plugin) -> None:
    _, state, inputs = make(plugin, ROLE)
    again = json.dumps(json.loads(inputs["assumeRolePolicy"]), indent=4, sort_keys=True)
    assert kinds(plugin, ROLE, state, {**inputs, "assumeRolePolicy": again}) == {}


def test_an_input_added_changed_or_removed_shows_as_such(plugin: Plugin) -> None:
    _, state, inputs = make(plugin, ROLE)
    assert kinds(plugin, ROLE, state, {**inputs, "description": "x"}) == {"description": "ADD"}
    described = {**state, "description": "x"}
    assert kinds(plugin, ROLE, described, {**inputs, "description": "y"}) == {"description": "UPDATE"}
    assert kinds(plugin, ROLE, described, inputs) == {"description": "DELETE"}
    assert kinds(plugin, ROLE, state, {**inputs, "path": "/saas/"}) == {"path": "UPDATE_REPLACE"}


def test_leaving_out_what_aws_fills_in_is_no_change(plugin: Plugin) -> None:
    _, state, inputs = make(plugin, KEY)
    without = {name: value for name, value in inputs.items() if name not in {"policy", "description"}}
    assert kinds(plugin, KEY, state, without) == {}


def test_an_ignored_change_is_no_change(plugin: Plugin) -> None:
    _, state, inputs = make(plugin, SECRET)
    inputs = {**inputs, "description": "new"}
    assert plugin.diff(urn_of(SECRET), state, inputs).diffs == ["description"]
    assert not plugin.diff(urn_of(SECRET), state, inputs, ignore=["description"]).changes


def test_the_recovery_window_changes_only_the_state_until_the_deletion_uses_it(
    plugin: Plugin, aws: Callable[[str], Any]
) -> None:
    arn, state, inputs = make(plugin, SECRET)
    before = aws("secretsmanager").describe_secret(SecretId=arn)
    state = plugin.update(urn_of(SECRET), arn, state, {**inputs, "recoveryWindowInDays": 0})
    after = aws("secretsmanager").describe_secret(SecretId=arn)
    assert before["LastChangedDate"] == after["LastChangedDate"]
    plugin.delete(urn_of(SECRET), arn, state)
    assert aws("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"] == []


def test_a_key_is_deleted_with_its_own_window(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    key_id, state, _ = make(plugin, KEY)
    plugin.delete(urn_of(KEY), key_id, {**state, "deletionWindowInDays": 9})
    key = aws("kms").describe_key(KeyId=key_id)["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"
    assert round((key["DeletionDate"] - key["CreationDate"]).total_seconds() / 86400) == 9


def test_a_replacement_under_the_programs_own_name_deletes_first(plugin: Plugin) -> None:
    _, state, inputs = make(plugin, ROLE)
    assert plugin.diff(urn_of(ROLE), state, {**inputs, "path": "/saas/"}).delete_before_replace
    renamed = {**inputs, "path": "/saas/", "name": "other"}
    assert not plugin.diff(urn_of(ROLE), state, renamed).delete_before_replace


def test_a_default_tag_reaches_aws_but_not_the_resources_own_tags(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    arn, state, _ = make(plugin, SECRET)
    assert state["tags"] == {"tenant": "acme"}
    assert state["tagsAll"] == {**DEFAULT_TAGS, "tenant": "acme"}
    live = aws("secretsmanager").describe_secret(SecretId=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in live} == state["tagsAll"]


def test_a_resources_own_tag_wins_over_a_default_one(plugin: Plugin) -> None:
    inputs, _ = plugin.check(urn_of(SECRET), {"name": "s", "tags": {"app": "other"}})
    assert plugin.create(urn_of(SECRET), inputs)[1]["tagsAll"] == {**DEFAULT_TAGS, "app": "other"}


def test_an_own_tag_that_equals_a_default_one_stays_the_resources_own(plugin: Plugin) -> None:
    inputs, _ = plugin.check(urn_of(SECRET), {"name": "s", "tags": {"app": "myapp"}})
    _, state = plugin.create(urn_of(SECRET), inputs)
    assert state["tags"] == {"app": "myapp"}
    assert not plugin.diff(urn_of(SECRET), state, inputs).changes


def test_other_default_tags_change_every_tagged_resource(plugin: Plugin) -> None:
    arn, state, inputs = make(plugin, SECRET)
    other = Plugin()
    other.configure(defaultTags='{"tags": {"app": "renamed"}}')
    assert kinds(other, SECRET, state, inputs) == {"tagsAll": "UPDATE"}
    assert other.update(urn_of(SECRET), arn, state, inputs)["tagsAll"] == {"app": "renamed", "tenant": "acme"}


def test_unknown_tags_make_all_tags_unknown(plugin: Plugin) -> None:
    foreseen = plugin.create(urn_of(SECRET), {"name": "s", "tags": UNKNOWN}, preview=True)[1]
    assert foreseen["tagsAll"] == UNKNOWN


def test_a_tag_changed_behind_pulumis_back_is_found_and_repaired(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    arn, state, inputs = make(plugin, SECRET)
    client = aws("secretsmanager")
    client.tag_resource(SecretId=arn, Tags=[{"Key": "tenant", "Value": "globex"}, {"Key": "x", "Value": "y"}])
    client.untag_resource(SecretId=arn, TagKeys=["app"])
    _, found, _ = plugin.read(urn_of(SECRET), arn, state, inputs)
    assert found["tags"] == {"tenant": "globex", "x": "y"}
    assert kinds(plugin, SECRET, found, inputs) == {"tags": "UPDATE", "tagsAll": "UPDATE"}
    assert plugin.update(urn_of(SECRET), arn, found, inputs) == state


def test_a_policy_changed_behind_pulumis_back_is_found_and_repaired(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    arn, state, inputs = make(plugin, POLICY)
    wide = policy("Allow", "secretsmanager:*", "*")
    aws("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=wide)
    _, found, _ = plugin.read(urn_of(POLICY), arn, state, inputs)
    assert kinds(plugin, POLICY, found, inputs) == {"policy": "UPDATE"}
    assert plugin.update(urn_of(POLICY), arn, found, inputs) == state
    aws("secretsmanager").delete_resource_policy(SecretId=arn)
    _, found, _ = plugin.read(urn_of(POLICY), arn, state, inputs)
    assert set(kinds(plugin, POLICY, found, inputs)) == {"policy"}


def test_what_was_deleted_behind_pulumis_back_reads_as_gone(plugin: Plugin, aws: Callable[[str], Any]) -> None:
    resource_id, state, inputs = make(plugin, ROLE_POLICY)
    role, _, name = resource_id.partition(":")
    aws("iam").delete_role_policy(RoleName=role, PolicyName=name)
    assert plugin.read(urn_of(ROLE_POLICY), resource_id, state, inputs) == (None, {}, {})


def test_the_kind_of_every_difference_has_its_replacing_twin() -> None:
    assert {kind.name for kind in PropertyDiffKind} == {
        "ADD",
        "ADD_REPLACE",
        "DELETE",
        "DELETE_REPLACE",
        "UPDATE",
        "UPDATE_REPLACE",
    }
