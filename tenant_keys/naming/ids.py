"""The ids that names are made of: their forms, their limits, and how they are joined."""

import re

SEPARATOR = "--"

# 3 to 40 characters: long enough for a company's name, short enough for a role name of 64 with the app in it.
TENANT_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")
KEY_NAME = TENANT_ID
# The app stands in bucket names too, of which 63 characters are allowed (S3, bucket naming rules).
APP_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?")
ACCOUNT_ID = re.compile(r"[0-9]{12}")
REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]")

# IAM API reference, CreateRole.
ROLE_NAME_LIMIT = 64
# STS API reference, AssumeRole: session names and source identities have one form.
SESSION_NAME_LIMIT = 64
_SOURCE_IDENTITY = re.compile(rf"[\w+=,.@-]{{2,{SESSION_NAME_LIMIT}}}", re.ASCII)

# The end of the logical name of the provider that makes what a log archive keeps.
LOG_ARCHIVE = "logs"

DEFAULT_KEY = "external-api-key"

# The random end of a secret's ARN is a hyphen and six characters; a name that ends so is mistaken for a partial ARN
# (Secrets Manager API reference, CreateSecret).
_ARN_SUFFIX_LENGTH = 6
ARN_SUFFIX_PATTERN = "-" + "?" * _ARN_SUFFIX_LENGTH

_NOT_IN_SESSION_NAMES = re.compile(r"[^\w+=,.@-]", re.ASCII)


def is_tenant_id(text: str) -> bool:
    """Whether `text` is a tenant id: lower case letters, digits and single hyphens, 3 to 40 of them."""
    return TENANT_ID.fullmatch(text) is not None and SEPARATOR not in text


def is_key_name(text: str) -> bool:
    """Whether `text` names an API key: the form of a tenant id, and no end that looks like an ARN's suffix."""
    return is_tenant_id(text) and not ends_like_an_arn(text)


def is_app_name(text: str) -> bool:
    """Whether `text` names an app: a lower case letter first, 20 characters at most, single hyphens."""
    return APP_NAME.fullmatch(text) is not None and SEPARATOR not in text


def ends_like_an_arn(name: str) -> bool:
    """Whether `name` ends in a hyphen and six characters, as the ARN of a secret does."""
    return name[-_ARN_SUFFIX_LENGTH - 1 : -_ARN_SUFFIX_LENGTH] == "-"


def logical_name(*parts: str) -> str:
    """The Pulumi name of a resource: ids and roles joined so that distinct parts never give one name."""
    return SEPARATOR.join(parts)


def partition(region: str) -> str:
    """The AWS partition of `region`, the second field of its ARNs."""
    for prefix, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(prefix):
            return name
    return "aws"


def reader_session_name(tenant: str) -> str:
    """The one session name under which a tenant's reader may be assumed; it shows in every audit record."""
    return f"tenant-{tenant}"


def is_source_identity(text: str) -> bool:
    """Whether STS takes a text as the source identity of a session (AssumeRole, "SourceIdentity")."""
    return _SOURCE_IDENTITY.fullmatch(text) is not None


def operator_session_name(purpose: str, caller: str) -> str:
    """The session name of a command: what for, a tenant where there is one, and who; cut to the 64 of STS."""
    return f"{purpose}{SEPARATOR}{_NOT_IN_SESSION_NAMES.sub('-', caller)}"[:SESSION_NAME_LIMIT]
