"""After a killed up: what was made is found under what the program gave it, and an import of it finds the same."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sandbox.provider.services import RESOURCE_TYPES
from tenant_keys.cli.lookups import LOOKUPS, Cloud
from tenant_keys.naming import Names
from tests.sandbox.provider.driver import DEFAULT_TAGS, REGION, TYPES, Plugin, made_for, make, urn_of
from tests.sandbox.provider.examples import EXAMPLES

if TYPE_CHECKING:
    from sandbox.provider.values import State

NAMES = Names(app="myapp", account="123456789012", region=REGION)


@pytest.fixture
def cloud(aws: Callable[[str], Any]) -> Cloud:
    assert aws, "the account is empty, and boto3 talks to it"
    return Cloud(boto3.Session(region_name=REGION), NAMES)


def test_there_is_a_way_to_look_for_every_type_of_the_program() -> None:
    assert set(LOOKUPS) == set(RESOURCE_TYPES), "a killed up would be left to a person"


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_what_a_killed_up_made_is_found_and_can_be_imported(plugin: Plugin, cloud: Cloud, pulumi_type: str) -> None:
    resource_id, _, inputs = make(plugin, pulumi_type)
    found = cloud.find(pulumi_type, inputs)
    assert found is not None
    existing = next(each for each in found if each.id == resource_id)
    own_id, _, _ = plugin.read(urn_of(pulumi_type), existing.import_id or existing.id)
    assert own_id == resource_id
    if RESOURCE_TYPES[pulumi_type].tagged and existing.tags is not None:
        assert existing.tags == {**DEFAULT_TAGS, **EXAMPLES[pulumi_type].inputs["tags"]}, (
            "or it is taken for a stranger's"
        )


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_what_was_never_made_is_not_found(plugin: Plugin, cloud: Cloud, pulumi_type: str) -> None:
    example = EXAMPLES[pulumi_type]
    program: State = {**example.inputs, **made_for(plugin, example.needs)}
    inputs, _ = plugin.check(urn_of(pulumi_type), program)
    assert not cloud.find(pulumi_type, inputs) or pulumi_type in ALWAYS_THERE


def test_a_log_group_is_not_taken_for_one_whose_name_begins_alike(aws: Callable[[str], Any], cloud: Cloud) -> None:
    aws("logs").create_log_group(logGroupName="/aws/lambda/myapp--notices-of-old")
    assert not cloud.find("aws:cloudwatch/logGroup:LogGroup", {"name": "/aws/lambda/myapp--notices"})


def test_an_owner_is_not_taken_for_another_owner_of_the_topic(aws: Callable[[str], Any], cloud: Cloud) -> None:
    topic = aws("sns").create_topic(Name="myapp--owners")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="security@globex.example")
    inputs = {"topic": topic, "protocol": "email", "endpoint": "security@acme.example"}
    assert not cloud.find("aws:sns/topicSubscription:TopicSubscription", inputs)


ALWAYS_THERE = {
    "aws:kms/key:Key",  # keys have no name: all are told, and told apart by their tags
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",  # of a bucket that was made with it
    "aws:s3/bucketVersioning:BucketVersioning",  # the same
    "aws:sns/topicPolicy:TopicPolicy",  # a topic begins with one
}
