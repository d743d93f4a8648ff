"""One call of the function: who takes part in it, and what is done.

The AWS clients are made once and live as long as the process; all else is made anew for each event.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from rotation_lambda.contracts import Issuer, Stage
from rotation_lambda.errors import SettingsRefusedError
from rotation_lambda.event import Event, RevokeEvent, StepEvent
from rotation_lambda.http_client import HttpClient
from rotation_lambda.issuers.registry import ADAPTERS, build
from rotation_lambda.log import round_fields, write_metrics
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.revoking import revoke_previous
from rotation_lambda.protocol.rounds import sweep_all
from rotation_lambda.protocol.steps import run_step
from rotation_lambda.redaction import Sealed
from rotation_lambda.revocation_job import SchedulerJobs
from rotation_lambda.secret_list import IssuerSecrets
from rotation_lambda.secret_store import SecretsManagerStore, secret_text
from rotation_lambda.settings import FunctionSettings
from rotation_lambda.tenancy import RotationFunction

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

_RESERVE = 5.0  # seconds that a call leaves to the runtime
_STEP = 25.0  # seconds of a step at most: Secrets Manager waits for it, and tries again
_ARN_FIELDS = 7  # of a function's ARN; an eighth is a qualifier
# Seconds. An AWS call is tried three times in all, with pauses of at most 20 s in between (boto3 guide, "Retries").
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


class Context(Protocol):
    """What the Lambda runtime tells of a call."""

    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the runtime ends the call."""
        ...


@dataclass(frozen=True, kw_only=True)
class Clients:
    """The AWS clients."""

    secrets: "SecretsManagerClient"
    scheduler: "EventBridgeSchedulerClient"


@cache
def clients() -> Clients:
    """The clients of this process, in the runtime's region."""
    for chatty in ("boto3", "botocore", "urllib3"):  # at DEBUG they print requests and replies
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return Clients(
        secrets=boto3.client("secretsmanager", config=_CONFIG), scheduler=boto3.client("scheduler", config=_CONFIG)
    )


class RuntimeTime:
    """The contract's Time within one call of the function."""

    def __init__(self, budget: float) -> None:
        """Begins to count.

        Args:
            budget: Seconds for this call's work.
        """
        self._deadline = time.monotonic() + budget

    def now(self) -> datetime:
        """See the contract."""
        return datetime.now(UTC)

    def remaining(self) -> float:
        """See the contract."""
        return self._deadline - time.monotonic()

    def pause(self, seconds: float) -> None:
        """See the contract."""
        time.sleep(seconds)


def perform(asked: Event, settings: FunctionSettings, context: Context) -> Mapping[str, object]:
    """Does what is asked for; says in fields of the log what came of it.

    Raises:
        RotationError: It was not done.
    """
    remaining = context.get_remaining_time_in_millis() / 1000 - _RESERVE
    clock = RuntimeTime(min(remaining, _STEP) if isinstance(asked, StepEvent) else remaining)
    arn = ":".join(context.invoked_function_arn.split(":")[:_ARN_FIELDS])
    token = asked.rotation_token if isinstance(asked, StepEvent) else None
    parties = Parties(
        function=RotationFunction(settings=settings, arn=arn, endpoint=_endpoint(settings)),
        store=SecretsManagerStore(clients().secrets, token),
        issuer=_issuer(settings, clock),
        jobs=SchedulerJobs(
            clients().scheduler, function=arn, group=settings.schedule_group, role=settings.schedule_role
        ),
        time=clock,
    )
    match asked:
        case StepEvent():
            return {"outcome": run_step(asked, parties)}
        case RevokeEvent():
            return {"outcome": revoke_previous(asked, parties)}
        case _:
            secrets = IssuerSecrets(
                clients().secrets, issuer=settings.issuer, prefix=settings.secret_prefix, function=arn
            )
            result = sweep_all(secrets, parties)
            write_metrics(settings, result, clock.now())
            return {"outcome": Outcome.SWEPT, **round_fields(result)}


def _issuer(settings: FunctionSettings, clock: RuntimeTime) -> Issuer:
    if settings.adapter not in ADAPTERS:
        raise SettingsRefusedError(f"There is no adapter {settings.adapter!r}. Known: {', '.join(sorted(ADAPTERS))}.")
    return build(
        settings.adapter,
        base_url=settings.base_url,
        options=settings.options,
        admin=lambda: _admin_credential(settings),
        http=HttpClient(remaining=clock.remaining),
        clock=clock.now,
    )


def _endpoint(settings: FunctionSettings) -> str:
    """The base URL that the adapter calls; empty if it calls none."""
    hosts = ADAPTERS[settings.adapter].hosts if settings.adapter in ADAPTERS else {}
    return settings.base_url or hosts.get(str(settings.options.get("region", next(iter(hosts), ""))), "")


def _admin_credential(settings: FunctionSettings) -> Sealed:
    if settings.admin_secret is None:
        raise SettingsRefusedError(f"The settings name no admin secret for issuer {settings.issuer}. Deploy it.")
    return secret_text(clients().secrets, settings.admin_secret, Stage.CURRENT)
