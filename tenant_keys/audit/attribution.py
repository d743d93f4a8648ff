"""Whose key a record is about: by the exact ARN or name of a secret, or by the exact alias of a KMS key.

A tenant id never holds a slash, and stands between `tenant-` and a slash, so `acme` and `acme-eu` never mix. An ARN
counts only in the environment's own account; a name counts where the record was made in that account.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tenant_keys import naming
from tenant_keys.audit.fields import Record, first, listed, part, text

_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:(?P<account>\d{12}):secret:(?P<name>.+)", re.DOTALL)
_KMS_KEY = re.compile(r"(?:arn:[a-z-]+:kms:[a-z0-9-]+:(?P<account>\d{12}):key/)?(?P<id>(?:mrk-)?[0-9a-f-]{32,36})")
# An ARN ends in a hyphen and six characters of Secrets Manager's choice.
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}\Z")


@dataclass(frozen=True)
class Subject:
    """A key of a tenant, and the secret as the record names it. `key` is empty for a tenant's KMS key."""

    tenant: str
    key: str = ""
    secret: str = ""


def secret_needle(names: naming.Names, tenant: str | None) -> str:
    """What stands in every record about a tenant's secrets (without a tenant: of all tenants), and in no other's."""
    return names.secret("", "").removesuffix("/") if tenant is None else names.secret(tenant, "")


def subjects(record: Record, names: naming.Names) -> tuple[Subject, ...]:
    """The keys that a record is about; more than one where a call names several secrets."""
    found: dict[tuple[str, str], Subject] = {}
    for named in filter(None, _named_secrets(record)):
        subject = _subject(named, record, names)
        if subject is not None:
            known = found.get((subject.tenant, subject.key))
            if known is None or not known.secret.startswith("arn:"):
                found[subject.tenant, subject.key] = subject
    return tuple(found.values()) or _of_alias(record, names)


def kms_key(record: Record, names: naming.Names) -> str:
    """The id of the KMS key of this account that a record is about."""
    resources = [text(each, "ARN") for each in listed(record, "resources") if isinstance(each, dict)]
    request = part(record, "requestParameters")
    created = text(record, "responseElements", "keyMetadata", "keyId")
    for named in filter(None, (*resources, text(request, "targetKeyId"), text(request, "keyId"), created)):
        key = _KMS_KEY.fullmatch(named)
        if key is not None and key["account"] in (None, names.account):
            return key["id"]
    return ""


def _named_secrets(record: Record) -> Iterator[str]:
    yield text(record, "additionalEventData", "SecretId")
    yield text(record, "serviceEventDetails", "secretId")
    yield text(record, "requestParameters", "encryptionContext", "SecretARN")
    response = part(record, "responseElements")
    yield first(text(response, "arn"), text(response, "aRN"), text(response, "ARN"))  # `aRN`: before February 2024
    for resource in listed(record, "resources"):
        if isinstance(resource, dict):
            yield text(resource, "ARN")
    request = part(record, "requestParameters")
    yield text(request, "secretId")
    yield text(request, "name")
    for named in listed(request, "secretIdList"):
        yield named if isinstance(named, str) else ""


def _subject(named: str, record: Record, names: naming.Names) -> Subject | None:
    arn = _ARN.fullmatch(named)
    account = arn["account"] if arn else first(text(record, "recipientAccountId"), names.account)
    name = arn["name"] if arn else named
    prefix = secret_needle(names, None)
    if account != names.account or not name.startswith(prefix):
        return None
    tenant, slash, key = name.removeprefix(prefix).partition("/")
    if not slash or not naming.is_tenant_id(tenant):
        return None
    return Subject(tenant, _SUFFIX.sub("", key) if arn else key, named)


def _of_alias(record: Record, names: naming.Names) -> tuple[Subject, ...]:
    if text(record, "recipientAccountId") not in ("", names.account):
        return ()
    prefix = names.kms_alias("")
    alias = text(record, "requestParameters", "aliasName")
    tenant = alias.removeprefix(prefix)
    return (Subject(tenant),) if alias.startswith(prefix) and naming.is_tenant_id(tenant) else ()
