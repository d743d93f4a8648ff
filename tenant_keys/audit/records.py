"""From a CloudTrail record to audit events."""

import re
from datetime import UTC, datetime

from tenant_keys.audit.actions import KMS, SECRETS_MANAGER, action_of, changes_kms_key
from tenant_keys.audit.attribution import Subject, kms_key, subjects
from tenant_keys.audit.event import Action, AuditEvent, Outcome
from tenant_keys.audit.fields import Record, first, part, text
from tenant_keys.audit.identity import identity_of
from tenant_keys.audit.unusual import reasons
from tenant_keys.naming import Names

KEY_CHECK = "RequestToValidateKeyAccess"  # the version that Secrets Manager names when it tries a KMS key
# A rotation's request id ends in the token of the rotation, which is the id of the new version.
ROTATION = re.compile(r"Rotation-arn:.*-(?P<token>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")
_REFUSALS = ("AccessDenied", "Unauthorized")


class RecordError(ValueError):
    """A record that can't be an event; the text says which part of it is wrong."""


def events_of(record: Record, names: Names, source_object: str) -> list[AuditEvent]:
    """The events that a record tells about keys of this environment's tenants: none, one, or one a secret.

    An event of a KMS key whose tenant the record does not tell has an empty tenant.

    Args:
        record: A CloudTrail record.
        names: The environment.
        source_object: Key of the log object that holds the record.

    Raises:
        RecordError: The record has no readable time.
    """
    service, name = text(record, "eventSource"), text(record, "eventName")
    if service not in (SECRETS_MANAGER, KMS):
        return []
    about = subjects(record, names)
    key = kms_key(record, names)
    if not about and key and changes_kms_key(service, name):
        about = (Subject(""),)
    return [_event(record, subject, key, names, source_object) for subject in about]


def _event(record: Record, subject: Subject, key: str, names: Names, source_object: str) -> AuditEvent:
    service, name = text(record, "eventSource"), text(record, "eventName")
    invoked_by = text(record, "userIdentity", "invokedBy")
    identity = identity_of(record)
    action, outcome = action_of(service, name, invoked_by), _outcome(record)
    return AuditEvent(
        event_time=_time(record),
        tenant=subject.tenant,
        key_name=subject.key,
        secret=subject.secret,
        version_id=_version(record),
        version_stage=text(record, "requestParameters", "versionStage"),
        action=action,
        event_name=name,
        outcome=outcome,
        error_code=first(text(record, "errorCode"), text(record, "errorMessage")),
        principal=identity.principal,
        role_arn=identity.role_arn,
        session_name=identity.session_name,
        source_identity=identity.source_identity,
        source_address=text(record, "sourceIPAddress"),
        user_agent=text(record, "userAgent"),
        invoked_by=invoked_by,
        service=service,
        region=text(record, "awsRegion"),
        account=text(record, "recipientAccountId"),
        kms_key=key,
        event_id=text(record, "eventID"),
        action_id=first(text(record, "sharedEventID"), text(record, "eventID")),
        source_object=source_object,
        reasons=" ".join(reasons(subject.tenant, action, outcome, identity, names)),
    )


def _time(record: Record) -> datetime:
    stated = text(record, "eventTime")
    try:
        return datetime.fromisoformat(stated).astimezone(UTC)
    except ValueError:
        raise RecordError(f"eventTime is {stated[:40]!r}, not a time") from None


def _outcome(record: Record) -> Outcome:
    code = text(record, "errorCode")
    if any(word in code for word in _REFUSALS):
        return Outcome.REFUSED
    return Outcome.FAILED if code or text(record, "errorMessage") else Outcome.DONE


def _version(record: Record) -> str:
    request, response = part(record, "requestParameters"), part(record, "responseElements")
    of_context = text(request, "encryptionContext", "SecretVersionId")
    rotation = ROTATION.fullmatch(text(record, "requestID"))
    return first(
        "" if of_context == KEY_CHECK else of_context,
        text(response, "versionId"),
        text(request, "versionId"),
        text(request, "moveToVersionId"),
        text(request, "clientRequestToken"),
        rotation["token"] if rotation else "",
    )


def is_deletion_of_all(event: AuditEvent) -> bool:
    """Whether an event takes the whole key away, and not one old version of it."""
    return event.action is Action.DELETE and not event.event_name.endswith("SecretVersionDelete")
