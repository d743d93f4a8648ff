"""The confused deputy: the function holds the issuer's admin credential, and an event names a secret."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rotation_lambda.contracts import SecretDescription, Stage
from rotation_lambda.errors import WrongSecretError
from rotation_lambda.event import Step
from rotation_lambda.redaction import Sealed
from rotation_lambda.tenancy import tenancy_of
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import ARN, CASES, FUNCTION, PLACE, TAGS
from tests.rotation_lambda.simulation.world import World

MINE = SecretDescription(arn=ARN, tags=TAGS, rotation_function=FUNCTION.arn, stages={})


def test_a_secret_of_this_function_tells_its_place_and_grace() -> None:
    tenancy = tenancy_of(MINE, FUNCTION)
    assert tenancy.place == PLACE
    assert tenancy.grace == timedelta(hours=24)


def test_a_key_without_an_account_of_its_own_lives_in_the_account_of_all() -> None:
    tags = {name: text for name, text in TAGS.items() if name != "issuer-account"}
    assert not tenancy_of(replace(MINE, tags=tags), FUNCTION).place.account


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"tags": TAGS | {"tenant": "globex"}}, id="tagged with another tenant"),
        pytest.param({"tags": TAGS | {"key": "other"}}, id="tagged with another key"),
        pytest.param({"tags": TAGS | {"issuer": "datadog"}}, id="of another issuer"),
        pytest.param({"tags": TAGS | {"app": "otherapp"}}, id="of another app"),
        pytest.param({"tags": TAGS | {"environment": "dev"}}, id="of another environment"),
        pytest.param({"tags": TAGS | {"grace-hours": "-1"}}, id="with a negative grace"),
        pytest.param({"tags": TAGS | {"grace-hours": ""}}, id="without a grace"),
        pytest.param({"tags": {}}, id="without tags"),
        pytest.param({"arn": ARN.replace("tenant-acme", "tenant-globex")}, id="named for another tenant"),
        pytest.param({"arn": ARN.replace("external-api-key", "x/external-api-key")}, id="one level deeper"),
        pytest.param({"arn": ARN.replace("/external-api-key", "")}, id="without a key in its name"),
        pytest.param({"arn": ARN.replace("/saas/myapp/", "/saas/otherapp/")}, id="named for another app"),
        pytest.param({"arn": ARN.replace("/saas/myapp/tenant-acme/", "")}, id="with a bare name"),
        pytest.param(
            {"arn": ARN.replace("/saas/", "/other/"), "tags": TAGS | {"tenant": "", "key": ""}}, id="of nobody"
        ),
        pytest.param({"rotation_function": f"{FUNCTION.arn}2"}, id="of another function"),
    ],
)
def test_a_secret_that_is_not_this_functions_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WrongSecretError, match="is not one that this function may rotate"):
        tenancy_of(replace(MINE, **change), FUNCTION)


def test_all_reasons_are_told_at_once() -> None:
    tags = TAGS | {"issuer": "datadog", "environment": "dev"}
    with pytest.raises(WrongSecretError, match=r"environment is 'dev' and not 'prod'; its tag issuer is 'datadog'"):
        tenancy_of(replace(MINE, tags=tags), FUNCTION)


def test_where_the_function_is_not_known_the_tags_decide() -> None:
    assert tenancy_of(replace(MINE, rotation_function=None), FUNCTION).place == PLACE
    assert tenancy_of(replace(MINE, rotation_function="other"), replace(FUNCTION, arn=None)).place == PLACE


@pytest.mark.parametrize("step", Step)
def test_a_wrong_secret_is_refused_before_any_call_to_the_issuer(step: Step) -> None:
    world = World(CASES["B"])
    token = world.begin()
    world.secret.tags = TAGS | {"tenant": "globex"}
    with pytest.raises(WrongSecretError):
        world.step(step, token)
    assert [made.name for made in world.wire.made] == ["describe"]


WRONG_CLAIMS = [
    pytest.param({"tenant": "globex"}, id="another tenant's"),
    pytest.param({"issuer": "datadog"}, id="another issuer's"),
    pytest.param({"account": "globex-sub"}, id="another account's"),
    pytest.param({"endpoint": "https://elsewhere.example"}, id="for another endpoint"),
]


@pytest.mark.parametrize("claim", WRONG_CLAIMS)
def test_nothing_is_minted_beside_a_current_value_that_is_not_this_secrets(claim: dict[str, Any]) -> None:
    world = World(CASES["B"])
    world.write(replace(world.made_by_function(), **claim))
    token = world.begin()
    with pytest.raises(WrongSecretError) as refused:
        world.step(Step.CREATE, token)
    assert {made.name for made in world.wire.made}.isdisjoint({"mint", "list", "probe", "put"})
    assert CANARY not in str(refused.value), "not even what a value says of itself is repeated"
    assert next(iter(claim.values())) not in str(refused.value)


@pytest.mark.parametrize("claim", WRONG_CLAIMS)
@pytest.mark.parametrize("case", ["A", "B"])
@pytest.mark.parametrize("step", Step)
def test_a_pending_value_that_is_not_this_secrets_never_reaches_the_issuer(
    case: str, step: Step, claim: dict[str, Any]
) -> None:
    world = World(CASES[case])
    token = world.begin()
    world.secret.put(token, replace(world.made_by_function(), **claim), Stage.PENDING)
    with pytest.raises(WrongSecretError):
        world.step(step, token)
    assert {made.name for made in world.wire.made} == {"describe", "read AWSPENDING"}


@pytest.mark.parametrize("claim", WRONG_CLAIMS)
def test_a_previous_value_that_is_not_this_secrets_is_never_revoked(claim: dict[str, Any]) -> None:
    world = World(CASES["B"])
    world.write(replace(world.made_by_function(), **claim))
    world.write(world.made_by_function())
    current = world.secret.state.version_at(Stage.CURRENT) or ""
    assert world.revoke(current, now=True) == "not ours"
    assert not world.issuer.desk.revoked


def test_a_value_that_a_person_wrote_can_not_point_the_revocation_at_anothers_key() -> None:
    """Whoever may put a value in can claim any id for it; the issuer's list of this secret's names decides."""
    world = World(CASES["B"])
    forged = replace(world.made_by_function(), api_key=Sealed(f"{CANARY}forged"), api_key_id="other-1")
    world.secret.write(world.new_version(), forged)
    world.secret.write(world.new_version(), world.made_by_function())
    current = world.secret.state.version_at(Stage.CURRENT) or ""
    assert world.revoke(current, now=True) == "gone already"
    assert "other-1" in world.issuer.live_ids(), "it is another tenant's key"


def test_a_value_that_a_person_brought_says_nothing_and_is_accepted() -> None:
    tenancy = tenancy_of(MINE, FUNCTION)
    plain = ApiKeyValue(api_key=Sealed(f"{CANARY}plain"))
    tenancy.check(plain, "version")
    assert not tenancy.minted(plain), "and nothing of a person's is ever revoked"


def test_only_what_says_all_of_it_was_minted_here() -> None:
    tenancy = tenancy_of(MINE, FUNCTION)
    value = World(CASES["B"]).made_by_function()
    assert tenancy.minted(value)
    for name in ("api_key_id", "tenant", "issuer", "account", "endpoint"):
        without: dict[str, Any] = {name: None}
        assert not tenancy.minted(replace(value, **without)), f"without {name} nobody knows"
