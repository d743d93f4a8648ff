"""A function as moto holds it: its code and its settings, the credentials of its role, the log that it writes.

With `versions`, all that this package knows of moto's insides beside the gate's own.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from moto.backends import get_backend

from sandbox.gate import moto_targets
from sandbox.gate.moto_state import PARTITION, MotoState
from sandbox.gate.moto_targets import Target
from sandbox.rotation.access import role_may

SESSION_SECONDS = 7 * 24 * 3600
"""How long the credentials of a function's process last, and so the process itself.

Lambda does not say; a process of its own lives for hours. Here it is a week, since a month of hourly calls that is set
forward would otherwise be a month of process starts.
"""
DEFAULT_ATTEMPTS = 2
DEFAULT_AGE = timedelta(hours=6)
"""Retries and age of an asynchronous invocation: Lambda Developer Guide, "How Lambda handles errors and retries"."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A function. `reserved` is its reserved concurrency, None for no limit."""

    target: Target
    name: str
    region: str
    code: bytes
    code_sha: str
    handler: str
    runtime: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    reserved: int | None

    @property
    def log_group(self) -> str:
        """The group of its log."""
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A session of the function's role."""

    access_key: str
    secret_key: str
    token: str
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class AsynchronousRules:
    """What happens to an asynchronous invocation that fails; `on_failure` is an ARN, or empty."""

    attempts: int = DEFAULT_ATTEMPTS
    age: timedelta = DEFAULT_AGE
    on_failure: str = ""


def find(state: MotoState, arn: str) -> Deployed | None:
    """Return a function by its ARN, without qualifier."""
    parts = arn.split(":")
    if len(parts) != 7 or parts[2] != "lambda" or parts[4] not in state.accounts:  # noqa: PLR2004 - an ARN of a function
        return None
    account, region, name = parts[4], parts[3], parts[6]
    target = moto_targets.function(state, account, region, name)
    if target is None:
        return None
    found = get_backend("lambda")[account][region].get_function(name)
    return Deployed(
        target=target,
        name=name,
        region=region,
        code=found.code_bytes,
        code_sha=found.code_sha_256,
        handler=str(found.handler),
        runtime=str(found.run_time),
        timeout=float(found.timeout),
        memory=int(found.memory_size),
        environment=dict(found.environment_vars),
        reserved=None if found.reserved_concurrency is None else int(found.reserved_concurrency),
    )


def asynchronous_rules(function: Deployed) -> AsynchronousRules:
    """Return a function's settings for asynchronous invocation, or Lambda's own."""
    backend = get_backend("lambda")[function.target.account][function.region]
    configs = backend.get_function(function.name).event_invoke_config
    if not configs:
        return AsynchronousRules()
    config = configs[0].config
    age = config.get("MaximumEventAgeInSeconds")
    return AsynchronousRules(
        attempts=int(config.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS)),
        age=DEFAULT_AGE if age is None else timedelta(seconds=age),
        on_failure=config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""),
    )


def log_in(function: Deployed) -> Credentials:
    """Return a new session of the function's role, named as Lambda names it."""
    session = get_backend("sts")[function.target.account][PARTITION].assume_role(
        region_name=function.region,
        role_session_name=function.name,
        role_arn=function.target.role,
        policy="",
        duration=SESSION_SECONDS,
        external_id="",
    )
    return Credentials(
        access_key=session.access_key_id,
        secret_key=session.secret_access_key,
        token=session.session_token,
        expires=session.expiration,
    )


def stream_name(now: datetime) -> str:
    """Return a name for the log stream of a new process."""
    return f"{now:%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"


def write_log(state: MotoState, function: Deployed, stream: str, lines: list[str], now: datetime) -> None:
    """Write lines into the function's log, where the group exists and the role may write; else they are lost."""
    backend = get_backend("logs")[function.target.account][function.region]
    group = f"arn:aws:logs:{function.region}:{function.target.account}:log-group:{function.log_group}"
    target = Target(arn=f"{group}:log-stream:{stream}", account=function.target.account, policy="", tags={})
    allowed = all(
        role_may(state, function.target.role, function.name, action, target)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    )
    if not allowed or function.log_group not in backend.groups:
        return
    backend.ensure_log_stream(function.log_group, stream)
    stamp = int(now.timestamp() * 1000)
    backend.put_log_events(function.log_group, stream, [{"timestamp": stamp, "message": line} for line in lines])
