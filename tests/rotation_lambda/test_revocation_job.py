import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore.exceptions import ReadTimeoutError

from rotation_lambda.errors import StoreBusyError, StoreError, StoreOutcomeUnknownError
from rotation_lambda.event import RevokeEvent, parse_event
from rotation_lambda.function import clients
from rotation_lambda.revocation_job import SchedulerJobs, job_name
from tests.rotation_lambda import aws
from tests.rotation_lambda.recording import Recorder
from tests.rotation_lambda.simulation.setting import ARN, version

pytestmark = pytest.mark.usefixtures("cloud")

GROUP = "myapp--mail"
FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:myapp--mail--rotator"
ROLE = "arn:aws:iam::123456789012:role/myapp--mail--scheduler"
DUE = datetime(2027, 3, 2, 12, 20, 31, 500_000, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _group() -> None:
    aws.forget()
    clients().scheduler.create_schedule_group(Name=GROUP)


def jobs() -> SchedulerJobs:
    return SchedulerJobs(clients().scheduler, function=FUNCTION, group=GROUP, role=ROLE)


def failing(error: Exception) -> SchedulerJobs:
    return SchedulerJobs(Recorder({"create_schedule": error}).typed(), function=FUNCTION, group=GROUP, role=ROLE)


def test_a_job_is_a_one_time_schedule_that_calls_the_function_and_goes() -> None:
    jobs().arm(ARN, version(1), DUE)
    schedule = clients().scheduler.get_schedule(GroupName=GROUP, Name=job_name(ARN, version(1)))
    assert schedule["ScheduleExpression"] == "at(2027-03-02T12:20:31)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["ActionAfterCompletion"] == "DELETE"
    target = schedule["Target"]
    assert (target["Arn"], target["RoleArn"]) == (FUNCTION, ROLE)
    asked = parse_event(json.loads(target.get("Input", "")))
    assert asked == RevokeEvent(secret=ARN, version=version(1), now=False), "the function takes what the job sends"


def test_a_due_time_is_written_in_utc_wherever_it_was_read() -> None:
    jobs().arm(ARN, version(2), DUE.astimezone(timezone(timedelta(hours=9))))
    schedule = clients().scheduler.get_schedule(GroupName=GROUP, Name=job_name(ARN, version(2)))
    assert schedule["ScheduleExpression"] == "at(2027-03-02T12:20:31)"


def test_a_job_that_is_armed_already_stays_as_it_is() -> None:
    jobs().arm(ARN, version(3), DUE)
    jobs().arm(ARN, version(3), DUE + timedelta(days=1))
    schedule = clients().scheduler.get_schedule(GroupName=GROUP, Name=job_name(ARN, version(3)))
    assert schedule["ScheduleExpression"] == "at(2027-03-02T12:20:31)", "a retry must not put the revocation off"


def test_the_name_is_one_that_the_scheduler_takes_and_no_other_promotion_has() -> None:
    names = {job_name(ARN, version(number)) for number in range(3)} | {job_name(f"{ARN[:-1]}6", version(0))}
    assert len(names) == 4
    assert all(re.fullmatch("[0-9a-zA-Z-_.]{1,64}", name) for name in names), "CreateSchedule, Name"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Recorder.refusal("ThrottlingException"), StoreBusyError),
        (Recorder.refusal("InternalServerException", status=500), StoreOutcomeUnknownError),
        (ReadTimeoutError(endpoint_url="https://scheduler"), StoreOutcomeUnknownError),
        (Recorder.refusal("AccessDeniedException"), StoreError),
        (Recorder.refusal("ServiceQuotaExceededException"), StoreError),
    ],
)
def test_a_job_that_is_not_armed_fails_the_step(error: Exception, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as failed:
        failing(error).arm(ARN, version(1), DUE)
    assert type(failed.value) is kind
