"""The dashboard shows what is there: metrics that something emits, rules and alarms that the program makes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.audit_dashboard import alarm_arns, dashboard_body
from rotation_lambda.log import METRICS
from tenant_keys import account_guard
from tenant_keys.settings import Settings, parse
from tests.program.conftest import accept
from tests.recording import Recording, record_program, stack_settings

# CloudWatch, "Lambda function metrics"; the dimensions are those of the program's own alarms.
OF_LAMBDA = {"Errors", "Invocations"}


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Recording:
    monkeypatch.setattr(account_guard, "refuse_wrong_account", accept)
    return record_program("dev")


def shown(program: Recording) -> dict[str, Any]:
    return json.loads(program.only("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])


def widgets(body: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    return (each["properties"] for each in body["widgets"] if each["type"] == kind)


def metrics(body: dict[str, Any]) -> Iterator[list[Any]]:
    return (metric for each in widgets(body, "metric") for metric in each["metrics"])


def test_every_metric_is_one_that_a_function_or_a_sweep_of_the_program_emits(program: Recording) -> None:
    functions = {each.inputs["name"] for each in program.of_type("aws:lambda/function:Function")}
    sweeps = [
        each.inputs["dimensions"]
        for each in program.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
        if each.inputs.get("namespace") == "TenantKeys"
    ]
    plain = [metric for metric in metrics(shown(program)) if isinstance(metric[0], str)]
    assert {metric[0] for metric in plain} == {"AWS/Lambda", "TenantKeys"}
    for namespace, name, *words, _style in plain:
        dimensions = dict(zip(words[::2], words[1::2], strict=True))
        if namespace == "AWS/Lambda":
            assert name in OF_LAMBDA
            assert dimensions["FunctionName"] in functions
        else:
            assert name in METRICS
            assert dimensions in sweeps


def test_every_expression_names_a_rule_of_the_program(program: Recording) -> None:
    rules = program.of_type("aws:cloudwatch/contributorInsightRule:ContributorInsightRule")
    names = {each.inputs["ruleName"] for each in rules}
    expressions = [metric[0]["expression"] for metric in metrics(shown(program)) if isinstance(metric[0], dict)]
    assert {each.split("'")[1] for each in expressions} == names
    assert {each.split("'")[3] for each in expressions} <= {"MaxContributorValue", "Sum", "UniqueContributors"}


def test_reads_and_refusals_are_counted_per_tenant_in_the_log_of_reads(program: Recording) -> None:
    (group,) = [
        each.inputs["name"]
        for each in program.of_type("aws:cloudwatch/logGroup:LogGroup")
        if each.inputs["name"].startswith("/aws/events/")
    ]
    queries = [each["query"] for each in widgets(shown(program), "log")]
    assert len(queries) == 2
    for query in queries:
        assert query.startswith(f"SOURCE '{group}' |")
        assert "by tenant" in query


def test_every_alarm_of_the_program_is_shown_and_no_other(
    program: Recording,
) -> None:
    prefix = "arn:aws:cloudwatch:ap-northeast-1:111111111111:alarm:"
    made = {prefix + each.inputs["name"] for each in program.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    listed = [arn for each in widgets(shown(program), "alarm") for arn in each["alarms"]]
    assert set(listed) == made
    assert len(listed) == len(made)


def settings_with(issuers: int) -> Settings:
    named = {
        f"issuer-{number}": {"adapter": "sendgrid", "options": {"scopes": ["mail.send"]}} for number in range(issuers)
    }
    nobody: dict[str, Any] = {}
    raw = {**stack_settings("dev"), "issuers": named, "tenants": nobody}
    return parse(raw, environment="dev", source="")


@pytest.mark.parametrize("issuers", [0, 1, 30])
def test_the_widgets_fit_what_cloudwatch_takes_whatever_the_number_of_issuers(issuers: int) -> None:
    settings = settings_with(issuers)
    body = dashboard_body(settings)
    places = [(each["x"], each["y"]) for each in body["widgets"]]
    assert len(set(places)) == len(places), "two widgets in one place"
    assert all(each["x"] + each["width"] <= 24 for each in body["widgets"])
    alarms = [each["alarms"] for each in widgets(body, "alarm")]
    assert all(1 <= len(each) <= 100 for each in alarms), "an alarm widget shows 100"
    assert sum(map(len, alarms)) == len(alarm_arns(settings))
