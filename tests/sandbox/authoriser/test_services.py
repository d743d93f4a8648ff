"""Services as principals.

IAM User Guide, "AWS service principals" and "The confused deputy problem".
"""

from typing import Any

import pytest

from sandbox.authoriser import Principal
from tests.sandbox.authoriser.cases import (
    ALLOWED,
    BACKEND,
    CLOUDTRAIL,
    DENIED,
    IMPLICITLY_DENIED,
    LOGS,
    ROLE,
    ROOT_A,
    TRAIL,
    A,
    B,
    Case,
    allow,
    deny,
    to,
    when,
)


def log(who: Principal = CLOUDTRAIL, **row: Any) -> Case:
    return Case(who=who, action="s3:PutObject", on=LOGS, **row)


CASES = [
    log(
        name="a service that is named",
        expect=ALLOWED,
        resource=(allow("s3:PutObject", Principal={"Service": CLOUDTRAIL.arn}),),
    ),
    log(
        name="a service that is not named",
        expect=IMPLICITLY_DENIED,
        resource=(allow("s3:PutObject", Principal=to(ROOT_A)),),
    ),
    log(
        name="a person is not a service",
        expect=IMPLICITLY_DENIED,
        who=BACKEND,
        resource=(allow(Principal={"Service": CLOUDTRAIL.arn}),),
    ),
    log(
        name="a service that acts for our trail",
        expect=ALLOWED,
        context={"aws:SourceArn": TRAIL},
        resource=(allow(Principal={"Service": CLOUDTRAIL.arn}, Condition=when("ArnEquals", "aws:SourceArn", TRAIL)),),
    ),
    log(
        name="a service that acts for someone else's trail",
        expect=IMPLICITLY_DENIED,
        context={"aws:SourceArn": TRAIL.replace(A, B)},
        resource=(allow(Principal={"Service": CLOUDTRAIL.arn}, Condition=when("ArnEquals", "aws:SourceArn", TRAIL)),),
    ),
    log(
        name="a service that does not say for whom",
        expect=IMPLICITLY_DENIED,
        resource=(
            allow(Principal={"Service": CLOUDTRAIL.arn}, Condition=when("StringEquals", "aws:SourceAccount", A)),
        ),
    ),
    log(
        name="a deny for people spares services",
        expect=ALLOWED,
        resource=(
            allow(Principal={"Service": CLOUDTRAIL.arn}),
            deny(Principal="*", Condition=when("Bool", "aws:PrincipalIsAWSService", "false")),
        ),
    ),
    log(
        name="a deny by principal ARN also hits services, which have none",
        expect=DENIED,
        resource=(
            allow(Principal={"Service": CLOUDTRAIL.arn}),
            deny(Principal="*", Condition=when("ArnNotEquals", "aws:PrincipalArn", ROLE)),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_service_is_let_in_as_documented(case: Case) -> None:
    assert case.decide().effect is case.expect, case.decide().reason
