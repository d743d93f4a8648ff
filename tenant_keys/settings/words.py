"""The value types of a stack file: one validator per concept, each refusal with its reason and its way out."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from tenant_keys import naming
from tenant_keys.settings.problems import refusal

# A role ARN of any partition; paths are allowed, wildcards are not (IAM user guide, "IAM identifiers").
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?P<name>[\w+=,.@/-]{1,512})", re.ASCII)
# One person or list at one domain; what SNS accepts is decided by the confirmation mail it sends.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
# The reader's inline policy names each secret twice, with at most 190 characters each time, and a role's inline
# policies may hold 10,240 together (IAM user guide, "IAM and STS quotas").
MOST_KEYS = 25
# More than this in an hour is over Secrets Manager's own limit of 10,000 reads a second (Secrets Manager quotas).
MOST_READS = 36_000_000
_WINDOW = re.compile(r"([1-9][0-9]{0,3})([hd])")
TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):[A-Za-z0-9_-]{1,256}")


class Rotate(StrEnum):
    """When a key is renewed."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ON_REQUEST = "on-request"  # by an operator's command, through the issuer's API
    MANUAL = "manual"  # the issuer has no API: a person brings the new key

    @property
    def shortest_period(self) -> timedelta | None:
        """The least time between two rotations: February, and January to March; none without a schedule."""
        return {Rotate.MONTHLY: timedelta(days=28), Rotate.QUARTERLY: timedelta(days=90)}.get(self)


class Store(StrEnum):
    """Where a tenant's keys live."""

    SECRETS_MANAGER = "secrets-manager"
    VAULT = "vault"
    ENCRYPTED_COLUMN = "encrypted-column"


def _tenant_id(text: str) -> str:
    if not naming.is_tenant_id(text):
        raise refusal(
            what="is not a tenant id",
            why="The id stands in role names, paths and policies, where other characters would reach other tenants",
            do="Write 3 to 40 lower case letters, digits and single hyphens, such as 'acme' or 'acme-eu'.",
        )
    return text


def _key_name(text: str) -> str:
    if naming.is_tenant_id(text) and naming.ends_like_an_arn(text):
        raise refusal(
            what="ends in a hyphen and six characters",
            why="AWS takes such a secret's name for a part of an ARN and may find another secret",
            do=f"Choose another end, such as '{text}-key'.",
        )
    if not naming.is_key_name(text):
        raise refusal(
            what="is not a key name",
            why="The name stands in paths and policies",
            do="Write 3 to 40 lower case letters, digits and single hyphens, such as 'external-api-key'.",
        )
    return text


def _app_name(text: str) -> str:
    if not naming.is_app_name(text):
        raise refusal(
            what="is not an app name",
            why="The name stands in role, bucket and secret names, which have AWS's limits",
            do="Write a letter and up to 19 lower case letters, digits and single hyphens, such as 'myapp'.",
        )
    return text


def _account_id(text: str) -> str:
    if naming.ACCOUNT_ID.fullmatch(text) is None:
        raise refusal(
            what="is not an AWS account id",
            why="The id decides where keys go, and a run in another account is refused by it",
            do="Write its 12 digits in quotes; without them YAML drops leading zeros.",
        )
    return text


def _region(text: str) -> str:
    if naming.REGION.fullmatch(text) is None:
        raise refusal(
            what="is not the name of an AWS region",
            why="The region stands in every ARN that a policy names",
            do="Write a name such as 'ap-northeast-1'.",
        )
    return text


def _role_arn(text: str) -> str:
    if ROLE_ARN.fullmatch(text) is None:
        raise refusal(
            what="is not the ARN of an IAM role",
            why="Policies compare it letter by letter, so a user, a session or a wildcard would never match",
            do="Write arn:aws:iam::ACCOUNT:role/NAME.",
        )
    return text


def _owner(text: str) -> str:
    return _mail(
        text, why="The owner is told there of rotations, failures and reminders", such_as="security@acme.example"
    )


def _contact(text: str) -> str:
    return _mail(text, why="Security alarms are sent there", such_as="security@myapp.example")


def _mail(text: str, *, why: str, such_as: str) -> str:
    if _MAIL.fullmatch(text) is None:
        raise refusal(what="is not a mail address", why=why, do=f"Write an address such as {such_as}.")
    return text


def _reads_per_hour(count: int) -> int:
    if not 1 <= count <= MOST_READS:
        raise refusal(
            what=f"is outside of 1 to {MOST_READS}",
            why="An alarm needs a number of reads that is reached by an attack, and by nothing else",
            do="Write more than 12 for each process of the backend that reads the same key.",
        )
    return count


def _window(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file holds
    match = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, timedelta):
        return value
    if match is None:
        raise refusal(
            what="is not a length of time",
            why="A number without a unit could be hours or days, and the old key would die at the wrong moment",
            do="Write hours or days, such as '24h' or '7d'.",
        )
    count = int(match[1])
    return timedelta(hours=count) if match[2] == "h" else timedelta(days=count)


def _topic_arn(text: str) -> str:
    if TOPIC_ARN.fullmatch(text) is None:
        raise refusal(
            what="is not the ARN of an SNS topic",
            why="Alarms are sent there, and CloudWatch takes no other form",
            do="Write arn:aws:sns:REGION:ACCOUNT:NAME.",
        )
    return text


def _deletion_days(days: int) -> int:
    if not 7 <= days <= 30:  # noqa: PLR2004 - Secrets Manager API, DeleteSecret; KMS API, ScheduleKeyDeletion
        raise refusal(
            what="is outside of 7 to 30 days",
            why="Secrets Manager and KMS keep what is deleted no shorter and no longer",
            do="Write a number of days from 7 to 30.",
        )
    return days


def _retention_days(days: int) -> int:
    if not 1 <= days <= 36500:  # noqa: PLR2004 - S3 API reference, DefaultRetention
        raise refusal(
            what="is outside of 1 to 36500 days",
            why="S3 Object Lock takes no other period",
            do="Write a number of days; 400 covers a year and the audit that follows it.",
        )
    return days


def _scan_limit(limit: int) -> int:
    if not 1 <= limit <= 1_000_000:  # noqa: PLR2004 - Athena takes a workgroup's limit in bytes, and up to 7 EB
        raise refusal(
            what="is outside of 1 to 1000000 GiB",
            why="Athena is paid by what it scans, so a question that goes astray must end somewhere",
            do="Write a number of GiB; 100 are about half a dollar.",
        )
    return limit


def _some_roles(arns: tuple[str, ...]) -> tuple[str, ...]:
    if not arns:
        raise refusal(
            what="is empty",
            why="Without such a role nobody could read or write a key",
            do="Name at least one role of this environment's account.",
        )
    return arns


def _some_keys(keys: dict[str, Any]) -> dict[str, Any]:
    if not 1 <= len(keys) <= MOST_KEYS:
        raise refusal(
            what=f"holds {len(keys)} keys",
            why=f"A tenant has at least one key; more than {MOST_KEYS} don't fit the reader role's inline policy",
            do=f"Name 1 to {MOST_KEYS} keys, or leave 'keys' out for one called '{naming.DEFAULT_KEY}'.",
        )
    return keys


def pattern(expression: str) -> WithJsonSchema:
    """What an editor is told of a word; the validator beside it says more when the program runs."""
    return WithJsonSchema({"type": "string", "pattern": f"^{expression}$"})


TenantId = Annotated[str, AfterValidator(_tenant_id)]
KeyName = Annotated[str, AfterValidator(_key_name), pattern(naming.KEY_NAME.pattern)]
AppName = Annotated[str, AfterValidator(_app_name)]
AccountId = Annotated[str, AfterValidator(_account_id)]
Region = Annotated[str, AfterValidator(_region)]
RoleArn = Annotated[str, AfterValidator(_role_arn)]
Owner = Annotated[str, AfterValidator(_owner), pattern(_MAIL.pattern)]
Contact = Annotated[str, AfterValidator(_contact), pattern(_MAIL.pattern)]
ReadsPerHour = Annotated[int, AfterValidator(_reads_per_hour)]
TopicArn = Annotated[str, AfterValidator(_topic_arn)]
DeletionDays = Annotated[int, AfterValidator(_deletion_days)]
RetentionDays = Annotated[int, AfterValidator(_retention_days)]
ScanLimit = Annotated[int, AfterValidator(_scan_limit)]
RoleArns = Annotated[tuple[RoleArn, ...], AfterValidator(_some_roles)]
SomeKeys = AfterValidator(_some_keys)
Window = Annotated[
    timedelta,
    BeforeValidator(_window),
    pattern(_WINDOW.pattern),
]


def role_account(arn: str) -> str:
    """The account id in a role ARN that has been validated."""
    return arn.split(":")[4]
