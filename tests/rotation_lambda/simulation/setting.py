"""The secret, the function and the kinds of issuers of all simulations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from rotation_lambda.contracts import Place, Shape, Traits
from rotation_lambda.key_names import name_prefix
from rotation_lambda.settings import FunctionSettings
from rotation_lambda.tenancy import RotationFunction

ARN = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:/saas/myapp/tenant-acme/external-api-key-aB3dE5"
GRACE = timedelta(hours=24)
TAGS = {
    "app": "myapp",
    "environment": "prod",
    "tenant": "acme",
    "key": "external-api-key",
    "issuer": "sendgrid",
    "issuer-account": "acme-sub",
    "grace-hours": "24",
}
PLACE = Place(tenant="acme", key="external-api-key", account="acme-sub", name_prefix=name_prefix(ARN))
SETTINGS = FunctionSettings(
    app="myapp",
    environment="prod",
    issuer="sendgrid",
    adapter="sendgrid",
    base_url=None,
    options={},
    admin_secret=None,
    secret_prefix="/saas/myapp/tenant-",
    schedule_group="myapp",
    schedule_role="arn:aws:iam::111111111111:role/myapp--scheduler",
)
FUNCTION = RotationFunction(
    settings=SETTINGS,
    arn="arn:aws:lambda:ap-northeast-1:111111111111:function:myapp--sendgrid--rotator",
    endpoint="https://issuer.example",
)

FOREIGN = {"other-1": "tk-0123456789ab-11111111-1111-1700000000", "other-2": "made by hand"}
"""Keys at the issuer that are not this secret's: another tenant's, and one of a person. Ids and names."""

_TWO_SLOTS = 2 + len(FOREIGN)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind of issuer.

    Attributes:
        traits: What its adapter declares.
        names: Whether its list has names.
    """

    traits: Traits
    names: bool = True


CASES: Mapping[str, Case] = {
    "A": Case(traits=Traits(shape=Shape.STORE_FIRST)),
    "A, no names": Case(traits=Traits(shape=Shape.STORE_FIRST), names=False),
    "A, two slots": Case(traits=Traits(shape=Shape.STORE_FIRST, most_live=_TWO_SLOTS)),
    "A, no overlap": Case(traits=Traits(shape=Shape.STORE_FIRST, overlap=False, revokes=False), names=False),
    "B": Case(traits=Traits(shape=Shape.MINT)),
    "B, two slots": Case(traits=Traits(shape=Shape.MINT, most_live=_TWO_SLOTS)),
    "C": Case(traits=Traits(shape=Shape.ROLL_WITH_GRACE, revokes=False)),
    "D": Case(traits=Traits(shape=Shape.ROLL_HARD, overlap=False, revokes=False)),
    "E": Case(traits=Traits(shape=Shape.REFRESH_CHAIN, revokes=False)),
    "F": Case(traits=Traits(shape=Shape.MANUAL, revokes=False)),
}


def version(number: int) -> str:
    """A version id in the form of a UUID."""
    return f"{number:08x}-{number:04x}-4000-8000-{number:012x}"
