"""The end of the process, while a function runs."""

import time
from pathlib import Path

from tests.sandbox.gate.process import running
from tests.sandbox.rotation.account import Account

PATIENCE_SECONDS = 30


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_function_and_no_file_outlives_the_process(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        account = Account(cloud)
        url, _ = account.queue()
        text = (
            "import os, time, boto3\n"
            "def handle(event, context):\n"
            f"    boto3.client('sqs').send_message(QueueUrl={url!r}, MessageBody=str(os.getpid()))\n"
            "    time.sleep(600)\n"
        )
        function = account.function(text, timeout=900)
        account.client("lambda").invoke(FunctionName=function, InvocationType="Event")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (messages := account.messages(url)):
            assert time.monotonic() < deadline, "the function did not start"
            time.sleep(0.1)
        pid = int(messages[0]["Body"])
        assert _runs(pid)
    assert not _runs(pid)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accounts.json", "ready.json"]
