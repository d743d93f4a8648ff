"""`ApiKeyReader`: a tenant's API key, fetched as that tenant's reader and remembered for a bounded time."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tenant_keys import naming
from tenant_keys.reader.errors import (
    AccessDeniedError,
    KeyNotFoundError,
    NoValueYetError,
    ReaderError,
    StoreUnreachableError,
    UnknownTenantError,
)

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sts import STSClient

# As AWS's own caching agent does (AWS Secrets Manager agent, "ttl_seconds").
DEFAULT_CACHE_SECONDS = 300.0
# A role that was assumed from a role lives one hour at most (IAM user guide, "role chaining"); it is renewed earlier.
_SESSION_SECONDS = 3600
_RENEW_BEFORE_SECONDS = 300.0

_Item = TypeVar("_Item")

# InvalidRequestException answers for a secret that is scheduled for deletion (Secrets Manager API, GetSecretValue).
_ABSENT = frozenset({"InvalidRequestException", "ResourceNotFoundException"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


@dataclass(frozen=True)
class _Kept(Generic[_Item]):
    """Something remembered until a moment of the reader's clock."""

    item: _Item
    until: float

    def __repr__(self) -> str:
        return f"<kept until {self.until}>"


class ApiKeyReader:
    """Fetches API keys, each as the reader role of its tenant.

    The cache is keyed by tenant and key name, so one tenant's answer can't serve another. Threads may share one reader.
    A rotated key is seen after `cache_seconds` at the latest; the old one is valid until its grace ends.
    """

    def __init__(
        self,
        *,
        app: str,
        account: str,
        region: str,
        cache_seconds: float = DEFAULT_CACHE_SECONDS,
        session: boto3.Session | None = None,
        caller: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Makes a reader; nothing is asked of AWS yet.

        Args:
            app: The app, as in the stack file.
            account: The AWS account of the environment, 12 digits.
            region: The AWS region of the environment.
            cache_seconds: How long a fetched key is remembered; 0 asks AWS each time.
            session: The backend's credentials; the ordinary chain if left out.
            caller: Who asks behind the backend's one role, such as a service's name. It becomes the session's source
                identity, which each record of the audit trail shows. The backend's role then needs
                `sts:SetSourceIdentity` on the readers beside `sts:AssumeRole`.
            clock: Seconds that only grow.

        Raises:
            ValueError: `caller` has not the form of a source identity.
        """
        if caller and not naming.is_source_identity(caller):
            raise ValueError(
                f"caller is {caller!r}; AWS takes 2 to 64 letters, digits and the signs +=,.@_- as a source identity."
            )
        self._stated: dict[str, Any] = {"SourceIdentity": caller} if caller else {}
        self._names = naming.Names(app=app, account=account, region=region)
        self._cache_seconds = cache_seconds
        self._session = session or boto3.Session()
        self._clock = clock
        self._sts: STSClient = self._session.client("sts", region_name=region)
        self._values: dict[tuple[str, str], _Kept[str]] = {}
        self._clients: dict[str, _Kept[SecretsManagerClient]] = {}
        self._lock = Lock()

    def get(self, tenant: str, key: str = naming.DEFAULT_KEY) -> str:
        """The current value of a tenant's API key.

        Raises:
            UnknownTenantError: `tenant` or `key` has not the form of an id.
            AccessDeniedError: AWS refused.
            KeyNotFoundError: There is no such secret.
            NoValueYetError: The secret has no value.
            StoreUnreachableError: AWS did not answer.
        """
        kept = self._values.get((tenant, key))
        if kept is not None and self._clock() < kept.until:
            return kept.item
        return self._fetch(tenant, key)

    def forget(self, tenant: str, key: str = naming.DEFAULT_KEY) -> None:
        """Drops what is remembered of a key, so that the next `get` asks AWS: for an issuer that refuses the key."""
        self._values.pop((tenant, key), None)

    def _fetch(self, tenant: str, key: str) -> str:
        if not (naming.is_tenant_id(tenant) and naming.is_key_name(key)):
            raise UnknownTenantError(
                f"{tenant!r} / {key!r} is not a tenant id and a key name: each is 3 to 40 lower case letters, "
                "digits and single hyphens. Nothing was asked of AWS. Pass the ids that the stack file declares."
            )
        try:
            answer = self._client_of(tenant).get_secret_value(
                SecretId=self._names.secret(tenant, key), VersionStage="AWSCURRENT"
            )
        except (BotoCoreError, ClientError) as error:
            self._raise(error, tenant, key)
        text = answer.get("SecretString")
        if text is None:
            raise ReaderError(f"{self._names.secret(tenant, key)} holds bytes; an API key is text. Put it in again.")
        value = _api_key(text)
        if self._cache_seconds > 0:
            self._values[tenant, key] = _Kept(value, self._clock() + self._cache_seconds)
        return value

    def _client_of(self, tenant: str) -> "SecretsManagerClient":
        """A client that acts as the tenant's reader, kept as long as its session lives."""
        with self._lock:
            kept = self._clients.get(tenant)
            if kept is not None and self._clock() < kept.until:
                return kept.item
            client = self._log_in(tenant)
            self._clients[tenant] = _Kept(client, self._clock() + _SESSION_SECONDS - _RENEW_BEFORE_SECONDS)
            return client

    def _log_in(self, tenant: str) -> "SecretsManagerClient":
        credentials = self._sts.assume_role(
            RoleArn=self._names.reader_role_arn(tenant),
            RoleSessionName=naming.reader_session_name(tenant),
            DurationSeconds=_SESSION_SECONDS,
            **self._stated,
        )["Credentials"]
        return self._session.client(
            "secretsmanager",
            region_name=self._names.region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    def _raise(self, error: BotoCoreError | ClientError, tenant: str, key: str) -> NoReturn:
        secret = self._names.secret(tenant, key)
        if not isinstance(error, ClientError):
            raise StoreUnreachableError(
                f"AWS did not answer for {secret} ({type(error).__name__}). Check the region, the network and the "
                "credentials of the backend, and try again."
            ) from error
        code = error.response["Error"]["Code"]
        if code in _DENIED:
            raise AccessDeniedError(
                f"AWS refused {secret} ({code} in {error.operation_name}). Either the backend's role is not under "
                f"'backendRoles', or tenant {tenant!r} was never onboarded: compare `tenant-keys status`."
            ) from error
        if code in _ABSENT:
            raise self._absent(error, secret) from error
        raise StoreUnreachableError(
            f"AWS can't answer for {secret} now ({code} in {error.operation_name}). Try again."
        ) from error

    @staticmethod
    def _absent(error: ClientError, secret: str) -> ReaderError:
        # One code for two cases; only the message says which (Secrets Manager API, GetSecretValue).
        if "staging label" in error.response["Error"]["Message"]:
            return NoValueYetError(f"{secret} has no value yet. An operator puts one in with `tenant-keys put-key`.")
        return KeyNotFoundError(
            f"{secret} does not exist, or is scheduled for deletion. Declare it in the stack file and run `pulumi up`."
        )


def _api_key(text: str) -> str:
    """The API key in a secret's text: what a person put in is the key itself, rotation wraps it (docs/rotation.md)."""
    try:
        wrapped = json.loads(text)
    except ValueError:
        return text
    api_key = wrapped.get("apiKey") if isinstance(wrapped, dict) else None
    return api_key if isinstance(api_key, str) else text
