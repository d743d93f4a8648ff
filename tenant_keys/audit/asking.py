"""What can be asked, and about whom: the texts of `questions/`, which DuckDB and Athena share."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from tenant_keys.audit.log_objects import Period


def question(name: str) -> str:
    """The text of a question."""
    return (files("tenant_keys.audit") / "questions" / f"{name}.sql").read_text("utf-8")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom a report is about: a tenant and perhaps one key of it, or a principal; all tenants if neither."""

    tenant: str = ""
    key: str = ""
    principal: str = ""

    def question(self, period: Period) -> tuple[str, list[object]]:
        """The name of the question that picks the subject's events, and its parameters."""
        span: list[object] = [_naive(period.since), _naive(period.until)]
        if self.tenant:
            return "about_tenant", [self.tenant, self.key, self.key, *span]
        if self.principal:
            return "about_principal", [self.principal, self.principal, f"{self.principal}/", *span]
        return "about_all", span


def _naive(moment: datetime) -> datetime:
    """A UTC time as the database keeps it, without its zone."""
    return moment.replace(tzinfo=None)
