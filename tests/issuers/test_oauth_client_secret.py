"""Client secrets of any authorization server, in three shapes."""

from typing import Any

import pytest

from rotation_lambda.contracts import Probe, Shape
from rotation_lambda.errors import CapReachedError, IssuerRefusedError
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.issuers.registry import admin_fields, issuer_problems, traits_of
from tests.issuers.bench import PREFIX, Bench
from tests.issuers.described import AUTHORIZATION_SERVER
from tests.issuers.rows import on, row_of

NAME = "oauth-client-secret"
HEADERS: dict[str, Any] = {"Authorization": "Bearer {admin}"}
LIST, DELETE = AUTHORIZATION_SERVER["list"], AUTHORIZATION_SERVER["delete"]
MINTED: dict[str, Any] = {
    "shape": "mint",
    "token": {"path": "/token", "clientAuthentication": "post"},
    "headers": HEADERS,
    "create": {
        "path": "/clients/{account}/secrets/new",
        "form": {"label": "{name}"},
        "apiKey": "/secret",
        "id": "/id",
        "extra": {"clientId": "/client_id"},
    },
    "list": LIST,
    "delete": DELETE,
}
ONE_SLOT: dict[str, Any] = {
    "shape": "store-first",
    "token": {"path": "/token"},
    "headers": HEADERS,
    "register": {"method": "PUT", "path": "/clients/{account}/secret", "json": {"secret": "{apiKey}"}},
}
BROUGHT: dict[str, Any] = {"shape": "manual", "token": {"path": "/token", "scope": "read"}}
CARRIED = {**AUTHORIZATION_SERVER, "list": {**LIST, "name": "/secret"}}
BY_NAME = {**AUTHORIZATION_SERVER, "list": {key: part for key, part in LIST.items() if key != "created"}}


def problems(options: dict[str, Any]) -> list[OptionProblem]:
    return issuer_problems(NAME, base_url="https://login.example", options=options)


@pytest.mark.parametrize("options", [AUTHORIZATION_SERVER, MINTED, ONE_SLOT, BROUGHT, CARRIED])
def test_each_shape_can_be_described(options: dict[str, Any]) -> None:
    assert problems(options) == []


@on(row_of(NAME, options=MINTED))
def test_a_server_may_make_the_secret(bench: Bench) -> None:
    old, new = bench.new_key(), bench.new_key()
    assert old.api_key_id is not None

    bench.adapter().revoke(bench.place, old.api_key_id)

    assert bench.live() == {new.api_key_id}
    assert bench.adapter().probe(bench.place, new) is Probe.VALID
    assert new.extra["clientId"].open() == "acme-client"
    assert traits_of(NAME, MINTED).shape is Shape.MINT


@on(row_of(NAME, options=ONE_SLOT))
def test_a_server_may_have_one_slot_and_its_traits_say_so(bench: Bench) -> None:
    value = bench.new_key()

    traits = traits_of(NAME, ONE_SLOT)

    assert (traits.overlap, traits.revokes) == (False, False)
    assert bench.adapter().probe(bench.place, value) is Probe.VALID
    assert bench.live() == set()


@on(row_of(NAME, options=CARRIED))
def test_a_list_without_names_is_read_by_the_names_that_secrets_carry(bench: Bench) -> None:
    old, new = bench.new_key(), bench.new_key()
    bench.fake.keys.add(key_id="s0", name="", value="a-persons-own-secret", account="acme-client")
    assert old.api_key_id is not None

    bench.adapter().register(bench.place, new)
    bench.adapter().revoke(bench.place, "")
    bench.adapter().revoke(bench.place, old.api_key_id)

    assert bench.live() == {new.api_key_id}
    assert [key.id for key in bench.fake.keys.of("acme-client")][-1] == "s0", "a person's secret was deleted"


@on(row_of(NAME, options=BY_NAME))
def test_without_a_date_the_name_tells_the_age(bench: Bench) -> None:
    bench.new_key()
    bench.fake.control.advance(7_200)

    (listed,) = bench.adapter().list_keys(bench.place)

    assert listed.age is not None
    assert 7_195 <= listed.age.total_seconds() <= 7_260


@on(row_of(NAME))
def test_a_secret_that_is_listed_is_not_registered_again(bench: Bench) -> None:
    value = bench.new_key()

    bench.adapter().register(bench.place, value)

    assert len(bench.fake.keys.of("acme-client")) == 1


@on(row_of(NAME))
def test_a_full_client_is_told_as_such(bench: Bench) -> None:
    for _ in range(3):
        bench.new_key()

    with bench.raises(CapReachedError):
        bench.new_key()


@on(row_of(NAME, options=BROUGHT))
def test_a_secret_that_a_person_brought_is_tried_and_nothing_else(bench: Bench) -> None:
    bench.plant("", "acme-client")
    (key,) = bench.fake.keys.of("acme-client")
    value = bench.invented()

    assert bench.adapter().probe(bench.place, value) is Probe.VALID
    assert bench.live() == set()
    with bench.raises(IssuerRefusedError):
        bench.adapter().mint(bench.place, PREFIX + "1", None)
    with bench.raises(IssuerRefusedError):
        bench.adapter().register(bench.place, value)
    with bench.raises(IssuerRefusedError):
        bench.adapter().revoke(bench.place, key.id)
    assert admin_fields(NAME, BROUGHT) == ()


@on(row_of(NAME, options={**BROUGHT, "token": {"path": "/token", "scope": "write"}}))
def test_a_scope_that_the_client_may_not_ask_for_is_no_fault_of_the_secret(bench: Bench) -> None:
    value = bench.invented()

    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, value)

    assert "error invalid_scope" in bench.errors[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"shape": "mint", "token": {"path": "/token"}}, ["create", "delete", "list"]),
        ({"shape": "store-first", "token": {"path": "/token"}}, ["register"]),
        ({**MINTED, "register": ONE_SLOT["register"]}, ["register"]),
        ({**BROUGHT, "list": LIST, "delete": DELETE}, ["delete", "list"]),
    ],
)
def test_a_shape_has_the_sections_that_it_needs_and_no_others(options: dict[str, Any], told: list[str]) -> None:
    assert [problem.where for problem in problems(options)] == [f"options.{name}" for name in told]


def test_what_can_not_be_listed_is_not_deleted() -> None:
    (problem,) = problems({**ONE_SLOT, "delete": DELETE})

    assert (problem.where, problem.do) == ("options.delete", "Give both, or none.")


@pytest.mark.parametrize("options", [{}, {"shape": "roll", "token": {"path": "/token"}}, {"shape": "mint"}])
def test_a_shape_and_a_token_endpoint_are_needed(options: dict[str, Any]) -> None:
    assert problems(options)
