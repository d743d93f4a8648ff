"""The writer: the identity with which an operator puts a key in and asks for a rotation. It never reads."""

from collections.abc import Sequence

from policies.documents import Document, account, allow, document
from policies.kms_key import ENCRYPTION, use_through_secrets_manager

PUTTING = ("secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds", "secretsmanager:PutSecretValue")


def writer_policy(*, secrets: str, admin_secrets: str, rotators: str, kms_keys: str, region: str) -> Document:
    """What the environment's writer may do.

    Its reach is a pattern on purpose: all tenants of the environment, also those that are added later.

    Args:
        secrets: ARN pattern of the secrets of all tenants.
        admin_secrets: ARN pattern of the secrets with the admin credentials of all issuers.
        rotators: ARN pattern of the rotation functions of all issuers.
        kms_keys: ARN pattern of the KMS keys of the account; each key's own policy decides.
        region: The region of all of them.
    """
    return document(
        allow("PutKeysOfAllTenants", PUTTING, [secrets, admin_secrets]),
        allow(
            "RotateAsConfigured",
            ("secretsmanager:RotateSecret",),
            secrets,
            when={
                "Null": {"secretsmanager:RotationLambdaARN": "true"},
                "BoolIfExists": {"secretsmanager:ModifyRotationRules": "false"},
            },
        ),
        allow("StopRotation", ("secretsmanager:CancelRotateSecret",), secrets),
        # A rotation is refused to a caller who may not call its function, and an emergency revokes without waiting.
        allow("CallRotators", ("lambda:InvokeFunction",), rotators),
        # What the sweeps counted; CloudWatch knows no resource for it (Service authorization reference).
        allow("ReadFiguresOfSweeps", ("cloudwatch:GetMetricStatistics",), "*"),
        use_through_secrets_manager(
            "EncryptThroughSecretsManager", ENCRYPTION, kms_keys, region=region, secrets=[secrets, admin_secrets]
        ),
    )


def writer_trust(*, account_root: str, operators: Sequence[str]) -> Document:
    """Who may become the writer: the operators' roles.

    Args:
        account_root: ARN of the account's root.
        operators: ARNs of the operators' roles.
    """
    return document(
        allow(
            "OperatorBecomesWriter",
            ("sts:AssumeRole",),
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": sorted(operators)}},
        )
    )
