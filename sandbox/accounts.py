"""The accounts of the sandbox, as whoever sets up real ones leaves them: users, and the roles that stack files name.

Everything else is registered by the program. An identity is a profile of the AWS configuration file, `dev-operator` for
example: a user, and where it has one, the role that this user takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policies.documents import Document, account, allow, document
from tenant_keys.deploy_role import deploy_role_policy
from tenant_keys.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Someone who may log in: `role` is taken at login, where there is one."""

    name: str
    user: str
    role: str | None = None


def accounts_file(environments: Sequence[Settings]) -> dict[str, Any]:
    """What `sandbox.server --accounts` reads: the accounts of these environments."""
    return {"accounts": [_account(settings) for settings in environments]}


def identities(settings: Settings) -> tuple[Identity, ...]:
    """Who may log in to an environment's account."""
    return (
        Identity(name="ci", user="ci"),
        Identity(name="deployer", user="ci", role=settings.deploy_role),
        Identity(name="backend", user="backend-host", role=settings.backend_roles[0]),
        Identity(name="operator", user="operator", role=settings.writer_roles[0]),
        *(Identity(name="auditor", user="auditor", role=role) for role in settings.auditor_roles[:1]),
        Identity(name="administrator", user="administrator"),
    )


def _account(settings: Settings) -> dict[str, Any]:
    root = settings.names.account_root_arn()
    users = {identity.user: identity for identity in identities(settings) if identity.role}
    return {
        "id": settings.account,
        "users": [
            {"name": "administrator", "policy": document(allow("Everything", ["*"], "*"))},
            *(
                {"name": user, "policy": document(allow("Login", ["sts:AssumeRole"], str(identity.role)))}
                for user, identity in users.items()
            ),
        ],
        "roles": [
            {
                "name": str(identity.role).rsplit("/", 1)[-1],
                "trust": document(
                    allow(
                        "Login",
                        ["sts:AssumeRole"],
                        principal=account(root),
                        when={"StringEquals": {"aws:PrincipalArn": root.replace(":root", f":user/{user}")}},
                    )
                ),
                "policy": policy,
            }
            for user, identity in users.items()
            for policy in _role_policy(identity, settings)
        ],
    }


def _role_policy(identity: Identity, settings: Settings) -> Iterator[Document]:
    names = settings.names
    match identity.name:
        case "deployer":
            yield deploy_role_policy(settings)
        case "backend":
            readers = names.reader_role_arn("*")
            yield document(allow("BecomeReaders", ["sts:AssumeRole", "sts:SetSourceIdentity"], readers))
        case "operator":
            yield document(allow("BecomeWriter", ["sts:AssumeRole"], names.writer_role_arn()))
        case "auditor":
            yield document(
                allow("ReadLogs", ["s3:GetObject"], f"{names.trail_bucket_arn()}/*"),
                allow("ListLogs", ["s3:ListBucket"], names.trail_bucket_arn()),
                allow("DecryptLogs", ["kms:Decrypt"], names.every_kms_key_arn_pattern()),
            )
