"""The one schema of an audit event. Its field names are the columns of the archive and of the SQL questions."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What was done to a tenant's key."""

    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    POLICY_CHANGE = "policy change"
    ROTATION_STEP = "rotation step"
    OTHER = "other"


class Outcome(StrEnum):
    """How it ended: `refused` is a refusal of authorisation, `failed` any other error."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEvent:
    """One thing that someone did, or tried to do, to one key of one tenant. What the record does not tell is empty.

    Attributes:
        event_time: When, in UTC.
        tenant: The tenant's id. Empty where the record names a KMS key alone, whose tenant other records tell.
        key_name: The name of the API key. Empty for what concerns a tenant's KMS key.
        secret: The ARN of the secret; its name where the record tells no more.
        version_id: The version of the secret.
        version_stage: The staging label that was asked for or moved.
        action: What was done.
        event_name: The operation or event of AWS.
        outcome: How it ended.
        error_code: AWS's code, or its message where a service event has no code.
        principal: ARN of the identity; the name of a service that acted by itself.
        role_arn: ARN of the assumed role.
        session_name: Name of the session of that role.
        source_identity: Who asked behind that role, as it said itself when the session began.
        source_address: IP address, or the name of a service.
        user_agent: What the client said that it is; anything may stand here.
        invoked_by: The service that made the call in the principal's name.
        service: Such as `secretsmanager.amazonaws.com`.
        region: Where it happened.
        account: Whose trail recorded it.
        kms_key: Id of the KMS key.
        event_id: CloudTrail's id of the record.
        action_id: The same for all records of one call, which two accounts may hold.
        source_object: Key of the log object that holds the record.
        reasons: Why it is unusual: words of `unusual.Reason`, joined by a space.
    """

    event_time: datetime
    tenant: str
    key_name: str
    secret: str
    version_id: str
    version_stage: str
    action: Action
    event_name: str
    outcome: Outcome
    error_code: str
    principal: str
    role_arn: str
    session_name: str
    source_identity: str
    source_address: str
    user_agent: str
    invoked_by: str
    service: str
    region: str
    account: str
    kms_key: str
    event_id: str
    action_id: str
    source_object: str
    reasons: str


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(AuditEvent))
