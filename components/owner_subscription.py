"""`OwnerSubscription`: a tenant's owner hears of the tenant's own keys, and of no other's."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from tenant_keys import naming


@dataclass(frozen=True, kw_only=True)
class OwnerSubscriptionArgs:
    """Who is told.

    Attributes:
        tenant: The tenant's id.
        owner: The mail address of its owner, who has to confirm the subscription once.
        topic: The ARN of the owners' topic.
    """

    tenant: str
    owner: str
    topic: pulumi.Input[str]


class OwnerSubscription(pulumi.ComponentResource):
    """A mail address on the owners' topic, behind a filter that lets in what names its tenant."""

    def __init__(self, name: str, args: OwnerSubscriptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:OwnerSubscription", name, None, opts)
        aws.sns.TopicSubscription(
            name,
            topic=args.topic,
            protocol="email",
            endpoint=args.owner,
            filter_policy=json.dumps({naming.TENANT_TAG: [args.tenant]}),
            filter_policy_scope="MessageAttributes",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
