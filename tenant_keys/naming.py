"""Every physical name, path, alias, tag and session name, as pure functions of ids.

Two rules keep tenants apart. A tenant id, a key name and an app name never hold `--`, and `--` or `/` stands on
both sides of each of them, so distinct ids give distinct names and no pattern made for one tenant reaches another.
A secret's ARN ends in six characters that Secrets Manager chooses, so a pattern for one secret is its name followed by
`-??????`, never by a star, which would also match longer names.
"""

import re
from dataclasses import dataclass

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
# STS API reference, AssumeRole.
SESSION_NAME_LIMIT = 64

DEFAULT_KEY = "external-api-key"

TENANT_TAG = "tenant"

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


def operator_session_name(purpose: str, caller: str) -> str:
    """The session name of a command: what for, a tenant where there is one, and who; cut to the 64 of STS."""
    return f"{purpose}{SEPARATOR}{_NOT_IN_SESSION_NAMES.sub('-', caller)}"[:SESSION_NAME_LIMIT]


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one app in one account and region."""

    app: str
    account: str
    region: str

    def secret(self, tenant: str, key: str) -> str:
        """The name of the secret that holds one API key of one tenant."""
        return f"/saas/{self.app}/tenant-{tenant}/{key}"

    def secret_arn_pattern(self, tenant: str, key: str) -> str:
        """An ARN pattern that matches this secret, whatever its suffix, and no other."""
        return self._arn("secretsmanager", f"secret:{self.secret(tenant, key)}{ARN_SUFFIX_PATTERN}")

    def every_secret_arn_pattern(self) -> str:
        """An ARN pattern for the secrets of all tenants of this app: the writer's and the deployer's reach."""
        return self._arn("secretsmanager", f"secret:/saas/{self.app}/tenant-*/*{ARN_SUFFIX_PATTERN}")

    def kms_alias_prefix(self) -> str:
        """What the aliases of this app begin with, and no other app's do."""
        return f"alias/saas/{self.app}/"

    def kms_alias(self, tenant: str) -> str:
        """The alias of a tenant's KMS key."""
        return f"{self.kms_alias_prefix()}tenant-{tenant}"

    def reader_role(self, tenant: str) -> str:
        """The name of the role with which the backend reads one tenant's keys."""
        return logical_name(self.app, tenant, "reader")

    def reader_role_arn(self, tenant: str) -> str:
        """The ARN of `reader_role`."""
        return self._role_arn(self.reader_role(tenant))

    def writer_role(self) -> str:
        """The name of the environment's write-only role."""
        return logical_name(self.app, "writer")

    def writer_role_arn(self) -> str:
        """The ARN of `writer_role`."""
        return self._role_arn(self.writer_role())

    def every_role_arn_pattern(self) -> str:
        """An ARN pattern for the roles that this program makes: what the deployer may administer."""
        return self._role_arn(f"{self.app}{SEPARATOR}*")

    def trail(self) -> str:
        """The name of the CloudTrail trail."""
        return logical_name(self.app, "audit")

    def trail_arn(self) -> str:
        """The ARN of `trail`, needed by the policies that must exist before it."""
        return self._arn("cloudtrail", f"trail/{self.trail()}")

    def trail_bucket(self) -> str:
        """The name of the bucket that takes the trail's log files; bucket names are global, hence the account."""
        return f"{self.app}-audit-{self.account}-{self.region}"

    def trail_bucket_arn(self) -> str:
        """The ARN of `trail_bucket`."""
        return f"arn:{partition(self.region)}:s3:::{self.trail_bucket()}"

    def trail_kms_alias(self) -> str:
        """The alias of the KMS key that encrypts the trail's log files."""
        return f"{self.kms_alias_prefix()}audit"

    def account_root_arn(self) -> str:
        """The principal that stands for the account: allowing it leaves the decision to conditions and to IAM."""
        return self._role_arn("", kind="root")

    def every_kms_key_arn_pattern(self) -> str:
        """An ARN pattern for the KMS keys of this account and region; who may use one is said by its key policy."""
        return self._arn("kms", "key/*")

    def every_kms_alias_arn_pattern(self) -> str:
        """An ARN pattern for the KMS aliases of this app."""
        return self._arn("kms", f"{self.kms_alias_prefix()}*")

    def any_trail_arn_pattern(self) -> str:
        """The ARN pattern of the account's trails in all regions, as CloudTrail's encryption context has them."""
        return f"arn:{partition(self.region)}:cloudtrail:*:{self.account}:trail/*"

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"

    def _role_arn(self, name: str, kind: str = "role/") -> str:
        return f"arn:{partition(self.region)}:iam::{self.account}:{kind}{name}"


def tags(*, app: str, environment: str) -> dict[str, str]:
    """The tags of every resource of an environment."""
    return {"app": app, "environment": environment, "managed-by": "tenant-keys"}


def tenant_tags(tenant: str) -> dict[str, str]:
    """The tags that a tenant's resources carry on top."""
    return {TENANT_TAG: tenant}
