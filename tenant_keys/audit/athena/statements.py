"""The statements for Athena: `records`, made of the Glue table, and the same questions on top as for DuckDB.

Nothing that a person types stands in a statement: a subject and a period go as execution parameters, and the names of
the environment, which the settings have checked, as literals.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from importlib.resources import files
from string import Template

from tenant_keys import naming
from tenant_keys.audit.actions import KMS, OF_KMS_KEYS, OF_SECRETS, SECRETS_MANAGER
from tenant_keys.audit.asking import Subject, question
from tenant_keys.audit.athena.table import DAY
from tenant_keys.audit.event import Action
from tenant_keys.audit.identity import SESSION
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.records import KEY_CHECK, ROTATION
from tenant_keys.naming import Names


class _Sql(Template):
    """SQL with places to fill; a dollar sign stands in paths, so an at sign marks a place."""

    delimiter = "@"


def statement(names: Names, about: str, then: str, regions: Collection[str] | None = None) -> str:
    """One statement that asks a question.

    Args:
        names: The environment.
        about: The question that picks the events, such as `about_tenant`.
        then: The question that is put to these, such as `totals`.
        regions: The regions to look into; None for all.
    """
    steps = {"records": _records(names, regions), "events": question("events"), "asked": question(about)}
    tables = ",\n\n".join(f"{name} AS (\n{text.rstrip()}\n)" for name, text in steps.items())
    return f"WITH {tables}\n\n{question(then)}"


def parameters(subject: Subject, period: Period) -> list[str]:
    """What goes with a statement about a subject, in the order of its question marks, each as a literal."""
    _, asked = subject.question(period)
    days = [f"{day:{DAY}}" for day in (period.first_object_day, period.last_object_day)]
    return [_literal(each) for each in (*days, *asked)]


def _records(names: Names, regions: Collection[str] | None) -> str:
    template = _Sql((files("tenant_keys.audit") / "athena" / "records.sql").read_text("utf-8"))
    texts = {
        "account": names.account,
        "alias": rf"(?s)\A{re.escape(names.kms_alias(''))}(.*)\z",
        "key_check": KEY_CHECK,
        "kms": KMS,
        "kms_key": rf"\A(?:arn:[a-z-]+:kms:[a-z0-9-]+:{names.account}:key/)?((?:mrk-)?[0-9a-f-]{{32,36}})\z",
        "location": f"s3://{names.trail_bucket()}/",
        "our_roles": names.every_role_arn_pattern().removesuffix("*"),
        "rotation": _without_names(ROTATION),
        "secret_arn": rf"(?s)\Aarn:[a-z-]+:secretsmanager:[a-z0-9-]+:{names.account}:secret:{_secret(names)}\z",
        "secret_name": rf"(?s)\A{_secret(names)}\z",
        "secrets_manager": SECRETS_MANAGER,
        "session": _without_names(SESSION),
        "tenant_id": rf"\A{naming.TENANT_ID.pattern}\z",
    }
    within = f"\n        AND region IN ({_listed(regions)})" if regions is not None else ""
    return template.substitute(
        {name: _literal(text) for name, text in texts.items()},
        actions_of_secrets=_cases(OF_SECRETS),
        actions_of_kms_keys=_cases(OF_KMS_KEYS),
        kms_changes=_listed(OF_KMS_KEYS),
        regions=within,
        table=f'"{names.audit_database()}"."{names.audit_table()}"',
    )


def _secret(names: Names) -> str:
    """A pattern for the name of a secret of any tenant: the tenant is its first group, the key its second."""
    return rf"{re.escape(names.secret_prefix())}([^/]*)/(.*)"


def _without_names(pattern: re.Pattern[str]) -> str:
    """A pattern of Python as SQL's engines take it, for the whole of a text."""
    return rf"\A{re.sub(r'[(][?]P<[a-z]+>', '(', pattern.pattern)}\z"


def _cases(actions: Mapping[str, Action]) -> str:
    named = {action: [name for name, of in actions.items() if of is action] for action in Action}
    return "\n".join(
        f"                    WHEN event_name IN ({_listed(names)}) THEN {_literal(action.value)}"
        for action, names in named.items()
        if names
    )


def _listed(texts: Collection[str]) -> str:
    return ", ".join(_literal(text) for text in sorted(texts))


def _literal(value: object) -> str:
    """A value as SQL writes it."""
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(sep=' ', timespec='milliseconds')}'"
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
