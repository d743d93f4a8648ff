"""The processes that run functions: how many, for how long, with which clock, and what they leave in the log."""

import base64
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from tests.sandbox.gate.cloud import A, Login, allow, refused
from tests.sandbox.rotation.account import Account, invoke, text


class TestCapacity:
    def test_no_more_run_at_once_than_are_reserved(self, account: Account) -> None:
        function = account.function(text("time.sleep(3); return 1"))
        account.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
        answers: list[Any] = []
        first = threading.Thread(target=lambda: answers.append(invoke(account, function)))
        first.start()
        time.sleep(1.5)
        refused(invoke, code="TooManyRequestsException", account=account, function=function)
        first.join()
        assert answers[0]["StatusCode"] == 200
        assert invoke(account, function)["StatusCode"] == 200

    def test_others_go_on_while_a_function_runs(self, account: Account) -> None:
        function = account.function(text("time.sleep(3); return 1"))
        running = threading.Thread(target=lambda: invoke(account, function))
        running.start()
        time.sleep(1)
        began = time.monotonic()
        account.client("secretsmanager").list_secrets()
        assert time.monotonic() - began < 1.5, "a running function must not hold up other calls"
        running.join()


class TestProcesses:
    COUNTING = "global count; count += 1; return [count, os.getpid()]"

    def test_a_process_is_kept_for_the_next_call(self, account: Account) -> None:
        function = account.function(text(self.COUNTING, first="count = 0"))
        first, second = (json.loads(invoke(account, function)["Payload"].read()) for _ in range(2))
        assert (first[0], second[0], first[1]) == (1, 2, second[1])

    def test_new_code_and_new_settings_are_a_new_process(self, account: Account) -> None:
        function = account.function(text(self.COUNTING, first="count = 0"))
        pids = {json.loads(invoke(account, function)["Payload"].read())[1]}
        account.client("lambda").update_function_configuration(
            FunctionName=function, Environment={"Variables": {"A": "1"}}
        )
        pids.add(json.loads(invoke(account, function)["Payload"].read())[1])
        account.redeploy(function, text(self.COUNTING, first="count = 10"))
        count, pid = json.loads(invoke(account, function)["Payload"].read())
        assert (count, len(pids | {pid})) == (11, 3)

    def test_credentials_do_not_outlive_their_session(self, account: Account) -> None:
        body = "return [os.getpid(), boto3.client('sts').get_caller_identity()['Account']]"
        function = account.function(text(body))
        before = json.loads(invoke(account, function)["Payload"].read())
        account.advance(days=8)
        after = json.loads(invoke(account, function)["Payload"].read())
        assert before[0] != after[0]
        assert after[1] == A

    def test_the_functions_clock_is_the_sandboxs(self, account: Account) -> None:
        function = account.function(text("return time.time()"))
        for _ in range(2):
            account.advance(hours=1)
            told = json.loads(invoke(account, function)["Payload"].read())
            assert abs(told - account.now().timestamp()) < 5
        assert told > time.time() + 7000

    def test_a_process_that_died_while_it_waited_is_replaced(self, account: Account) -> None:
        function = account.function(text("return os.getpid()"))
        pid = json.loads(invoke(account, function)["Payload"].read())
        os.kill(pid, 9)
        time.sleep(0.2)
        answer = invoke(account, function)
        assert "FunctionError" not in answer
        assert json.loads(answer["Payload"].read()) != pid

    def test_whatever_a_function_started_ends_with_it(self, account: Account) -> None:
        body = "import subprocess; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(30)"
        function = account.function(text(body), timeout=1)
        answer = invoke(account, function, LogType="Tail")
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
        function = account.function(text("print('one'); print('two', file=sys.stderr); raise ValueError('three')"))
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        invoke(account, function)
        lines = account.log(function)
        assert lines[0].startswith("START RequestId: ")
        assert lines[1:3] in (["one", "two"], ["two", "one"])
        assert "[ERROR] ValueError: three" in lines
        assert lines[-1].startswith("REPORT RequestId: ")

    def test_a_timeout_is_in_the_log(self, account: Account) -> None:
        function = account.function(text("print('before'); time.sleep(9)"), timeout=1)
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        invoke(account, function)
        assert any(line.endswith("Task timed out after 1.00 seconds") for line in account.log(function))

    def test_without_the_right_to_write_the_lines_are_lost(self, account: Account) -> None:
        function = account.function(text("print('lost')"), rights=[allow("logs:CreateLogStream")])
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        invoke(account, function)
        assert account.log(function) == []

    def test_the_tail_of_the_log_comes_with_the_answer_if_asked_for(self, account: Account) -> None:
        function = account.function(text("print('tail')"))
        answer = invoke(account, function, LogType="Tail")
        assert base64.b64decode(answer["LogResult"]).decode() == "tail\n"
        assert "LogResult" not in invoke(account, function)


def test_a_session_from_before_is_refused_after_the_clock_was_set_forward(account: Account) -> None:
    role = account.cloud.role("before-and-after", allow("kms:ListKeys"))
    session: Login = account.cloud.administrator().assume(role)
    assert session.client("kms").list_keys()["Keys"] is not None
    account.advance(hours=2)
    refused(session.client("kms").list_keys, code="ExpiredTokenException")
    assert account.cloud.administrator().assume(role).client("kms").list_keys()["Keys"] is not None
