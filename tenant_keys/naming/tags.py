"""The tags of resources. Rotation reads a secret's tags, and only the deployer can set them."""

from datetime import timedelta

TENANT_TAG = "tenant"


def tags(*, app: str, environment: str) -> dict[str, str]:
    """The tags of every resource of an environment."""
    return {"app": app, "environment": environment, "managed-by": "tenant-keys"}


def tenant_tags(tenant: str) -> dict[str, str]:
    """The tags that a tenant's resources carry on top."""
    return {TENANT_TAG: tenant}


def purpose_tags(purpose: str) -> dict[str, str]:
    """The tags that tell KMS keys apart which belong to no tenant; a key has no name by which to find it again."""
    return {"purpose": purpose}


def key_tags(
    tenant: str, key: str, *, rotate: str, grace: timedelta, issuer: str | None, account: str | None
) -> dict[str, str]:
    """The tags of the secret of one API key: what its rotation must know, and no one else may decide.

    Args:
        tenant: The tenant's id.
        key: The key's name.
        rotate: When the key is renewed, in the word of the stack file.
        grace: How long the old key stays valid beside the new one, in whole hours.
        issuer: The issuer's name in the stack file, if the key has one.
        account: The tenant's account at the issuer, if the key names one.
    """
    return {
        **tenant_tags(tenant),
        "key": key,
        "rotate": rotate,
        "grace-hours": str(grace // timedelta(hours=1)),
        **({"issuer": issuer} if issuer else {}),
        **({"issuer-account": account} if account else {}),
    }
