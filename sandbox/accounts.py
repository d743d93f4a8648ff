"""The accounts of the sandbox, as whoever sets up real ones leaves them: users, and the roles that stack files name.

Everything else is registered by the program. An identity is a profile of the AWS configuration file, `dev-operator` for
example: a user, and where it has one, the role that this user takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policies.documents import Document, account, allow, document
from tenant_keys.deploy_role import deploy_role_policy, log_archive_role_policy
from tenant_keys.settings import Settings, role_account

_CI, _ADMINISTRATOR = "ci", "administrator"

# docs/audit.md lists these and the others for real auditors.
ASKING = [
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Someone who may log in: `role` is taken at login, where there is one; `account` is the user's."""

    name: str
    account: str
    user: str
    role: str | None = None


def accounts_file(environments: Sequence[Settings]) -> dict[str, Any]:
    """What `sandbox.server --accounts` reads: the accounts of these environments, and those of their log archives."""
    archives: dict[str, list[Settings]] = {}
    for settings in environments:
        if settings.log_archive:
            archives.setdefault(settings.log_archive.account, []).append(settings)
    return {
        "accounts": [
            *(_account(settings) for settings in environments),
            *(_archive(account_id, kept) for account_id, kept in archives.items()),
        ]
    }


def identities(settings: Settings) -> tuple[Identity, ...]:
    """Who may log in to an environment's account, and to that of its log archive if it has one."""
    home = settings.account
    return (
        Identity(name="ci", account=home, user=_CI),
        Identity(name="deployer", account=home, user=_CI, role=settings.deploy_role),
        Identity(name="backend", account=home, user="backend-host", role=settings.backend_roles[0]),
        Identity(name="operator", account=home, user="operator", role=settings.writer_roles[0]),
        *(
            Identity(name="auditor", account=home, user="auditor", role=role)
            for role in settings.auditor_roles[:1]
            if role_account(role) == home
        ),
        Identity(name="administrator", account=home, user=_ADMINISTRATOR),
        *(
            [Identity(name="log-archive-administrator", account=settings.log_archive.account, user=_ADMINISTRATOR)]
            if settings.log_archive
            else []
        ),
    )


def _account(settings: Settings) -> dict[str, Any]:
    users = {each.user: each for each in identities(settings) if each.role}
    roles = {user: [str(each.role)] for user, each in users.items()}
    if settings.log_archive:
        roles[_CI].append(settings.log_archive.deploy_role)
    return {
        "id": settings.account,
        "users": [
            _administrator(),
            *(
                {"name": user, "policy": document(allow("Login", ["sts:AssumeRole"], taken))}
                for user, taken in roles.items()
            ),
        ],
        "roles": [
            _role(str(each.role), settings, user, policy)
            for user, each in users.items()
            for policy in _role_policy(each, settings)
        ],
    }


def _archive(account_id: str, environments: Sequence[Settings]) -> dict[str, Any]:
    """The account of a log archive, which takes the CI of each environment that it keeps the log files of."""
    return {
        "id": account_id,
        "users": [_administrator()],
        "roles": [
            _role(settings.log_deploy_role, settings, _CI, log_archive_role_policy(settings))
            for settings in environments
        ],
    }


def _administrator() -> dict[str, Any]:
    return {"name": _ADMINISTRATOR, "policy": document(allow("Everything", ["*"], "*"))}


def _role(arn: str, settings: Settings, user: str, policy: Document) -> dict[str, Any]:
    """A role that a user of the environment's account may take."""
    root = settings.names.account_root_arn()
    by_user = {"StringEquals": {"aws:PrincipalArn": root.replace(":root", f":user/{user}")}}
    trust = document(allow("Login", ["sts:AssumeRole"], principal=account(root), when=by_user))
    return {"name": arn.rsplit("/", 1)[-1], "trust": trust, "policy": policy}


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
                allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], settings.log_names.every_kms_key_arn_pattern()),
                allow("AskAthena", ASKING, names.audit_workgroup_arn()),
                allow("SeeTable", ["glue:GetDatabase", "glue:GetTable"], names.audit_catalog_arns()),
                allow("KeepAnswers", ["s3:GetObject", "s3:PutObject"], f"{names.answers_bucket_arn()}/*"),
                allow("FindAnswers", ["s3:GetBucketLocation", "s3:ListBucket"], names.answers_bucket_arn()),
            )
