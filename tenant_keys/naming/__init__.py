"""Every physical name, path, alias, tag and session name, as pure functions of ids.

Two rules keep tenants apart. A tenant id, a key name, an issuer's name and an app name never hold `--`, and `--` or `/`
stands on both sides of each of them, so distinct ids give distinct names and no pattern made for one tenant reaches
another. A secret's ARN ends in six characters that Secrets Manager chooses, so a pattern for one secret is its name
followed by `-??????`, never by a star, which would also match longer names.
"""

from tenant_keys.naming.ids import (
    ACCOUNT_ID,
    APP_NAME,
    ARN_SUFFIX_PATTERN,
    DEFAULT_KEY,
    KEY_NAME,
    LOG_ARCHIVE,
    REGION,
    ROLE_NAME_LIMIT,
    SEPARATOR,
    SESSION_NAME_LIMIT,
    TENANT_ID,
    ends_like_an_arn,
    is_app_name,
    is_key_name,
    is_source_identity,
    is_tenant_id,
    logical_name,
    operator_session_name,
    partition,
    reader_session_name,
)
from tenant_keys.naming.names import Names
from tenant_keys.naming.tags import TENANT_TAG, key_tags, purpose_tags, tags, tenant_tags

__all__ = [
    "ACCOUNT_ID",
    "APP_NAME",
    "ARN_SUFFIX_PATTERN",
    "DEFAULT_KEY",
    "KEY_NAME",
    "LOG_ARCHIVE",
    "REGION",
    "ROLE_NAME_LIMIT",
    "SEPARATOR",
    "SESSION_NAME_LIMIT",
    "TENANT_ID",
    "TENANT_TAG",
    "Names",
    "ends_like_an_arn",
    "is_app_name",
    "is_key_name",
    "is_source_identity",
    "is_tenant_id",
    "key_tags",
    "logical_name",
    "operator_session_name",
    "partition",
    "purpose_tags",
    "reader_session_name",
    "tags",
    "tenant_tags",
]
