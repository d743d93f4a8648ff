"""What must hold across settings. Each check takes the settings that are well formed and yields problems.

A check asks for what it needs with `draft.get(...)` and says nothing where a part is missing: that part has a
problem of its own, and every other problem is still reported in the same run.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tenant_keys import naming
from tenant_keys.settings.issuer_checks import ISSUER_CHECKS, issuers_of_prod
from tenant_keys.settings.models import Environment
from tenant_keys.settings.problems import Problem, nearest, shown
from tenant_keys.settings.role_checks import ROLE_CHECKS
from tenant_keys.settings.words import TOPIC_ARN, Store

Draft = Mapping[str, Any]

# Vault keeps these for itself (Vault documentation, "Namespaces"), and some read as if they meant everyone.
RESERVED_TENANTS = frozenset(
    {"admin", "all", "audit", "auth", "cubbyhole", "default", "identity", "none", "root", "sys", "system"}
)

# The least that production keeps: full recovery windows, and a year of audit logs as common audits ask for.
PROD_MINIMUMS = {"secretRecoveryDays": 30, "kmsDeletionDays": 30, "auditRetentionDays": 365}


def every_problem(draft: Draft, environment: str) -> Iterator[Problem]:
    """All problems that no single setting has by itself.

    Args:
        draft: The settings that are well formed, by their names in the file; `tenants` and `issuers` hold
            the well-formed entries, `issuerNames` the names of all issuers.
        environment: The name of the Pulumi stack.
    """
    yield from _environment_is_known(environment)
    if environment == Environment.PROD:
        yield from _prod_is_not_weakened(draft)
        yield from issuers_of_prod(draft)
    for check in _CHECKS:
        yield from check(draft)


def _environment_is_known(environment: str) -> Iterator[Problem]:
    if environment not in set(Environment):
        yield Problem(
            where="stack",
            what=f"{environment!r} is not an environment",
            why="The stack's name decides how strict the settings are",
            do=f"{nearest(environment, Environment)} Choose it with `pulumi stack select`.",
        )


def _tenant_ids_are_free(draft: Draft) -> Iterator[Problem]:
    retired = set(draft.get("retiredTenants", ()))
    for tenant in draft.get("tenants", {}):
        if tenant in RESERVED_TENANTS:
            yield Problem(
                where=f"tenants.{tenant}",
                what="is a reserved word",
                why="Stores use it for themselves, or it reads as if it meant everyone",
                do="Give the tenant another id, such as its company's name.",
            )
        if tenant in retired:
            yield Problem(
                where=f"tenants.{tenant}",
                what="is the id of a tenant that has left (retiredTenants)",
                why="A pattern granted to the old tenant would match the new one's secrets",
                do=f"Give the tenant a new id, such as '{tenant}-2'.",
            )


def _owners_are_distinct(draft: Draft) -> Iterator[Problem]:
    """SNS keeps one subscription for each address of a topic, with one filter."""
    tenants: dict[str, list[str]] = {}
    for tenant, settings in draft.get("tenants", {}).items():
        tenants.setdefault(settings.owner.casefold(), []).append(tenant)
    for owner, ids in tenants.items():
        if len(ids) > 1:
            another = owner.replace("@", f"+{ids[1]}@")
            yield Problem(
                where=f"tenants.{ids[1]}.owner",
                what=f"{owner!r} is the owner of {', '.join(map(repr, ids))}",
                why="An address is subscribed once, and would hear of one of these tenants only",
                do=f"Give each an address of its own; many servers take {another!r} for the same.",
            )


def _contacts_are_distinct(draft: Draft) -> Iterator[Problem]:
    for contact, count in Counter(each.casefold() for each in draft.get("securityContacts", ())).items():
        if count > 1:
            yield Problem(
                where="securityContacts",
                what=f"names {contact} {count} times",
                why="SNS keeps one subscription for each address of a topic",
                do="Keep one of them.",
            )


def _stores_are_built(draft: Draft) -> Iterator[Problem]:
    for tenant, settings in draft.get("tenants", {}).items():
        if settings.store is not Store.SECRETS_MANAGER:
            yield Problem(
                where=f"tenants.{tenant}.store",
                what=f"{settings.store.value!r} is a store that this version doesn't deploy yet",
                why="A tenant in a store that nothing creates would have no place for its keys",
                do=f"Write {Store.SECRETS_MANAGER.value!r}, or leave it out.",
            )


def _kms_keys_outlive_their_secrets(draft: Draft) -> Iterator[Problem]:
    recovery, deletion = draft.get("secretRecoveryDays"), draft.get("kmsDeletionDays")
    if recovery is not None and deletion is not None and recovery > deletion:
        yield Problem(
            where="kmsDeletionDays",
            what=f"is {deletion}, less than secretRecoveryDays, {recovery}",
            why="A secret that is restored after its KMS key is gone can't be read",
            do=f"Write at least {recovery}.",
        )


def _names_fit_aws(draft: Draft) -> Iterator[Problem]:
    if "app" not in draft:
        return
    for tenant in draft.get("tenants", {}):
        role = naming.Names(app=draft["app"], account="", region="").reader_role(tenant)
        if len(role) > naming.ROLE_NAME_LIMIT:
            yield Problem(
                where=f"tenants.{tenant}",
                what=f"makes a role name of {len(role)} characters, {role!r}",
                why=f"IAM takes {naming.ROLE_NAME_LIMIT} characters",
                do=f"Shorten the tenant's id by {len(role) - naming.ROLE_NAME_LIMIT}, or the app's name.",
            )


def _alarms_stay_at_home(draft: Draft) -> Iterator[Problem]:
    """CloudWatch notifies topics of its own account and region only."""
    home = (draft.get("region"), draft.get("account"))
    for index, arn in enumerate(draft.get("alarmTopics", ())):
        match = TOPIC_ARN.fullmatch(arn)
        if match and None not in home and (match["region"], match["account"]) != home:
            yield Problem(
                where=f"alarmTopics.{index}",
                what=f"is a topic of account {match['account']} in {match['region']}",
                why="An alarm notifies topics of its own account and region only",
                do="Name a topic of this environment's account and region.",
            )


def _prod_is_not_weakened(draft: Draft) -> Iterator[Problem]:
    if draft.get("protect") is False:
        yield Problem(
            where="protect",
            what="is false in prod",
            why="One removed line would delete a customer's key",
            do="Leave it out; README, 'Offboard a tenant', is the way to delete on purpose.",
        )
    for setting, minimum in PROD_MINIMUMS.items():
        if setting in draft and draft[setting] < minimum:
            yield Problem(
                where=setting,
                what=f"is {shown(draft[setting])} in prod, and the minimum there is {minimum}",
                why="Production keeps full windows to undo a deletion, and a year of evidence",
                do=f"Write {minimum} or more, or leave it out.",
            )


def names_collide(tenants: Mapping[str, object]) -> Iterator[Problem]:
    """Ids, well formed or not, that AWS can't tell apart: role names are unique without regard to case."""
    spellings: dict[str, list[str]] = {}
    for tenant in tenants:
        spellings.setdefault(tenant.casefold(), []).append(tenant)
    for ids in spellings.values():
        if len(ids) > 1:
            yield Problem(
                where=f"tenants.{ids[0]}",
                what=f"collides with {', '.join(map(repr, ids[1:]))}",
                why="IAM role names are unique without regard to case, so these tenants would share a reader",
                do="Give each tenant an id of its own.",
            )


_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    *ROLE_CHECKS,
    _tenant_ids_are_free,
    _owners_are_distinct,
    _contacts_are_distinct,
    _stores_are_built,
    _kms_keys_outlive_their_secrets,
    _names_fit_aws,
    _alarms_stay_at_home,
    *ISSUER_CHECKS,
)
