"""What is unusual about an event, and about a day, and why."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from statistics import median

from tenant_keys.audit.event import Action, Outcome
from tenant_keys.audit.identity import Identity
from tenant_keys.naming import SEPARATOR, Names, reader_session_name

# Ours: five times an ordinary day stands out in a plot; under fifty reads a restart of the backend explains any factor.
VOLUME_FACTOR = 5
VOLUME_FLOOR = 50


class Reason(StrEnum):
    """Why something is marked."""

    CROSS_TENANT = "cross-tenant"
    REFUSED_READ = "refused-read"
    NOT_THE_READER = "not-the-reader"
    FOREIGN_SESSION = "foreign-session"
    POLICY_CHANGE = "policy-change"
    DELETION = "deletion"
    VOLUME = "volume"


def reasons(tenant: str, action: Action, outcome: Outcome, identity: Identity, names: Names) -> Iterator[Reason]:
    """Why one event is unusual; nothing where it is not.

    The rotator reads in the course of a rotation, so its reads are usual; so is a read through the tenant's reader in
    the one session that may assume it.
    """
    other = tenant_of_reader(identity, names)
    if outcome is Outcome.REFUSED and other not in ("", tenant):
        yield Reason.CROSS_TENANT
    if action is Action.READ:
        yield from _reasons_of_read(tenant, outcome, identity, names, by_other=other not in ("", tenant))
    if action is Action.POLICY_CHANGE:
        yield Reason.POLICY_CHANGE
    if action is Action.DELETE:
        yield Reason.DELETION


def busy_days(reads: Mapping[date, int], days_of_period: int) -> dict[date, float]:
    """The days with far more reads than the period's daily median, and that median.

    Args:
        reads: Reads of one tenant a day; days without any may be left out.
        days_of_period: The length of the period, days without reads included.
    """
    silent = max(days_of_period - len(reads), 0)
    usual = median([*reads.values(), *[0] * silent]) if reads else 0
    limit = max(VOLUME_FACTOR * usual, VOLUME_FLOOR)
    return {day: usual for day, count in sorted(reads.items()) if count > limit}


def _reasons_of_read(
    tenant: str, outcome: Outcome, identity: Identity, names: Names, *, by_other: bool
) -> Iterator[Reason]:
    if outcome is Outcome.REFUSED:
        if not by_other:
            yield Reason.REFUSED_READ
    elif identity.role_arn == names.reader_role_arn(tenant):
        if identity.session_name != reader_session_name(tenant):
            yield Reason.FOREIGN_SESSION
    elif _role_of(identity, names, "rotator") == "":
        yield Reason.NOT_THE_READER


def tenant_of_reader(identity: Identity, names: Names) -> str:
    """The tenant whose reader, or whose session, this is; empty for everybody else."""
    prefix = reader_session_name("")
    named = identity.session_name.removeprefix(prefix) if identity.session_name.startswith(prefix) else ""
    return _role_of(identity, names, "reader") or named


def _role_of(identity: Identity, names: Names, kind: str) -> str:
    """The tenant or issuer in the middle of a role's name `{app}--{middle}--{kind}`; empty for other roles."""
    prefix = names.every_role_arn_pattern().removesuffix("*")
    if not identity.role_arn.startswith(prefix):
        return ""
    middle, _, end = identity.role_arn.removeprefix(prefix).partition(SEPARATOR)
    return middle if end == kind else ""
