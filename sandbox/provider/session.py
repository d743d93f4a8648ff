"""The provider's settings, and the AWS session that they lead to."""

import difflib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.provider.errors import ConfigurationError, aws_sentence
from sandbox.provider.values import State, has_unknown

if TYPE_CHECKING:
    from boto3 import Session

SERVED = ("region", "allowedAccountIds", "assumeRoles", "defaultTags")
WITHOUT_EFFECT = ("skipCredentialsValidation", "skipRegionValidation", "skipMetadataApiCheck")
"""Sent by pulumi_aws unasked, with its defaults; they mean nothing for this plugin."""
ENGINE_OWN = ("version", "pluginDownloadURL", "__internal", "__defaults")
ROLE_FIELDS = ("roleArn", "sessionName")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `aws.Provider(...)` was given."""

    region: str
    allowed_account_ids: tuple[str, ...] = ()
    assume_roles: tuple[Mapping[str, str], ...] = ()
    default_tags: Mapping[str, str] = field(default_factory=dict)


class Aws:
    """Clients of one account and region; credentials live in this object's memory only."""

    def __init__(self, session: "Session", account: str, settings: Settings) -> None:
        self.account = account
        self.region = settings.region
        self.default_tags = settings.default_tags
        self._session: Any = session  # its stub wants a literal service name
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()  # boto3 clients may be shared between threads, making them may not

    def client(self, service: str) -> Any:  # noqa: ANN401 - the caller annotates it with its service's client
        """Return the client of a service, made on first use."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(service)
            return self._clients[service]


def setting_problems(given: State) -> Iterator[tuple[str, str]]:
    """Yield (setting, what is wrong) for every provider setting that can't be served."""
    for name in given:
        if name in (*WITHOUT_EFFECT, *ENGINE_OWN):
            continue
        if name not in SERVED:
            near = difflib.get_close_matches(name, SERVED, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it serves {', '.join(SERVED)}"
            yield name, f"the sandbox's aws provider does not serve this provider setting; {hint}"
    if not given.get("region"):
        yield "region", "is required, e.g. ap-northeast-1"
    roles = given.get("assumeRoles")
    if roles is not None and not has_unknown(roles):
        for index, role in enumerate(_list(roles)):
            for name in set(role) - set(ROLE_FIELDS):
                yield f"assumeRoles[{index}].{name}", f"the sandbox serves only {', '.join(ROLE_FIELDS)}"
            if not role.get("roleArn"):
                yield f"assumeRoles[{index}].roleArn", "is required"


def parse_settings(given: State) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: all problems in one text.
    """
    wrong = [f"{name}: {reason}" for name, reason in setting_problems(given)]
    if wrong:
        raise ConfigurationError("; ".join(wrong))
    tags = _decoded(given.get("defaultTags", {}))
    return Settings(
        region=given["region"],
        allowed_account_ids=tuple(_list(given.get("allowedAccountIds", []))),
        assume_roles=tuple(_list(given.get("assumeRoles", []))),
        default_tags=tags.get("tags") or {},
    )


def connect(settings: Settings) -> Aws:
    """Log in with the environment's credentials, assume the roles in turn, and check the account.

    Raises:
        AwsError: STS refused or could not be reached.
        ConfigurationError: the account is not among the allowed ones.
    """
    import boto3  # noqa: PLC0415 - a third of a second that only a configured plugin needs

    session = boto3.Session(region_name=settings.region)
    for role in settings.assume_roles:
        with aws_sentence(f"assuming {role['roleArn']}"):
            answer = session.client("sts").assume_role(
                RoleArn=role["roleArn"], RoleSessionName=role.get("sessionName") or "pulumi"
            )
        session = boto3.Session(
            aws_access_key_id=answer["Credentials"]["AccessKeyId"],
            aws_secret_access_key=answer["Credentials"]["SecretAccessKey"],
            aws_session_token=answer["Credentials"]["SessionToken"],
            region_name=settings.region,
        )
    with aws_sentence("asking AWS whose credentials these are"):
        account = session.client("sts").get_caller_identity()["Account"]
    allowed = settings.allowed_account_ids
    if allowed and account not in allowed:
        raise ConfigurationError(
            f"the credentials are of AWS account {account}, and this provider may only touch "
            f"{', '.join(allowed)} (allowedAccountIds): use the credentials of the stack's own account, or "
            "correct the account in the stack's configuration; nothing was changed"
        )
    return Aws(session, account, settings)


def _decoded(value: Any) -> Any:  # noqa: ANN401 - provider settings are JSON of any shape
    """Nested provider settings arrive as JSON text, or as values from a newer engine."""
    return json.loads(value) if isinstance(value, str) else value


def _list(value: object) -> list[Any]:
    decoded = _decoded(value)
    return decoded if isinstance(decoded, list) else [decoded]
