"""The process: how it starts, what it writes, how it ends; and what only a gate in this process lets a test see."""

import json
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.backends import get_backend
from werkzeug.serving import make_server

from sandbox.gate import AccountSpec, Call, Gate, register
from sandbox.gate.moto_state import MotoState
from tests.sandbox.gate.cloud import ACCOUNTS, ANYTHING, VALUE, Cloud, Login, document, refused, role_arn, trust

ROOT = Path(__file__).parents[3]
HERE = "333333333333"


def _start(folder: Path, *, through: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))
    files = ["--accounts", str(folder / "accounts.json"), "--ready", str(folder / "ready.json")]
    command = [*through, sys.executable, "-m", "sandbox.server", *files]
    clean = {name: value for name, value in os.environ.items() if name != "MOTO_ACCOUNT_ID"}
    return subprocess.Popen(
        command, cwd=ROOT, env=clean | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _wait_for(path: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return json.loads(path.read_text())


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_to_its_owner_alone_and_ends_when_told(tmp_path: Path, end: signal.Signals) -> None:
    process = _start(tmp_path)
    ready = _wait_for(tmp_path / "ready.json")
    assert stat.S_IMODE((tmp_path / "ready.json").stat().st_mode) == 0o600
    assert sorted(ready["credentials"]) == ["111111111111/administrator", "222222222222/administrator"]
    assert ready["endpoint"].startswith("http://127.0.0.1:")
    Cloud(ready["endpoint"], ready["credentials"]).administrator().client("kms").list_keys()
    process.send_signal(end)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accounts.json", "ready.json"]


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    parent = (
        "import subprocess, sys, time; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); time.sleep(60)"
    )
    process = _start(tmp_path, through=(sys.executable, "-c", parent))
    assert process.stdout is not None
    child = int(process.stdout.readline())
    _wait_for(tmp_path / "ready.json")
    process.kill()
    process.wait()
    deadline = time.monotonic() + 5
    while _is_running(child):
        assert time.monotonic() < deadline, "the sandbox outlived its parent"
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_refuses_to_start_where_moto_would_mix_the_accounts(tmp_path: Path) -> None:
    process = _start(tmp_path, MOTO_ACCOUNT_ID="111111111111")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "MOTO_ACCOUNT_ID" in err


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return []


@pytest.fixture(scope="module")
def administrator(calls: list[Call]) -> Iterator[Login]:
    policy, role = json.dumps(document(ANYTHING)), json.dumps(trust(HERE))
    gate = Gate(MotoState([HERE]), calls.append)
    keys = register([AccountSpec(id=HERE, users={"administrator": policy}, roles={"deployer": (role, policy)})])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    key = keys[f"{HERE}/administrator"]
    yield Login(f"http://127.0.0.1:{server.server_port}", key.access_key_id, key.secret_access_key)
    server.shutdown()


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("kms", "list_keys", "ExpiredTokenException"),
        ("sts", "get_caller_identity", "ExpiredToken"),
        ("s3", "list_buckets", "ExpiredToken"),
    ],
)
def test_an_expired_session_is_refused(administrator: Login, service: str, call: str, code: str) -> None:
    session = administrator.assume(role_arn("deployer", HERE), DurationSeconds=900)
    assert session.client("kms").list_keys()["Keys"] is not None
    held = get_backend("sts")[HERE]["aws"].get_assumed_role_from_access_key(session.access_key)
    assert held is not None
    assert held.expiration > datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=800)
    held.expiration = datetime.now(UTC).replace(tzinfo=None)
    refused(getattr(session.client(service), call), code=code)


def test_a_duration_over_the_roles_own_is_refused(administrator: Login) -> None:
    refused(administrator.assume, code="ValidationError", arn=role_arn("deployer", HERE), DurationSeconds=7200)


def test_every_call_is_told_without_a_value(administrator: Login, calls: list[Call]) -> None:
    calls.clear()
    session = administrator.assume(role_arn("deployer", HERE), "deploy")
    manager = session.client("secretsmanager")
    arn = manager.create_secret(Name="/told", SecretString=VALUE)["ARN"]
    manager.get_secret_value(SecretId="/told")
    refused(manager.get_secret_value, code="ResourceNotFoundException", SecretId="/missing")
    refused(
        session.client("kms").create_grant,
        code="NotImplemented",
        KeyId="k",
        GranteePrincipal="g",
        Operations=["Decrypt"],
    )
    assert [(c.event_source.partition(".")[0], c.event_name, c.error_code) for c in calls] == [
        ("sts", "AssumeRole", ""),
        ("secretsmanager", "CreateSecret", ""),
        ("secretsmanager", "GetSecretValue", ""),
        ("secretsmanager", "GetSecretValue", "ResourceNotFoundException"),
        ("kms", "CreateGrant", "NotImplemented"),
    ]
    read = calls[2]
    assert read.principal is not None
    assert read.principal.arn == f"arn:aws:sts::{HERE}:assumed-role/deployer/deploy"
    assert (read.resources, read.access_key, read.address) == ((arn,), session.access_key, "127.0.0.1")
    assert VALUE not in repr(calls)


def test_many_callers_at_once_each_get_their_own_answer(administrator: Login) -> None:
    manager = administrator.client("secretsmanager")
    names = [f"/parallel/{number}" for number in range(24)]
    threads = [threading.Thread(target=manager.create_secret, kwargs={"Name": n, "SecretString": n}) for n in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {manager.get_secret_value(SecretId=n)["SecretString"] for n in names} == set(names)
