"""The entry of the notices function: owners hear of what happened to their keys, and of keys that grow old.

It describes secrets and reads no value. A notice names its tenant in an attribute, by which the topic hands it to that
tenant's owner alone.
"""

import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rotation_lambda.aws_errors import code_of
from rotation_lambda.errors import EventRefusedError, NoticeError
from rotation_lambda.log import as_ours, error_fields, write_line
from rotation_lambda.notice_settings import VARIABLE, NoticeSettings, parse_settings
from rotation_lambda.notice_text import Happening, KeyFacts, body, subject
from rotation_lambda.secret_store import tag_texts

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef, SecretListEntryTypeDef
    from mypy_boto3_sns import SNSClient

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
_WEEK = 7
_ROTATION_EVENTS = frozenset(Happening) - {Happening.REMINDER}
# How the service's event spells the secret; the last two are older (CloudTrail entries for Secrets Manager).
_SPELLINGS = ("SecretId", "SecretARN", "aRN")


@cache
def secrets() -> "SecretsManagerClient":
    """The client of this process."""
    return boto3.client("secretsmanager", config=_CONFIG)


@cache
def topics() -> "SNSClient":
    """The client of this process."""
    return boto3.client("sns", config=_CONFIG)


def handle(event: object, _context: object) -> None:
    """Sends the notices that an event asks for.

    Raises:
        RotationError: Not all of them were sent; EventBridge and the scheduler try again.
    """
    began = time.monotonic()
    line: dict[str, object] = {}
    try:
        settings = parse_settings(os.environ.get(VARIABLE))
        asked = event if isinstance(event, Mapping) else {}
        if isinstance(asked.get("remind"), Mapping):
            line["step"] = Happening.REMINDER
            line["notices"] = _remind(settings, datetime.now(UTC))
        else:
            happening, arn, when = _rotation(asked)
            line |= {"step": happening, "secret": arn}
            line["notices"] = _tell(settings, happening, arn, when)
        line["outcome"] = "told"
    except Exception as error:
        failure = as_ours(error)
        line.update(error_fields(failure))
        raise failure from None
    finally:
        write_line(line | {"durationMs": round((time.monotonic() - began) * 1000)})


def _rotation(event: Mapping[object, object]) -> tuple[Happening, str, datetime]:
    """What EventBridge says of a rotation: what happened, to which secret, when."""
    detail = _inner(event, "detail")
    data = _inner(detail, "additionalEventData")
    arn = next((data[name] for name in _SPELLINGS if isinstance(data.get(name), str)), None)
    name = detail.get("eventName")
    if not (isinstance(arn, str) and isinstance(name, str) and name in _ROTATION_EVENTS):
        raise EventRefusedError("The event is neither the end of a rotation, with its secret, nor a 'remind'.")
    return Happening(name), arn, _moment(detail.get("eventTime"))


def _inner(fields: Mapping[object, object], name: str) -> Mapping[object, object]:
    found = fields.get(name)
    return found if isinstance(found, Mapping) else {}


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) else datetime.now(UTC)
    except ValueError:
        return datetime.now(UTC)


def _tell(settings: NoticeSettings, happening: Happening, arn: str, when: datetime) -> int:
    try:
        described = secrets().describe_secret(SecretId=arn)
    except (BotoCoreError, ClientError) as error:
        raise NoticeError(f"AWS: describing the secret: {code_of(error)}.") from None
    facts = _facts(settings, described)
    if facts is None:
        return 0
    _publish(settings, facts, happening, body(facts, happening, when))
    return 1


def _remind(settings: NoticeSettings, now: datetime) -> int:
    """Reminds the owners of keys that a person renews: when a key is old, and each week after that."""
    told = failed = 0
    for entry in _manual_keys(settings):
        facts = _facts(settings, entry)
        if facts is None or not facts.manual:  # the filter looks at the values of all tags
            continue
        try:
            age = _age_in_days(entry, now)
            if age is None or age < settings.remind_after_days or (age - settings.remind_after_days) % _WEEK:
                continue
            _publish(settings, facts, Happening.REMINDER, body(facts, Happening.REMINDER, now, age))
            told += 1
        except NoticeError:
            failed += 1
    if failed:
        raise NoticeError(f"{told} owners were reminded, and {failed} could not be.")
    return told


def _manual_keys(settings: NoticeSettings) -> "Iterator[SecretListEntryTypeDef]":
    pages = (
        secrets()
        .get_paginator("list_secrets")
        .paginate(
            Filters=[{"Key": "name", "Values": [settings.secret_prefix]}, {"Key": "tag-value", "Values": ["manual"]}]
        )
    )
    try:
        for page in pages:
            yield from page["SecretList"]
    except (BotoCoreError, ClientError) as error:
        raise NoticeError(f"AWS: listing the secrets: {code_of(error)}.") from None


def _age_in_days(entry: "SecretListEntryTypeDef", now: datetime) -> int | None:
    """The age of the current version; None if there is none. The secret's own date moves with each change of a tag."""
    try:
        versions = secrets().list_secret_version_ids(SecretId=entry.get("ARN", ""))["Versions"]  # the labelled ones
    except (BotoCoreError, ClientError) as error:
        raise NoticeError(f"AWS: listing the versions: {code_of(error)}.") from None
    made = [version.get("CreatedDate") for version in versions if "AWSCURRENT" in version.get("VersionStages", [])]
    return None if not made or made[0] is None else (now - made[0]).days


def _facts(
    settings: NoticeSettings, secret: "DescribeSecretResponseTypeDef | SecretListEntryTypeDef"
) -> KeyFacts | None:
    """What may be said of a secret; None for one that is not a tenant's of this environment."""
    tags = tag_texts(secret.get("Tags", []))
    ours = secret.get("Name", "").startswith(settings.secret_prefix)
    ours = ours and tags.get("app") == settings.app and tags.get("environment") == settings.environment
    if not (ours and tags.get("tenant") and tags.get("key")):
        return None
    return KeyFacts(
        app=settings.app,
        environment=settings.environment,
        tenant=tags["tenant"],
        key=tags["key"],
        issuer=tags.get("issuer", ""),
        manual=tags.get("rotate") == "manual",
        grace_hours=tags.get("grace-hours", ""),
        next_renewal=secret.get("NextRotationDate"),
    )


def _publish(settings: NoticeSettings, facts: KeyFacts, happening: Happening, text: str) -> None:
    try:
        topics().publish(
            TopicArn=settings.topic,
            Subject=subject(facts, happening),
            Message=text,
            MessageAttributes={"tenant": {"DataType": "String", "StringValue": facts.tenant}},
        )
    except (BotoCoreError, ClientError) as error:
        raise NoticeError(f"AWS: publishing a notice: {code_of(error)}.") from None
