"""What the deploy role of an environment may do: for whoever sets the account up."""

from policies.deployer import Reach, deployer_policy
from policies.documents import Document
from tenant_keys.settings import Settings


def deploy_role_policy(settings: Settings) -> Document:
    """The IAM policy of the deploy role of an environment."""
    names = settings.names
    return deployer_policy(
        Reach(
            secrets=names.every_secret_arn_pattern(),
            roles=names.every_role_arn_pattern(),
            kms_keys=names.every_kms_key_arn_pattern(),
            kms_aliases=names.every_kms_alias_arn_pattern(),
            trail=names.trail_arn(),
            trail_bucket=names.trail_bucket_arn(),
            region=settings.region,
        ),
        empties_log_bucket=not settings.protect,
    )
