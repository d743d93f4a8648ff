"""All names of an environment in one place."""

from tenant_keys.naming.audit import AuditNames
from tenant_keys.naming.functions import FunctionNames
from tenant_keys.naming.tenants import TenantNames


class Names(TenantNames, FunctionNames, AuditNames):
    """The names of one app in one account and region."""
