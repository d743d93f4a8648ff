"""Whose secret it is, and that the function may act on it: checked before any call to the issuer.

The event names a secret, and the function holds the issuer's admin credential: without these checks, a secret that is
tagged or filled wrongly would make the function mint or revoke keys of another tenant (a confused deputy).
"""

from dataclasses import dataclass
from datetime import timedelta

from rotation_lambda.contracts import Place, SecretDescription
from rotation_lambda.errors import WrongSecretError
from rotation_lambda.key_names import name_prefix
from rotation_lambda.settings import FunctionSettings
from rotation_lambda.value import ApiKeyValue

_ARN_FIELDS = 7
_SUFFIX_LENGTH = len("-aB3dE5")  # what Secrets Manager puts behind a secret's name in its ARN


@dataclass(frozen=True, kw_only=True)
class RotationFunction:
    """Which function this is.

    Attributes:
        settings: What the stack told it.
        arn: Its ARN without a qualifier; None where the runtime does not tell.
        endpoint: The base URL of the issuer that its adapter calls.
    """

    settings: FunctionSettings
    arn: str | None
    endpoint: str


@dataclass(frozen=True, kw_only=True)
class Tenancy:
    """Whose secret it is.

    Attributes:
        place: Where its keys live.
        grace: How long the old key goes on working after a promotion.
        issuer: The issuer's name in the settings.
        endpoint: The issuer's base URL.
    """

    place: Place
    grace: timedelta
    issuer: str
    endpoint: str

    def check(self, value: ApiKeyValue, version: str) -> None:
        """That what `value` says of itself fits; what a person brought may say nothing.

        Raises:
            WrongSecretError: It was made for another tenant, issuer, account or endpoint.
        """
        wrong = [
            f"its {what} is not {expected!r}"  # what it is instead came out of the value, and stays there
            for what, got, expected in self._claims(value)
            if got is not None and got != expected
        ]
        if wrong:
            raise WrongSecretError(
                f"The value of version {version} was not made for this secret: {'; '.join(wrong)}. Nothing was asked "
                "of the issuer. Correct the stack's settings, or put a key in that belongs here."
            )

    def minted(self, value: ApiKeyValue) -> bool:
        """Whether this function minted `value`, for this secret's place and nowhere else."""
        return bool(value.api_key_id) and all(got == expected for _, got, expected in self._claims(value))

    def _claims(self, value: ApiKeyValue) -> list[tuple[str, str | None, str]]:
        return [
            ("tenant", value.tenant, self.place.tenant),
            ("issuer", value.issuer, self.issuer),
            ("account", value.account, self.place.account),
            ("endpoint", value.endpoint, self.endpoint),
        ]


def tenancy_of(secret: SecretDescription, function: RotationFunction) -> Tenancy:
    """Whose secret it is, by its name and by its tags, which must agree.

    Raises:
        WrongSecretError: It is not one that this function may rotate; the text lists every reason.
    """
    settings = function.settings
    tenant, key = _owner_by_name(secret.arn, settings.secret_prefix)
    expected = {
        "app": settings.app,
        "environment": settings.environment,
        "issuer": settings.issuer,
        "tenant": tenant,
        "key": key,
    }
    wrong = [
        f"its tag {name} is {secret.tags.get(name)!r} and not {value!r}"
        for name, value in expected.items()
        if not value or secret.tags.get(name) != value
    ]
    grace = secret.tags.get("grace-hours", "")
    if not (grace.isascii() and grace.isdecimal()):
        wrong.append(f"its tag grace-hours is {grace!r} and no whole number")
    if function.arn and secret.rotation_function and secret.rotation_function != function.arn:
        wrong.append("another function rotates it")
    if wrong:
        raise WrongSecretError(
            f"The secret {secret.arn} is not one that this function may rotate: {'; '.join(wrong)}. Nothing was "
            "asked of the issuer. The deployer alone sets these: deploy the stack again."
        )
    account = secret.tags.get("issuer-account", "")
    place = Place(tenant=tenant, key=key, account=account, name_prefix=name_prefix(secret.arn))
    return Tenancy(place=place, grace=timedelta(hours=int(grace)), issuer=settings.issuer, endpoint=function.endpoint)


def _owner_by_name(arn: str, prefix: str) -> tuple[str, str]:
    """Tenant and key in the secret's name; empty if it is not the name of a tenant's secret."""
    fields = arn.split(":", _ARN_FIELDS - 1)
    name = fields[-1][:-_SUFFIX_LENGTH] if len(fields) == _ARN_FIELDS else ""
    tenant, _, key = name.removeprefix(prefix).partition("/")
    return (tenant, key) if name.startswith(prefix) else ("", "")
