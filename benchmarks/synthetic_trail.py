"""Writes a trail that nobody lived through: any number of events of many tenants, under AWS's keys and in AWS's shape.

The same arguments give the same events. Four of five are reads and the Decrypt calls that go with them; the rest are
puts, rotations, refused attempts, and calls of services that have nothing to do with tenants' keys.
"""

import gzip
import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tenant_keys.naming import Names, reader_session_name

# An object of CloudTrail's usual size in a busy account.
_EVENTS_AN_OBJECT = 3_000
_COMPRESSION = 6  # zlib's default, which is about what CloudTrail's own objects show


@dataclass(frozen=True, kw_only=True)
class SyntheticTrail:
    """What to write: events spread evenly over `days` from `first_day`, over `tenants` tenants."""

    names: Names
    events: int
    tenants: int = 500
    first_day: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    days: int = 365
    seed: int = 1


def tenant_id(number: int) -> str:
    """A tenant's id; every tenth is the beginning of its neighbour's."""
    return f"tenant-{number // 10 * 10}" + (f"-x{number}" if number % 10 else "")


def write_trail(trail: SyntheticTrail, folder: Path) -> int:
    """Write a trail's objects into a folder, on all cores, and return how many they are."""
    objects = -(-trail.events // _EVENTS_AN_OBJECT)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
        list(processes.map(partial(_write_object, trail, folder, objects), range(objects), chunksize=8))
    return objects


def events_of_object(trail: SyntheticTrail, objects: int, number: int) -> Sequence[str]:
    """The records of one object, each as JSON."""
    chance = random.Random(f"{trail.seed}/{number}")  # noqa: S311 - made-up data, the same every time
    count = min(_EVENTS_AN_OBJECT, trail.events - number * _EVENTS_AN_OBJECT)
    begin = trail.first_day + timedelta(days=trail.days) * number / objects
    span = timedelta(days=trail.days) / objects
    return list(_records(trail, chance, [begin + span * each / count for each in range(count)]))


def _write_object(trail: SyntheticTrail, folder: Path, objects: int, number: int) -> None:
    records = events_of_object(trail, objects, number)
    moment = trail.first_day + timedelta(days=trail.days) * (number + 1) / objects
    names = trail.names
    place = folder / f"AWSLogs/{names.account}/CloudTrail/{names.region}/{moment:%Y/%m/%d}"
    place.mkdir(parents=True, exist_ok=True)
    name = f"{names.account}_CloudTrail_{names.region}_{moment:%Y%m%dT%H%M}Z_{number:016d}.json.gz"
    content = b'{"Records":[' + ",".join(records).encode() + b"]}"
    (place / name).write_bytes(gzip.compress(content, _COMPRESSION, mtime=0))


def _records(trail: SyntheticTrail, chance: random.Random, moments: Sequence[datetime]) -> Iterator[str]:
    names = trail.names
    waiting: str | None = None
    for moment in moments:
        tenant = tenant_id(chance.randrange(trail.tenants))
        unique = f"{chance.getrandbits(128):032x}"
        if waiting is not None:
            yield _decrypt(names, waiting, moment, unique)
            waiting = None
            continue
        draw = chance.random()
        if draw < 0.75:  # noqa: PLR2004 - the shares that the module's docstring tells
            waiting = tenant
            yield _read(names, tenant, tenant, moment, unique)
        elif draw < 0.76:  # noqa: PLR2004 - see above
            other = tenant_id(chance.randrange(trail.tenants))
            yield _read(names, tenant, other, moment, unique)
        elif draw < 0.78:  # noqa: PLR2004 - see above
            yield _put(names, tenant, moment, unique)
        elif draw < 0.79:  # noqa: PLR2004 - see above
            yield _rotated(names, tenant, moment, unique)
        else:
            yield _elsewhere(names, moment, unique)


def _arn(names: Names, tenant: str) -> str:
    pattern = names.secret_arn_pattern(tenant, "external-api-key")
    return pattern.replace("??????", f"{sum(tenant.encode()) * 7919 % 1_000_000:06d}")


def _kms_key(names: Names, tenant: str) -> str:
    number = int.from_bytes(tenant.encode()) % (1 << 48)
    return f"arn:aws:kms:{names.region}:{names.account}:key/00000000-0000-4000-8000-{number:012x}"


def _session(names: Names, role: str, session: str, invoked_by: str = "") -> str:
    invoked = f',"invokedBy":"{invoked_by}"' if invoked_by else ""
    return (
        f'{{"type":"AssumedRole","principalId":"AROAEXAMPLEEXAMPLE{len(role):03d}:{session}",'
        f'"arn":"arn:aws:sts::{names.account}:assumed-role/{role}/{session}","accountId":"{names.account}",'
        '"accessKeyId":"ASIAEXAMPLEEXAMPLE01","sessionContext":{"sessionIssuer":{"type":"Role",'
        f'"principalId":"AROAEXAMPLEEXAMPLE{len(role):03d}","arn":"arn:aws:iam::{names.account}:role/{role}",'
        f'"accountId":"{names.account}","userName":"{role}"}},"attributes":{{'
        f'"creationDate":"2025-01-01T00:00:00Z","mfaAuthenticated":"false"}}}}{invoked}}}'
    )


def _record(  # noqa: PLR0917 - a record has many parts
    names: Names, who: str, service: str, name: str, middle: str, moment: datetime, unique: str, *, read: bool
) -> str:
    event_id = f"{unique[:8]}-{unique[8:12]}-{unique[12:16]}-{unique[16:20]}-{unique[20:]}"
    return (
        f'{{"eventVersion":"1.09","userIdentity":{who},"eventTime":"{moment:%Y-%m-%dT%H:%M:%SZ}",'
        f'"eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{names.region}",'
        f'"sourceIPAddress":"10.0.{int(unique[:2], 16)}.{int(unique[2:4], 16)}",'
        '"userAgent":"Boto3/1.44.0 md/Botocore#1.44.0 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.12.3",'
        f'{middle},"requestID":"{event_id[::-1]}","eventID":"{event_id}","readOnly":{"true" if read else "false"},'
        f'"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"{names.account}",'
        '"eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
        f'"clientProvidedHostHeader":"{service}.{names.region}.amazonaws.com"}}}}'
    )


def _read(names: Names, tenant: str, reader: str, moment: datetime, unique: str) -> str:
    error = '"errorCode":"AccessDenied","errorMessage":"not authorized",' if reader != tenant else ""
    middle = f'{error}"requestParameters":{{"secretId":"{_arn(names, tenant)}"}},"responseElements":null'
    who = _session(names, names.reader_role(reader), reader_session_name(reader))
    return _record(names, who, "secretsmanager", "GetSecretValue", middle, moment, unique, read=True)


def _decrypt(names: Names, tenant: str, moment: datetime, unique: str) -> str:
    who = _session(names, names.reader_role(tenant), reader_session_name(tenant), "secretsmanager.amazonaws.com")
    middle = (
        f'"requestParameters":{{"encryptionContext":{{"SecretARN":"{_arn(names, tenant)}","SecretVersionId":'
        '"00000000-0000-4000-8000-000000000000"}},"responseElements":null,"resources":[{'
        f'"accountId":"{names.account}","type":"AWS::KMS::Key","ARN":"{_kms_key(names, tenant)}"}}]'
    )
    return _record(names, who, "kms", "Decrypt", middle, moment, unique, read=True)


def _put(names: Names, tenant: str, moment: datetime, unique: str) -> str:
    arn = _arn(names, tenant)
    middle = (
        f'"requestParameters":{{"secretId":"{arn}","clientRequestToken":"{unique}"}},'
        f'"responseElements":{{"arn":"{arn}","versionId":"{unique}"}}'
    )
    who = _session(names, names.writer_role(), f"{tenant}--alice"[:64])
    return _record(names, who, "secretsmanager", "PutSecretValue", middle, moment, unique, read=False)


def _rotated(names: Names, tenant: str, moment: datetime, unique: str) -> str:
    who = f'{{"accountId":"{names.account}","invokedBy":"secretsmanager.amazonaws.com"}}'
    middle = (
        f'"requestParameters":null,"responseElements":null,"additionalEventData":{{"SecretId":"{_arn(names, tenant)}"}}'
    )
    return _record(names, who, "secretsmanager", "RotationSucceeded", middle, moment, unique, read=False)


def _elsewhere(names: Names, moment: datetime, unique: str) -> str:
    middle = '"requestParameters":{"instancesSet":{},"filterSet":{}},"responseElements":null'
    who = _session(names, "autoscaler", "i-0123456789abcdef0")
    return _record(names, who, "ec2", "DescribeInstances", middle, moment, unique, read=True)
