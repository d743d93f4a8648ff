"""The resource policy of a secret: whatever IAM allows, only these identities reach the value or change the secret."""

from collections.abc import Sequence

from policies.documents import Document, deny, document

READS = ("secretsmanager:GetSecretValue",)
WRITES = ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")
# UpdateSecret may carry a value; with a customer-managed key that value needs kms:GenerateDataKey for a version id that
# the key policy doesn't give the deployer.
ADMINISTRATION = (
    "secretsmanager:CancelRotateSecret",
    "secretsmanager:DeleteResourcePolicy",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:RemoveRegionsFromReplication",
    "secretsmanager:ReplicateSecretToRegions",
    "secretsmanager:RestoreSecret",
    "secretsmanager:RotateSecret",
    "secretsmanager:StopReplicationToReplica",
    "secretsmanager:TagResource",
    "secretsmanager:UntagResource",
    "secretsmanager:UpdateSecret",
)


def secret_resource_policy(*, readers: Sequence[str], writers: Sequence[str], deployer: str) -> Document:
    """The resource policy of one secret; it only denies, so it can widen nothing.

    Args:
        readers: ARNs of the roles that may read the value.
        writers: ARNs of the roles that may put a value.
        deployer: ARN of the role that administers the secret.
    """
    return document(
        deny("OnlyReadersRead", READS, "*", when=_unless(readers)),
        deny("OnlyWritersWrite", WRITES, "*", when=_unless(writers)),
        deny("OnlyDeployerAdministers", ADMINISTRATION, "*", when=_unless([deployer])),
    )


def _unless(roles: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    return {"StringNotEquals": {"aws:PrincipalArn": sorted(roles)}}
