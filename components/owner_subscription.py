"""A tenant's owner hears of the tenant's own keys, and of no other's."""

import json

import pulumi
import pulumi_aws as aws

from tenant_keys import naming


def subscribe_owner(*, tenant: str, owner: str, topic: pulumi.Input[str], parent: pulumi.Resource) -> None:
    """Creates a mail address on the owners' topic, behind a filter that lets in what names its tenant.

    Args:
        tenant: The tenant's id.
        owner: The mail address of its owner, who has to confirm the subscription once.
        topic: The ARN of the owners' topic.
        parent: The component that this is a part of.
    """
    aws.sns.TopicSubscription(
        tenant,
        topic=topic,
        protocol="email",
        endpoint=owner,
        filter_policy=json.dumps({naming.TENANT_TAG: [tenant]}),
        filter_policy_scope="MessageAttributes",
        opts=pulumi.ResourceOptions(parent=parent),
    )
