"""A tenant's report as it may be handed out: who else is a customer is for no customer to read.

The one place where another tenant comes into a tenant's report is who tried to reach its keys, nearly always refused.
"""

from collections.abc import Sequence
from dataclasses import replace

from tenant_keys.audit.identity import identity_of
from tenant_keys.audit.report import Report
from tenant_keys.audit.store import Row
from tenant_keys.audit.unusual import tenant_of_reader

# What tells which tenant's reader it was; address and user agent are the backend's, which is the same for all.
_TELLING = ("principal", "role_arn", "session_name", "source_identity")


def without_other_tenants(report: Report, instead: str) -> Report:
    """The report with each identity of another tenant replaced by a text; one about all tenants is left as it is.

    Args:
        report: The report.
        instead: The words for such an identity.
    """
    if not report.subject.tenant:
        return report

    def hidden(rows: Sequence[Row]) -> list[Row]:
        return [_hidden(row, instead) if _is_of_another(row, report) else row for row in rows]

    return replace(
        report,
        marked=hidden(report.marked),
        totals=hidden(report.totals),
        versions=hidden(report.versions),
        events=hidden(report.events),
    )


def _is_of_another(row: Row, report: Report) -> bool:
    identity = identity_of({"userIdentity": {"arn": row["principal"]}})
    return tenant_of_reader(identity, report.names) not in ("", report.subject.tenant)


def _hidden(row: Row, instead: str) -> Row:
    return {column: value and instead if column in _TELLING else value for column, value in row.items()}
