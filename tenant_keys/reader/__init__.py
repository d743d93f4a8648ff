"""What a backend imports to fetch a tenant's API key."""

from tenant_keys.reader.api_key_reader import ApiKeyReader
from tenant_keys.reader.errors import (
    AccessDeniedError,
    KeyNotFoundError,
    NoValueYetError,
    ReaderError,
    StoreUnreachableError,
    UnknownTenantError,
)

__all__ = [
    "AccessDeniedError",
    "ApiKeyReader",
    "KeyNotFoundError",
    "NoValueYetError",
    "ReaderError",
    "StoreUnreachableError",
    "UnknownTenantError",
]
