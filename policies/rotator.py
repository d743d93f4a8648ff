"""The rotator: the identity of the function that renews the keys of one issuer."""

from policies.documents import Document, Statement, allow, document
from policies.functions import function_statements
from policies.kms_key import ENCRYPTION, use_through_secrets_manager
from policies.scheduler import SCHEDULER

ROTATION = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)
# The jobs that revoke an old key after its grace.
REVOCATION_JOBS = ("scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule")


def rotator_policy(
    *,
    function: str,
    secrets: str,
    admin_secret: str | None,
    kms_keys: str,
    region: str,
    schedules: str,
    scheduler_role: str,
    log_streams: str,
    dead_letters: str,
) -> Document:
    """What the rotation function of one issuer may do.

    Its reach is a pattern on purpose, since keys come and go without it; the condition narrows it to the secrets that
    name this function as their rotator, which only the deployer can make them do.

    Args:
        function: ARN of the function itself.
        secrets: ARN pattern of the secrets of all tenants.
        admin_secret: ARN pattern of the secret with the issuer's admin credential; None for an issuer without an API.
        kms_keys: ARN pattern of the KMS keys of the account; each key's own policy decides.
        region: The region of all of them.
        schedules: ARN pattern of the schedules of this issuer.
        scheduler_role: ARN of the role with which these schedules call the function.
        log_streams: ARN pattern of the streams of the function's log group.
        dead_letters: ARN of the function's dead-letter queue.
    """
    return document(
        allow(
            "RenewKeysOfThisFunction",
            ROTATION,
            secrets,
            when={"ArnEquals": {"secretsmanager:resource/AllowRotationLambdaArn": function}},
        ),
        # A list can't be narrowed to resources (Service authorization reference); it holds names and tags only.
        allow("ListKeysToSweep", ("secretsmanager:ListSecrets",), "*"),
        use_through_secrets_manager(
            "EncryptThroughSecretsManager", ENCRYPTION, kms_keys, region=region, secrets=secrets
        ),
        *_of_the_admin_credential(admin_secret, kms_keys, region),
        allow("ScheduleRevocations", REVOCATION_JOBS, schedules),
        allow(
            "LetSchedulesCallThisFunction",
            ("iam:PassRole",),
            scheduler_role,
            when={"StringEquals": {"iam:PassedToService": SCHEDULER}},
        ),
        *function_statements(log_streams=log_streams, dead_letters=dead_letters),
    )


def _of_the_admin_credential(admin_secret: str | None, kms_keys: str, region: str) -> list[Statement]:
    if admin_secret is None:
        return []
    return [
        allow("ReadAdminCredential", ("secretsmanager:GetSecretValue",), admin_secret),
        use_through_secrets_manager(
            "DecryptAdminCredential", ("kms:Decrypt",), kms_keys, region=region, secrets=admin_secret
        ),
    ]
