"""Functions as processes: their code, environment, credentials, time, output, and what becomes of a failure."""

import base64
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, Login, allow, refused
from tests.sandbox.rotation.account import Account


def _text(body: str, first: str = "") -> str:
    return f"import json, os, sys, time, boto3\n{first}\ndef handle(event, context):\n    {body}\n"


def _invoke(account: Account, function: str, event: Any = None, **more: Any) -> dict[str, Any]:
    payload = json.dumps({} if event is None else event).encode()
    return account.client("lambda").invoke(FunctionName=function, Payload=payload, **more)


def _returned(account: Account, body: str, event: Any = None, first: str = "", **more: Any) -> Any:
    answer = _invoke(account, account.function(_text(body, first), **more), event)
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
        answer = _invoke(account, account.function(_text("return 1", first=f"import {module}")))
        assert answer["FunctionError"] == "Unhandled"
        assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.ImportModuleError"

    def test_it_finds_what_lambdas_runtime_has(self, account: Account) -> None:
        assert _returned(account, "return len(urllib3.__version__)", first="import urllib3, botocore, dateutil")

    def test_a_dry_run_only_asks_for_permission(self, account: Account) -> None:
        function = account.function(_text("raise ValueError"))
        assert _invoke(account, function, InvocationType="DryRun")["StatusCode"] == 204
        other = account.cloud.role("may-not", allow("kms:ListKeys"))
        client = account.cloud.administrator().assume(other).client("lambda")
        refused(client.invoke, code="AccessDeniedException", FunctionName=function, InvocationType="DryRun")

    def test_a_function_that_is_not_there_is_not_found(self, account: Account) -> None:
        for kind in ("RequestResponse", "Event"):
            refused(_invoke, code="ResourceNotFoundException", account=account, function="nobody", InvocationType=kind)

    def test_a_payload_has_to_be_json(self, account: Account) -> None:
        invoke = account.client("lambda").invoke
        function = account.function(_text("return 1"))
        refused(invoke, code="InvalidRequestContentException", FunctionName=function, Payload=b"{")

    def test_a_role_that_lambda_lost_stops_the_function(self, account: Account) -> None:
        function = account.function(_text("return 1"))
        role, iam = f"runs-{function.rpartition(':')[2]}", account.client("iam")
        iam.delete_role_policy(RoleName=role, PolicyName="p")
        iam.delete_role(RoleName=role)
        refused(_invoke, code="AccessDeniedException", account=account, function=function)


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
        answer = _invoke(account, account.function(_text(body), timeout=1))
        assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
        assert json.loads(answer["Payload"].read())["errorType"] == error

    def test_what_an_asynchronous_call_raises_is_tried_twice_more(self, account: Account) -> None:
        url, _ = account.queue()
        body = "boto3.client('sqs').send_message(QueueUrl=os.environ['Q'], MessageBody='x'); raise ValueError"
        function = account.function(_text(body), Environment={"Variables": {"Q": url}})
        assert _invoke(account, function, InvocationType="Event")["StatusCode"] == 202
        happened = account.advance(minutes=10)
        tries = [e for e in happened if e["kind"] == "invocation" and e["function"] == function]
        assert [entry["outcome"] for entry in tries][-2:] == ["ValueError"] * 2
        assert len(account.messages(url)) == 3

    def test_how_often_it_is_tried_can_be_set(self, account: Account) -> None:
        url, _ = account.queue()
        body = "boto3.client('sqs').send_message(QueueUrl=os.environ['Q'], MessageBody='x'); raise ValueError"
        function = account.function(_text(body), Environment={"Variables": {"Q": url}})
        account.client("lambda").put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
        _invoke(account, function, InvocationType="Event")
        account.advance(minutes=10)
        assert len(account.messages(url)) == 1

    def test_an_asynchronous_call_without_capacity_waits_until_it_is_too_old(self, account: Account) -> None:
        dead, queue = account.queue()
        function, client = account.function(_text("return 1")), account.client("lambda")
        client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        client.put_function_event_invoke_config(
            FunctionName=function,
            MaximumEventAgeInSeconds=60,
            DestinationConfig={"OnFailure": {"Destination": queue}},
        )
        _invoke(account, function, InvocationType="Event")
        account.advance(minutes=2)
        (message,) = account.messages(dead)
        assert json.loads(message["Body"])["requestContext"]["condition"] == "EventAgeExceeded"

    def test_a_destination_that_the_role_may_not_reach_gets_nothing(self, account: Account) -> None:
        dead, queue = account.queue()
        function = account.function(_text("raise ValueError"), rights=[allow("kms:ListKeys")])
        account.client("lambda").put_function_event_invoke_config(
            FunctionName=function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": queue}}
        )
        _invoke(account, function, InvocationType="Event")
        happened = account.advance(minutes=1)
        assert account.messages(dead) == []
        assert [e["queue"] for e in happened if e["kind"] == "dead-letter" and e["of"] == function] in ([None], [])


class TestCapacity:
    def test_no_more_run_at_once_than_are_reserved(self, account: Account) -> None:
        function = account.function(_text("time.sleep(3); return 1"))
        account.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
        answers: list[Any] = []
        first = threading.Thread(target=lambda: answers.append(_invoke(account, function)))
        first.start()
        time.sleep(1.5)
        refused(_invoke, code="TooManyRequestsException", account=account, function=function)
        first.join()
        assert answers[0]["StatusCode"] == 200
        assert _invoke(account, function)["StatusCode"] == 200

    def test_others_go_on_while_a_function_runs(self, account: Account) -> None:
        function = account.function(_text("time.sleep(3); return 1"))
        running = threading.Thread(target=lambda: _invoke(account, function))
        running.start()
        time.sleep(1)
        began = time.monotonic()
        account.client("secretsmanager").list_secrets()
        assert time.monotonic() - began < 1.5, "a running function must not hold up other calls"
        running.join()


class TestProcesses:
    COUNTING = "global count; count += 1; return [count, os.getpid()]"

    def test_a_process_is_kept_for_the_next_call(self, account: Account) -> None:
        function = account.function(_text(self.COUNTING, first="count = 0"))
        first, second = (json.loads(_invoke(account, function)["Payload"].read()) for _ in range(2))
        assert (first[0], second[0], first[1]) == (1, 2, second[1])

    def test_new_code_and_new_settings_are_a_new_process(self, account: Account) -> None:
        function = account.function(_text(self.COUNTING, first="count = 0"))
        pids = {json.loads(_invoke(account, function)["Payload"].read())[1]}
        account.client("lambda").update_function_configuration(
            FunctionName=function, Environment={"Variables": {"A": "1"}}
        )
        pids.add(json.loads(_invoke(account, function)["Payload"].read())[1])
        account.redeploy(function, _text(self.COUNTING, first="count = 10"))
        count, pid = json.loads(_invoke(account, function)["Payload"].read())
        assert (count, len(pids | {pid})) == (11, 3)

    def test_credentials_do_not_outlive_their_session(self, account: Account) -> None:
        body = "return [os.getpid(), boto3.client('sts').get_caller_identity()['Account']]"
        function = account.function(_text(body))
        before = json.loads(_invoke(account, function)["Payload"].read())
        account.advance(days=1)
        after = json.loads(_invoke(account, function)["Payload"].read())
        assert before[0] != after[0]
        assert after[1] == A

    def test_the_functions_clock_is_the_sandboxs(self, account: Account) -> None:
        function = account.function(_text("return time.time()"))
        for _ in range(2):
            account.advance(hours=1)
            told = json.loads(_invoke(account, function)["Payload"].read())
            assert abs(told - account.now().timestamp()) < 5
        assert told > time.time() + 7000

    def test_a_process_that_died_while_it_waited_is_replaced(self, account: Account) -> None:
        function = account.function(_text("return os.getpid()"))
        pid = json.loads(_invoke(account, function)["Payload"].read())
        os.kill(pid, 9)
        time.sleep(0.2)
        answer = _invoke(account, function)
        assert "FunctionError" not in answer
        assert json.loads(answer["Payload"].read()) != pid

    def test_whatever_a_function_started_ends_with_it(self, account: Account) -> None:
        body = "import subprocess; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(30)"
        function = account.function(_text(body), timeout=1)
        answer = _invoke(account, function, LogType="Tail")
        pid = int(base64.b64decode(answer["LogResult"]).decode().split()[0])
        deadline = time.monotonic() + 5
        while _runs(pid):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestLogs:
    def test_what_a_function_prints_is_in_its_log_group_as_lambda_frames_it(self, account: Account) -> None:
        function = account.function(_text("print('one'); print('two', file=sys.stderr); raise ValueError('three')"))
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        _invoke(account, function)
        lines = account.log(function)
        assert lines[0].startswith("START RequestId: ")
        assert lines[1:3] in (["one", "two"], ["two", "one"])
        assert "[ERROR] ValueError: three" in lines
        assert lines[-1].startswith("REPORT RequestId: ")

    def test_a_timeout_is_in_the_log(self, account: Account) -> None:
        function = account.function(_text("print('before'); time.sleep(9)"), timeout=1)
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        _invoke(account, function)
        assert any(line.endswith("Task timed out after 1.00 seconds") for line in account.log(function))

    def test_without_the_right_to_write_the_lines_are_lost(self, account: Account) -> None:
        function = account.function(_text("print('lost')"), rights=[allow("logs:CreateLogStream")])
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        _invoke(account, function)
        assert account.log(function) == []

    def test_the_tail_of_the_log_comes_with_the_answer_if_asked_for(self, account: Account) -> None:
        function = account.function(_text("print('tail')"))
        answer = _invoke(account, function, LogType="Tail")
        assert base64.b64decode(answer["LogResult"]).decode() == "tail\n"
        assert "LogResult" not in _invoke(account, function)


def test_a_session_from_before_is_refused_after_the_clock_was_set_forward(account: Account) -> None:
    role = account.cloud.role("before-and-after", allow("kms:ListKeys"))
    session: Login = account.cloud.administrator().assume(role)
    assert session.client("kms").list_keys()["Keys"] is not None
    account.advance(hours=2)
    refused(session.client("kms").list_keys, code="ExpiredTokenException")
    assert account.cloud.administrator().assume(role).client("kms").list_keys()["Keys"] is not None
