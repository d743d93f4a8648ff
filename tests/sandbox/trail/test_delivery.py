"""Delivery into the bucket of a trail, in moto's memory: where, when, and only while the trail logs."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.s3.models import s3_backends

from sandbox.gate.moto_state import MotoState
from sandbox.trail import Trails
from sandbox.trail.records import Recorded
from tenant_keys.audit.log_objects import log_object
from tests.sandbox.trail.test_records import REGION, A, B, call

BUCKET = "trail-bucket"
NOW = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)


@pytest.fixture
def trails() -> Iterator[Trails]:
    """Two accounts, and a bucket in the first; there is no trail yet."""
    with mock_aws():
        s3_backends[A]["aws"].create_bucket(BUCKET, REGION)
        yield Trails(MotoState([A, B]), lambda: NOW)


def make_trail(*, everywhere: bool = True) -> Any:
    trail = get_backend("cloudtrail")[A][REGION].create_trail(
        name="audit",
        bucket_name=BUCKET,
        s3_key_prefix="",
        sns_topic_name="",
        is_global=True,
        is_multi_region=everywhere,
        log_validation=True,
        is_org_trail=False,
        cw_log_group_arn="",
        cw_role_arn="",
        kms_key_id="",
        tags_list=[],
    )
    trail.status.start_logging()
    return trail


def delivered() -> dict[str, list[dict[str, Any]]]:
    """The records in the bucket, by key."""
    keys = s3_backends[A]["aws"].buckets[BUCKET].keys
    return {key: json.loads(gzip.decompress(keys[key].value))["Records"] for key in keys}


def recorded(account: str = A, region: str = REGION) -> Recorded:
    return Recorded(account=account, region=region, record={"eventName": "x"})


def test_records_lie_under_awss_keys(trails: Trails) -> None:
    make_trail()
    trails.record(call())
    trails.deliver()
    ((key, records),) = delivered().items()
    found = log_object(key)
    assert found is not None
    assert key.startswith(f"AWSLogs/{A}/CloudTrail/{REGION}/2026/03/04/{A}_CloudTrail_{REGION}_20260304T0915Z_")
    assert [record["eventName"] for record in records] == ["GetSecretValue", "Decrypt"]


def test_nothing_is_recorded_without_a_trail_that_logs(trails: Trails) -> None:
    trails.take(recorded())
    make_trail().status.stop_logging()
    trails.take(recorded())
    trails.deliver()
    assert delivered() == {}


def test_the_call_that_stops_a_trail_is_its_last_and_is_there_at_once(trails: Trails) -> None:
    trail = make_trail()
    trails.take(recorded())
    trail.status.stop_logging()
    trails.record(call(event_source="cloudtrail.amazonaws.com", event_name="StopLogging", asked=()))
    trails.take(recorded())
    trails.deliver()
    ((_, records),) = delivered().items()
    assert [record["eventName"] for record in records] == ["x", "StopLogging"]


def test_what_a_trail_takes_is_handed_on_and_nothing_else() -> None:
    forwarded: list[Recorded] = []
    with mock_aws():
        s3_backends[A]["aws"].create_bucket(BUCKET, REGION)
        trails = Trails(MotoState([A, B]), lambda: NOW, forwarded.append)
        trails.take(recorded())
        trail = make_trail()
        trails.take(recorded(account=B))
        trails.take(mine := recorded())
        trail.status.stop_logging()
        trails.take(last := recorded())
        trails.take(recorded())
    assert forwarded == [mine, last], "the call that stops the trail is the last that anybody hears of"


def test_an_account_gets_its_own_records_alone(trails: Trails) -> None:
    make_trail()
    trails.take(recorded(account=B))
    trails.deliver()
    assert delivered() == {}


def test_a_trail_of_one_region_takes_that_regions_records(trails: Trails) -> None:
    make_trail(everywhere=False)
    trails.take(recorded(region="us-east-1"))
    trails.take(recorded())
    trails.deliver()
    assert [key.split("/")[3] for key in delivered()] == [REGION]


def test_a_bucket_that_is_gone_stops_nothing(trails: Trails) -> None:
    make_trail()
    trails.take(recorded())
    s3_backends[A]["aws"].delete_bucket(BUCKET)
    trails.deliver()
    assert BUCKET not in s3_backends[A]["aws"].buckets


def test_records_arrive_by_themselves_and_the_rest_at_the_end(trails: Trails) -> None:
    make_trail()
    trails.start()
    trails.take(recorded())
    deadline = time.monotonic() + 10
    while not delivered() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(delivered()) == 1
    trails.take(recorded())
    trails.stop()
    assert len(delivered()) == 2
