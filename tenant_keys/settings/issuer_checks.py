"""What must hold of issuers and of the keys that they renew. `checks` runs these with all others."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rotation_lambda.issuers.registry import account_problem, issuer_problems
from tenant_keys import naming
from tenant_keys.settings.issuer_words import Adapter, is_on_this_machine
from tenant_keys.settings.problems import Problem, nearest
from tenant_keys.settings.words import Rotate

Draft = Mapping[str, Any]

# Of the 4,096 bytes of a function's environment (Lambda quotas): the names and ARNs beside them need less than 1,000.
MOST_OPTIONS = 3_000


def _issuers_are_known(draft: Draft) -> Iterator[Problem]:
    issuers = draft.get("issuerNames", set())
    for where, key in _keys(draft):
        if key.issuer is not None and key.issuer not in issuers:
            yield Problem(
                where=f"{where}.issuer",
                what=f"{key.issuer!r} is not under 'issuers'",
                why="Rotation would not know which API to call",
                do=f"{nearest(key.issuer, issuers)} A new one is declared under 'issuers'.",
            )


def _schedules_can_be_kept(draft: Draft) -> Iterator[Problem]:
    issuers = draft.get("issuers", {})
    for where, key in _keys(draft):
        if key.rotate is Rotate.MANUAL:
            continue
        issuer = issuers.get(key.issuer)
        if key.issuer is None or (issuer and issuer.adapter is Adapter.MANUAL):
            yield Problem(
                where=f"{where}.rotate",
                what=f"is {key.rotate.value!r}, and the key has no issuer with an API",
                why="Only an issuer with an API can renew a key by itself",
                do="Name such an issuer, or write 'manual': the owner is then reminded.",
            )


def _graces_fit_their_periods(draft: Draft) -> Iterator[Problem]:
    for where, key in _keys(draft):
        period = key.rotate.shortest_period
        if period and key.grace >= period:
            yield Problem(
                where=f"{where}.grace",
                what=f"is {key.grace.days} days, and a key is renewed after {period.days}",
                why="The old key would still be valid when the next rotation replaces the new one",
                do=f"Write less than {period.days}d; 24h is enough for most backends.",
            )


def _accounts_have_an_issuer(draft: Draft) -> Iterator[Problem]:
    for where, key in _keys(draft):
        if key.account is not None and key.issuer is None:
            yield Problem(
                where=f"{where}.account",
                what="names an account, and the key has no issuer",
                why="The account means nothing without the issuer that keeps it",
                do="Add 'issuer', or leave the account out.",
            )


def _issuers_suit_their_adapters(draft: Draft) -> Iterator[Problem]:
    """What each adapter says of its own settings, exactly as the function would refuse them."""
    for name, issuer in draft.get("issuers", {}).items():
        for each in issuer_problems(issuer.adapter.value, base_url=issuer.base_url, options=issuer.options):
            yield Problem(where=f"issuers.{name}.{each.where}", what=each.what, why=each.why, do=each.do)


def _accounts_suit_their_issuers(draft: Draft) -> Iterator[Problem]:
    issuers = draft.get("issuers", {})
    for where, key in _keys(draft):
        issuer = issuers.get(key.issuer)
        problem = account_problem(issuer.adapter.value, key.account or "") if issuer else None
        if problem is not None:
            yield Problem(where=f"{where}.account", what=problem.what, why=problem.why, do=problem.do)


def _options_fit_the_function(draft: Draft) -> Iterator[Problem]:
    for name, issuer in draft.get("issuers", {}).items():
        size = len(json.dumps(issuer.options).encode())
        if size > MOST_OPTIONS:
            yield Problem(
                where=f"issuers.{name}.options",
                what=f"are {size} bytes of JSON",
                why=f"They go into the function's environment, for which Lambda has 4 KB; {MOST_OPTIONS} are theirs",
                do="Leave out what has a default.",
            )


def _names_of_issuers_fit_aws(draft: Draft) -> Iterator[Problem]:
    if "app" not in draft:
        return
    names = naming.Names(app=draft["app"], account="", region="")
    for issuer in draft.get("issuers", {}):
        longest = max((names.rotator_function(issuer), names.scheduler_role(issuer)), key=len)
        if len(longest) > naming.ROLE_NAME_LIMIT:
            yield Problem(
                where=f"issuers.{issuer}",
                what=f"makes a role name of {len(longest)} characters, {longest!r}",
                why=f"IAM takes {naming.ROLE_NAME_LIMIT} characters",
                do=f"Shorten the issuer's name by {len(longest) - naming.ROLE_NAME_LIMIT}, or the app's.",
            )


def issuers_of_prod(draft: Draft) -> Iterator[Problem]:
    """What only production refuses."""
    for name, issuer in draft.get("issuers", {}).items():
        if issuer.base_url is not None and is_on_this_machine(issuer.base_url):
            yield Problem(
                where=f"issuers.{name}.baseUrl",
                what=f"is {issuer.base_url!r} in prod",
                why="A stand-in on the function's own machine makes keys that no issuer knows",
                do="Write the issuer's https address, or leave it out.",
            )


def _keys(draft: Draft) -> Iterator[tuple[str, Any]]:
    for tenant, settings in draft.get("tenants", {}).items():
        for name, key in settings.keys.items():
            yield f"tenants.{tenant}.keys.{name}", key


ISSUER_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    _issuers_are_known,
    _schedules_can_be_kept,
    _graces_fit_their_periods,
    _accounts_have_an_issuer,
    _accounts_suit_their_issuers,
    _issuers_suit_their_adapters,
    _options_fit_the_function,
    _names_of_issuers_fit_aws,
)
