"""What a target is given, by "Amazon EventBridge input transformation" in its User Guide."""

import json
from typing import Any

import pytest

from sandbox.rotation.event_inputs import input_of

EVENT: dict[str, Any] = {
    "account": "111111111111",
    "detail": {
        "eventName": "GetSecretValue",
        "userIdentity": {"arn": 'arn:"x"'},
        "requestParameters": {"secretIdList": ["a", "b"]},
        "readOnly": True,
    },
}


def transformed(template: str, **paths: str) -> str:
    return input_of({"InputTransformer": {"InputTemplate": template, "InputPathsMap": paths}}, EVENT)


@pytest.mark.parametrize(
    ("template", "paths", "gets"),
    [
        ('"<what> in <where>"', {"what": "$.detail.eventName", "where": "$.account"},
         '"GetSecretValue in 111111111111"'),
        ('{"who": <what>}', {"what": "$.detail.eventName"}, '{"who": "GetSecretValue"}'),
        ('{"read": <read>, "all": <all>}', {"read": "$.detail.readOnly", "all": "$.detail.requestParameters"},
         '{"read": true, "all": {"secretIdList": ["a", "b"]}}'),
        ('"by <who>"', {"who": "$.detail.userIdentity.arn"}, '"by arn:\\"x\\""'),
        ('"of <list>"', {"list": "$.detail.requestParameters.secretIdList"}, '"of [\\"a\\", \\"b\\"]"'),
        ('"failed: <error>."', {"error": "$.detail.errorCode"}, '"failed: ."'),
        ('"<deep>"', {"deep": "$.detail.eventName.nothing.there"}, '""'),
        ('"a \\" <what>"', {"what": "$.detail.eventName"}, '"a \\" GetSecretValue"'),
        ('"<unknown> <what>"', {"what": "$.detail.eventName"}, '"<unknown> GetSecretValue"'),
    ],
    ids=["text", "JSON", "values", "quotes", "list", "missing", "deep", "escaped", "no variable"],
)  # fmt: skip
def test_a_text_is_made_from_the_event(template: str, paths: dict[str, str], gets: str) -> None:
    made = transformed(template, **paths)
    assert made == gets
    json.loads(made)


def test_what_an_event_says_is_not_read_as_a_variable() -> None:
    target = {"InputTransformer": {"InputTemplate": '"<a>"', "InputPathsMap": {"a": "$.x", "b": "$.y"}}}
    assert input_of(target, {"x": "<b>", "y": "secret"}) == '"<b>"'


def test_a_target_may_want_all_a_part_or_something_of_its_own() -> None:
    assert json.loads(input_of({}, EVENT)) == EVENT
    assert input_of({"InputPath": "$.detail.eventName"}, EVENT) == '"GetSecretValue"'
    assert input_of({"Input": '{"remind": {}}'}, EVENT) == '{"remind": {}}'
