"""The calls to AWS of the rotation commands: ask for a rotation, watch it, end an old key."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tenant_keys.cli.errors import CommandError, RefusedByAwsError
from tenant_keys.cli.rotation_state import Rotation, read_rotation
from tenant_keys.settings import KeySettings, Settings

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Secrets Manager takes 50 writes a second and region, and a rotation makes two of them (Secrets Manager quotas), so 25
# rotations a second is the end; this leaves a fifth to everyone else.
PER_SECOND = 20.0
# Two calls a key, far under the 10,000 a second of DescribeSecret (Secrets Manager quotas).
_THREADS = 8
_POLL_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Key:
    """One declared API key."""

    tenant: str
    name: str
    settings: KeySettings

    def __str__(self) -> str:
        return f"{self.tenant}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An answer to the wish for a rotation: the version that it is to make, or why there is none."""

    key: Key
    version: str | None
    refused: str = ""


def declared_keys(settings: Settings) -> Iterator[Key]:
    """All keys of the environment, by tenant and name."""
    for tenant in sorted(settings.tenants):
        for name, key in sorted(settings.tenants[tenant].keys.items()):
            yield Key(tenant=tenant, name=name, settings=key)


def look_at_all(
    secrets: "SecretsManagerClient", settings: Settings, keys: Sequence[Key]
) -> Iterator[tuple[Key, Rotation | None]]:
    """The rotation of each key, in order; None for one that is not deployed."""
    with ThreadPoolExecutor(_THREADS) as threads:
        yield from zip(keys, threads.map(partial(look, secrets, settings), keys), strict=True)


def look(secrets: "SecretsManagerClient", settings: Settings, key: Key) -> Rotation | None:
    """The rotation of one key; None if its secret does not exist."""
    name = settings.names.secret(key.tenant, key.name)
    try:
        described = secrets.describe_secret(SecretId=name)
        # Without deprecated versions only the labelled ones come back, which fit one page.
        versions = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    except secrets.exceptions.ResourceNotFoundException:
        return None
    return read_rotation(described, versions)


def begin(
    secrets: "SecretsManagerClient",
    settings: Settings,
    keys: Iterable[Key],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Begun]:
    """Asks for the rotation of each key, no faster than the quota allows.

    A rotation that is under way already is attempted again by this, with the version that it has.
    """
    free = clock()
    for key in keys:
        sleep(max(0.0, free - clock()))
        free = max(free, clock()) + 1 / PER_SECOND
        try:
            answer = secrets.rotate_secret(SecretId=settings.names.secret(key.tenant, key.name))
        except secrets.exceptions.InvalidRequestException as error:
            yield _already_running(secrets, settings, key, error)
        except ClientError as error:
            yield Begun(key=key, version=None, refused=_told(error))
        else:
            yield Begun(key=key, version=answer["VersionId"])


def wait(
    secrets: "SecretsManagerClient",
    settings: Settings,
    begun: Sequence[Begun],
    *,
    longest: timedelta,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Begun]:
    """Yields each rotation when its version is the current one; stops when all are, or after `longest`."""
    until = clock() + longest
    left = [each for each in begun if each.version is not None]
    while left:
        still = []
        for each in left:
            rotation = look(secrets, settings, each.key)
            if rotation is not None and rotation.current == each.version:
                yield each
            else:
                still.append(each)
        left = still
        if not left or clock() >= until:
            return
        sleep(_POLL_SECONDS)


def revoke_old(functions: "LambdaClient", settings: Settings, done: Begun, arn: str) -> None:
    """Ends the key that `done` replaced, without waiting for its grace.

    Raises:
        CommandError: The function failed; the old key may still work.
    """
    name = settings.names.rotator_function(str(done.key.settings.issuer))
    wish = {"revoke": {"secretId": arn, "version": done.version, "now": True}}
    try:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(wish).encode())
    except ClientError as error:
        raise RefusedByAwsError(f"{done.key}: {name} could not be called ({_told(error)}).") from None
    if answer.get("FunctionError"):
        said = _message(json.loads(answer["Payload"].read()))
        raise CommandError(f"{done.key}: the old key was not revoked: {said} It may still work; try again.")


def _already_running(secrets: "SecretsManagerClient", settings: Settings, key: Key, error: ClientError) -> Begun:
    """A refusal because a rotation is under way is as good as a start: Secrets Manager attempts it again."""
    rotation = look(secrets, settings, key)
    if rotation is not None and rotation.pending is not None:
        return Begun(key=key, version=rotation.pending)
    return Begun(key=key, version=None, refused=_told(error))


def _told(error: ClientError) -> str:
    return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"


def _message(answer: Mapping[str, object]) -> str:
    return str(answer.get("errorMessage", "the function said nothing."))
