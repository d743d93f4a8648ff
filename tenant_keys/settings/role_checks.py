"""What must hold of the roles that a stack file names. `checks` runs these with all others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tenant_keys.settings.problems import Problem
from tenant_keys.settings.words import role_account

Draft = Mapping[str, Any]

_ROLE_SETTINGS = ("deployRole", "backendRoles", "writerRoles", "auditorRoles")


def _roles_are_in_the_account(draft: Draft) -> Iterator[Problem]:
    account, archive = draft.get("account"), draft.get("logArchive")
    for where, arn in _roles(draft):
        elsewhere = where.startswith("auditorRoles.") and archive and role_account(arn) == archive.account
        if account and role_account(arn) != account and not elsewhere:
            yield Problem(
                where=where,
                what=f"is a role of account {role_account(arn)}, and the environment's account is {account}",
                why="An identity of one environment must not reach another",
                do="Name a role of this environment's account, or correct the account.",
            )


def _log_archive_is_apart(draft: Draft) -> Iterator[Problem]:
    archive = draft.get("logArchive")
    if archive is None:
        return
    if archive.account == draft.get("account"):
        yield Problem(
            where="logArchive.account",
            what=f"is {archive.account}, the environment's own account",
            why="An archive in the account that it is about can be changed by whom it is about",
            do="Name another account, or leave 'logArchive' out to keep the log files in this one.",
        )
    if role_account(archive.deploy_role) != archive.account:
        yield Problem(
            where="logArchive.deployRole",
            what=f"is a role of account {role_account(archive.deploy_role)}, and the archive's is {archive.account}",
            why="The bucket and its key are made in the archive's account",
            do="Name a role of that account.",
        )


def _no_role_has_two_duties(draft: Draft) -> Iterator[Problem]:
    duties: dict[str, set[str]] = {}
    for where, arn in _roles(draft):
        duties.setdefault(arn, set()).add(where.split(".")[0])
    for arn, settings in duties.items():
        if len(settings) > 1:
            yield Problem(
                where=" and ".join(sorted(settings)),
                what=f"name the same role {arn}",
                why="Who deploys must not read, who reads must not write: one role for two of these undoes it",
                do="Make a role for each duty.",
            )


def _no_role_is_named_twice(draft: Draft) -> Iterator[Problem]:
    for setting in _ROLE_SETTINGS[1:]:
        for arn, count in Counter(draft.get(setting, ())).items():
            if count > 1:
                yield Problem(
                    where=setting,
                    what=f"names {arn} {count} times",
                    why="A list with repetitions hides what a review should see",
                    do="Keep one of them.",
                )


def _roles(draft: Draft) -> Iterator[tuple[str, str]]:
    if "deployRole" in draft:
        yield "deployRole", draft["deployRole"]
    for setting in _ROLE_SETTINGS[1:]:
        for index, arn in enumerate(draft.get(setting, ())):
            yield f"{setting}.{index}", arn


ROLE_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    _roles_are_in_the_account,
    _log_archive_is_apart,
    _no_role_has_two_duties,
    _no_role_is_named_twice,
)
