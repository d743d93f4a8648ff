"""`ReaderRole`: the one identity with which the backend reads one tenant's keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import Document, text
from policies.reader import reader_policy


@dataclass(frozen=True, kw_only=True)
class ReaderRoleArgs:
    """What a tenant's reader is made of.

    Attributes:
        role_name: The name of the role.
        trust: Who may assume it, and under which session name.
        secrets: The ARNs of the tenant's secrets.
        kms_key: The ARN of the tenant's KMS key.
        region: The region of both.
        tags: The tags on top of the environment's.
    """

    role_name: str
    trust: Document
    secrets: Sequence[pulumi.Output[str]]
    kms_key: pulumi.Output[str]
    region: str
    tags: Mapping[str, str]


class ReaderRole(pulumi.ComponentResource):
    """A role that reads the secrets of one tenant by their full ARNs, and does nothing else."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ReaderRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:ReaderRole", name, None, opts)
        role = aws.iam.Role(
            name,
            name=args.role_name,
            assume_role_policy=text(args.trust),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy: pulumi.Output[str] = pulumi.Output.all(kms_key=args.kms_key, secrets=list(args.secrets)).apply(
            lambda known: text(reader_policy(secrets=known["secrets"], kms_key=known["kms_key"], region=args.region))
        )
        aws.iam.RolePolicy(
            name,
            name="read-tenant-keys",
            role=role.name,
            policy=policy,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
