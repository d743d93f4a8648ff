"""The resource policy of a secret: whatever IAM allows, only these identities reach the value or change the secret."""

from collections.abc import Sequence

from policies.documents import Document, deny, document

READS = ("secretsmanager:GetSecretValue",)
WRITES = ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")
# UpdateSecret may carry a value; with a customer-managed key that value needs kms:GenerateDataKey for a version id that
# the key policy doesn't give the deployer.
ADMINISTRATION = (
    "secretsmanager:DeleteResourcePolicy",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:RemoveRegionsFromReplication",
    "secretsmanager:ReplicateSecretToRegions",
    "secretsmanager:RestoreSecret",
    "secretsmanager:StopReplicationToReplica",
    "secretsmanager:TagResource",
    "secretsmanager:UntagResource",
    "secretsmanager:UpdateSecret",
)


STARTING = ("secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret")
CONFIGURING = ("secretsmanager:RotateSecret",)


def secret_resource_policy(
    *, readers: Sequence[str], writers: Sequence[str], deployer: str, rotators: Sequence[str] = ()
) -> Document:
    """The resource policy of one secret; it only denies, so it can widen nothing.

    Args:
        readers: ARNs of the roles that may read the value.
        writers: ARNs of the roles that may put a value, and start a rotation as it is configured.
        deployer: ARN of the role that administers the secret, and configures its rotation.
        rotators: ARNs of the roles that renew the value: of the function that rotates this secret, if one does.
    """
    deployer_only = _unless([deployer])
    return document(
        deny("OnlyReadersRead", READS, "*", when=_unless([*readers, *rotators])),
        deny("OnlyWritersWrite", WRITES, "*", when=_unless([*writers, *rotators])),
        deny("OnlyDeployerAdministers", ADMINISTRATION, "*", when=deployer_only),
        deny("OnlyDeployerAndWritersRotate", STARTING, "*", when=_unless([deployer, *writers])),
        # Whoever could name another function would have it read the value.
        deny(
            "OnlyDeployerChoosesTheFunction",
            CONFIGURING,
            "*",
            when={**deployer_only, "Null": {"secretsmanager:RotationLambdaARN": "false"}},
        ),
        deny(
            "OnlyDeployerSetsTheSchedule",
            CONFIGURING,
            "*",
            when={**deployer_only, "Bool": {"secretsmanager:ModifyRotationRules": "true"}},
        ),
    )


def _unless(roles: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    return {"StringNotEquals": {"aws:PrincipalArn": sorted(roles)}}
