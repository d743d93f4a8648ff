"""From a call to CloudTrail's records of it; their shape is that of "CloudTrail record contents" in its User Guide."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.authoriser import Principal, PrincipalKind, Request
from sandbox.gate import Call

NOT_OF_AWS = "NotImplemented"
"""The code with which the gate refuses what AWS would answer; no record tells of that."""
SERVICE_EVENT = "AwsServiceEvent"
"""The type of a record of something that a service did by itself."""
_VERSION = "1.09"
_READ_WORDS = ("BatchGet", "Decrypt", "Describe", "GenerateDataKey", "Get", "Head", "List", "Lookup")
_REFUSALS = ("AccessDenied", "AccessDeniedException")
_TYPES = {"secretsmanager": "AWS::SecretsManager::Secret", "kms": "AWS::KMS::Key", "s3": "AWS::S3::Bucket"}
_S3_EVENTS = {
    "GetEncryptionConfiguration": "GetBucketEncryption",
    "GetLifecycleConfiguration": "GetBucketLifecycle",
    "PutEncryptionConfiguration": "PutBucketEncryption",
    "PutLifecycleConfiguration": "PutBucketLifecycle",
}
"""What CloudTrail calls a request whose action has another name; the rest is named by the action."""
_SECRETS_MANAGER = "secretsmanager.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A record, and whose trail of which region takes it."""

    account: str
    region: str
    record: Mapping[str, Any]


def records_of(call: Call, now: datetime) -> Iterator[Recorded]:
    """Yield the records of a call: its own, and those of the KMS calls that a service made in the caller's name.

    What happens to objects in a bucket is a data event, which a trail of management events does not hold.
    """
    if call.principal is None or call.error_code == NOT_OF_AWS or not call.event_source or _is_data_event(call):
        return
    own = [request for request in call.asked if request.context.get("aws:ViaAWSService") != "true"]
    refused_later = len(own) < len(call.asked)
    yield from _copies(call, own, _own_record(call, own, now))
    for position, request in enumerate(call.asked):
        if request not in own:
            last = position == len(call.asked) - 1
            error = call.error_code if refused_later and last and call.error_code in _REFUSALS else ""
            yield from _copies(call, [request], _kms_record(call, request, error, now))


def service_event(
    *, account: str, region: str, name: str, secret: str, token: str, now: datetime, error_message: str = ""
) -> Recorded:
    """Return the record of something that Secrets Manager did by itself, `RotationSucceeded` for example.

    Args:
        account: The account of the secret.
        region: The region of the secret.
        name: The name of the event.
        secret: ARN of the secret.
        token: The token of the rotation.
        now: When.
        error_message: What went wrong, if anything did.
    """
    record: dict[str, Any] = {
        "eventVersion": _VERSION,
        "userIdentity": {"accountId": account, "invokedBy": _SECRETS_MANAGER},
        "eventTime": _written(now),
        "eventSource": _SECRETS_MANAGER,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": _SECRETS_MANAGER,
        "userAgent": _SECRETS_MANAGER,
        **({"errorMessage": error_message} if error_message else {}),
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": {"SecretId": secret},
        "requestID": f"Rotation-{secret}-{token}",
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": SERVICE_EVENT,
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    return Recorded(account=account, region=region, record=record)


def _is_data_event(call: Call) -> bool:
    return call.event_source == "s3.amazonaws.com" and (
        call.event_name.startswith("object") or not call.asked or call.asked[0].action == "s3:ListBucket"
    )


def _own_record(call: Call, asked: list[Request], now: datetime) -> dict[str, Any]:
    assert call.principal is not None
    is_s3 = call.event_source == "s3.amazonaws.com"
    action = asked[0].action.partition(":")[2] if is_s3 else ""
    name = _S3_EVENTS.get(action, action) or call.event_name
    bucket = {"bucketName": asked[0].resource.rpartition(":")[2]} if call.event_name.startswith("bucket ") else {}
    return {
        "eventVersion": _VERSION,
        "userIdentity": _user_identity(call, call.principal, now),
        "eventTime": _written(now),
        "eventSource": call.event_source,
        "eventName": name,
        "awsRegion": call.region,
        "sourceIPAddress": call.address,
        "userAgent": call.user_agent,
        **_error(call, asked, call.error_code),
        "requestParameters": {**bucket, **{_camel(key): value for key, value in call.parameters.items()}} or None,
        "responseElements": _response(call, asked),
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": name.startswith(_READ_WORDS),
        "resources": [_resource(request) for request in asked if _names_one(request)],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
    }


def _kms_record(call: Call, request: Request, error: str, now: datetime) -> dict[str, Any]:
    """Return the record of a KMS call that Secrets Manager made for the caller."""
    prefix = "kms:EncryptionContext:"
    pairs = {name.removeprefix(prefix): value for name, value in request.context.items() if name.startswith(prefix)}
    record = _own_record(replace(call, event_source="kms.amazonaws.com"), [request], now)
    record.pop("errorCode", None)
    record.pop("errorMessage", None)
    name = request.action.partition(":")[2]
    record["userIdentity"]["invokedBy"] = _SECRETS_MANAGER
    return {
        **record,
        "eventName": name,
        "sourceIPAddress": _SECRETS_MANAGER,
        "userAgent": _SECRETS_MANAGER,
        **_error(call, [request], error),
        "requestParameters": {
            **({"keyId": request.resource, "keySpec": "AES_256"} if name == "GenerateDataKey" else {}),
            "encryptionContext": pairs,
        },
        "responseElements": None,
        "requestID": str(uuid.uuid4()),
        "readOnly": True,
    }


def _copies(call: Call, asked: list[Request], record: dict[str, Any]) -> Iterator[Recorded]:
    """Yield a record for the caller's account, and one for the owner's if that is another and the call was let in."""
    assert call.principal is not None
    accounts = [call.principal.account]
    owner = asked[0].resource_account if asked else accounts[0]
    shared = {"sharedEventID": str(uuid.uuid4())} if owner not in accounts else {}
    if shared and "errorCode" not in record:
        accounts.append(owner)
    for account in accounts:
        own = {**record, "eventID": str(uuid.uuid4()), **shared, "recipientAccountId": account}
        yield Recorded(account=account, region=call.region, record=own)


def _user_identity(call: Call, principal: Principal, now: datetime) -> dict[str, Any]:
    name = principal.arn.rpartition("/")[2]
    identity = {"arn": principal.arn, "accountId": principal.account, "accessKeyId": call.access_key}
    if principal.kind is not PrincipalKind.SESSION:
        return {"type": "IAMUser", "principalId": _made_up_id("AIDA", principal.arn), **identity, "userName": name}
    role_id = _made_up_id("AROA", principal.principal_arn)
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": principal.principal_arn,
        "accountId": principal.account,
        "userName": principal.principal_arn.rpartition("/")[2],
    }
    # when the session began is not known here; AWS would say it
    attributes = {"creationDate": _written(now), "mfaAuthenticated": "false"}
    stated = {"sourceIdentity": call.source_identity} if call.source_identity else {}
    context = {"sessionIssuer": issuer, "attributes": attributes, **stated}
    return {"type": "AssumedRole", "principalId": f"{role_id}:{name}", **identity, "sessionContext": context}


def _made_up_id(prefix: str, arn: str) -> str:
    """Return an id of IAM's form that is always the same for an ARN."""
    return prefix + hashlib.sha256(arn.encode()).hexdigest()[:17].upper()


def _error(call: Call, asked: list[Request], code: str) -> dict[str, str]:
    if code not in _REFUSALS or not asked or call.principal is None:
        return {"errorCode": code} if code else {}
    message = f"User: {call.principal.arn} is not authorized to perform: {asked[-1].action} on resource: "
    return {"errorCode": code, "errorMessage": message + asked[-1].resource}


def _response(call: Call, asked: list[Request]) -> dict[str, str] | None:
    is_write = not call.event_name.startswith(_READ_WORDS)
    if call.event_source != _SECRETS_MANAGER or call.error_code or not is_write or not asked:
        return None
    token = call.parameters.get("ClientRequestToken")
    return {"arn": asked[0].resource, **({"versionId": token} if token else {})}


def _resource(request: Request) -> dict[str, str]:
    kind = _TYPES.get(request.action.partition(":")[0])
    return {
        "accountId": request.resource_account,
        **({"type": kind} if kind else {}),
        "ARN": request.resource,
    }


def _names_one(request: Request) -> bool:
    return request.resource.startswith("arn:") and not request.resource.endswith(("-XXXXXX", "/new"))


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
