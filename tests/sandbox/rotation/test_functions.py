"""Functions as processes: their code, environment, credentials, time, output, and what becomes of a failure."""

import json
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, allow, refused
from tests.sandbox.rotation.account import Account, invoke, text


def _returned(account: Account, body: str, event: Any = None, first: str = "", **more: Any) -> Any:
    answer = invoke(account, account.function(text(body, first), **more), event)
    returned = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, returned
    return returned


class TestInvoking:
    def test_the_answer_is_what_the_handler_returned(self, account: Account) -> None:
        assert _returned(account, "return {'got': event}", {"ü": [1, None]}) == {"got": {"ü": [1, None]}}

    def test_the_context_is_lambdas(self, account: Account) -> None:
        body = (
            "return [context.function_name, context.invoked_function_arn, context.memory_limit_in_mb,"
            " len(context.aws_request_id), context.get_remaining_time_in_millis(), context.function_version]"
        )
        name, arn, memory, length, remaining, version = _returned(account, body, timeout=20, MemorySize=256)
        assert arn == f"arn:aws:lambda:{REGION}:{A}:function:{name}"
        assert (memory, length, version) == ("256", 36, "$LATEST")
        assert 15_000 < remaining <= 20_000

    def test_the_environment_is_the_functions_and_lambdas_and_nothing_else(self, account: Account) -> None:
        got = _returned(account, "return dict(os.environ)", Environment={"Variables": {"ROTATION_SETTINGS": "{}"}})
        assert got["ROTATION_SETTINGS"] == "{}"
        assert (got["AWS_REGION"], got["TZ"]) == (REGION, ":UTC")
        assert got["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{got['AWS_LAMBDA_FUNCTION_NAME']}"
        assert not {"HOME", "VIRTUAL_ENV", "PYTHONPATH"} & set(got), "the machine's own variables stay outside"

    def test_it_acts_as_its_role_under_its_own_name(self, account: Account) -> None:
        body = "return boto3.client('sts').get_caller_identity()['Arn']"
        arn = _returned(account, body)
        name = arn.rpartition("/")[2]
        assert arn == f"arn:aws:sts::{A}:assumed-role/runs-{name}/{name}"

    @pytest.mark.parametrize("module", ["tenant_keys", "moto", "sandbox", "pydantic", "requests", "time_machine_x"])
    def test_it_finds_no_more_than_lambdas_runtime_has(self, account: Account, module: str) -> None:
        answer = invoke(account, account.function(text("return 1", first=f"import {module}")))
        assert answer["FunctionError"] == "Unhandled"
        assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.ImportModuleError"

    def test_it_finds_what_lambdas_runtime_has(self, account: Account) -> None:
        assert _returned(account, "return len(urllib3.__version__)", first="import urllib3, botocore, dateutil")

    def test_a_dry_run_only_asks_for_permission(self, account: Account) -> None:
        function = account.function(text("raise ValueError"))
        assert invoke(account, function, InvocationType="DryRun")["StatusCode"] == 204
        other = account.cloud.role("may-not", allow("kms:ListKeys"))
        client = account.cloud.administrator().assume(other).client("lambda")
        refused(client.invoke, code="AccessDeniedException", FunctionName=function, InvocationType="DryRun")

    def test_a_function_that_is_not_there_is_not_found(self, account: Account) -> None:
        for kind in ("RequestResponse", "Event"):
            refused(invoke, code="ResourceNotFoundException", account=account, function="nobody", InvocationType=kind)

    def test_a_payload_has_to_be_json(self, account: Account) -> None:
        call = account.client("lambda").invoke
        function = account.function(text("return 1"))
        refused(call, code="InvalidRequestContentException", FunctionName=function, Payload=b"{")

    def test_a_role_that_lambda_lost_stops_the_function(self, account: Account) -> None:
        function = account.function(text("return 1"))
        role, iam = f"runs-{function.rpartition(':')[2]}", account.client("iam")
        iam.delete_role_policy(RoleName=role, PolicyName="p")
        iam.delete_role(RoleName=role)
        refused(invoke, code="AccessDeniedException", account=account, function=function)


class TestFailing:
    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ("raise KeyError('x')", "KeyError"),
            ("return {1, 2}", "TypeError"),
            ("sys.exit(1)", "Runtime.ExitError"),
            ("os.kill(os.getpid(), 9)", "Runtime.ExitError"),
            ("time.sleep(30)", "Sandbox.Timedout"),
            ("os.system('sleep 30')", "Sandbox.Timedout"),
        ],
    )
    def test_a_failure_is_told_as_lambda_tells_it(self, account: Account, body: str, error: str) -> None:
        answer = invoke(account, account.function(text(body), timeout=1))
        assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
        assert json.loads(answer["Payload"].read())["errorType"] == error

    def test_what_an_asynchronous_call_raises_is_tried_twice_more(self, account: Account) -> None:
        url, _ = account.queue()
        body = "boto3.client('sqs').send_message(QueueUrl=os.environ['Q'], MessageBody='x'); raise ValueError"
        function = account.function(text(body), Environment={"Variables": {"Q": url}})
        assert invoke(account, function, InvocationType="Event")["StatusCode"] == 202
        happened = account.advance(minutes=10)
        tries = [e for e in happened if e["kind"] == "invocation" and e["function"] == function]
        assert [entry["outcome"] for entry in tries][-2:] == ["ValueError"] * 2
        assert len(account.messages(url)) == 3

    def test_how_often_it_is_tried_can_be_set(self, account: Account) -> None:
        url, _ = account.queue()
        body = "boto3.client('sqs').send_message(QueueUrl=os.environ['Q'], MessageBody='x'); raise ValueError"
        function = account.function(text(body), Environment={"Variables": {"Q": url}})
        account.client("lambda").put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
        invoke(account, function, InvocationType="Event")
        account.advance(minutes=10)
        assert len(account.messages(url)) == 1

    def test_an_asynchronous_call_without_capacity_waits_until_it_is_too_old(self, account: Account) -> None:
        dead, queue = account.queue()
        function, client = account.function(text("return 1")), account.client("lambda")
        client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        client.put_function_event_invoke_config(
            FunctionName=function,
            MaximumEventAgeInSeconds=60,
            DestinationConfig={"OnFailure": {"Destination": queue}},
        )
        invoke(account, function, InvocationType="Event")
        account.advance(minutes=2)
        (message,) = account.messages(dead)
        assert json.loads(message["Body"])["requestContext"]["condition"] == "EventAgeExceeded"

    def test_a_destination_that_the_role_may_not_reach_gets_nothing(self, account: Account) -> None:
        dead, queue = account.queue()
        function = account.function(text("raise ValueError"), rights=[allow("kms:ListKeys")])
        account.client("lambda").put_function_event_invoke_config(
            FunctionName=function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": queue}}
        )
        invoke(account, function, InvocationType="Event")
        happened = account.advance(minutes=1)
        assert account.messages(dead) == []
        assert [e["queue"] for e in happened if e["kind"] == "dead-letter" and e["of"] == function] in ([None], [])
