"""Issuers that the settings describe: what can be said of them, and what can't."""

from base64 import b64encode
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from rotation_lambda.contracts import Probe, Shape
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.issuers.registry import issuer_problems, traits_of
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.issuers.bench import Bench
from tests.issuers.described import ANY_ISSUER
from tests.issuers.rows import on, row_of


def with_changes(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The described issuer, with other settings at the dotted paths; None takes one away."""
    options = deepcopy(ANY_ISSUER)
    for path, value in changes:
        *sections, last = path.split(".")
        at: Any = options
        for each in sections:
            at = at[each]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return options


MINT = row_of("http-mint")
NUMBERED = row_of(
    "http-mint",
    options=with_changes(("list.next", None), ("list.pages", {"parameter": "page", "first": 1, "size": 10})),
)
BASIC = row_of("http-mint", options=with_changes(("headers", {"authorization": "Basic {adminBasic}"})))
BY_PATH = row_of("http-mint", options=with_changes(("probe.account", None), ("probe.path", "/v1/me/{account}")))

BY_QUERY = row_of(
    "http-mint",
    options=with_changes(("delete.path", "/v1/accounts/{account}/keys"), ("delete.query", {"id": "{id}"})),
)


def problems(*changes: tuple[str, Any]) -> list[OptionProblem]:
    return issuer_problems("http-mint", base_url="https://api.example", options=with_changes(*changes))


def test_what_the_tests_describe_is_without_problems() -> None:
    assert problems() == []


@on(NUMBERED)
@pytest.mark.parametrize("keys", [9, 10, 21])
def test_a_list_may_have_numbered_pages(bench: Bench, keys: int) -> None:
    planted = {bench.plant(bench.name()).id for _ in range(keys)}

    assert bench.live() == planted


@on(BASIC)
def test_an_admin_credential_may_be_a_user_and_a_password(bench: Bench) -> None:
    admin = f"admin:{bench.fake.admin['apiKey']}"
    adapter = bench.adapter(admin=admin)

    adapter.mint(bench.place, bench.name(), None)

    sent = bench.fake.requests[-1].headers["authorization"]
    bench.fake.control.values.add(sent.removeprefix("Basic "))
    assert sent == f"Basic {b64encode(admin.encode()).decode()}"


@on(MINT)
def test_further_fields_of_the_reply_are_kept_with_the_key(bench: Bench) -> None:
    assert bench.new_key().extra["region"].open() == "eu"


@on(MINT)
def test_a_key_whose_id_is_another_is_refused(bench: Bench) -> None:
    one, another = bench.new_key(), bench.new_key()

    assert bench.adapter().probe(bench.place, replace(one, api_key_id=another.api_key_id)) is Probe.REFUSED


@on(MINT)
def test_a_refusal_at_an_account_that_is_not_full_is_a_refusal(bench: Bench) -> None:
    bench.fake.control.cap = 0

    with bench.raises(IssuerRefusedError):
        bench.new_key()


@on(MINT)
@pytest.mark.parametrize("account", ["", "..", ".hidden", "a/b", "a?b", "a b", "a#b"])
def test_an_account_that_is_no_part_of_a_path_reaches_none(bench: Bench, account: str) -> None:
    with bench.raises(IssuerRefusedError):
        bench.adapter().list_keys(replace(bench.place, account=account))

    assert not bench.fake.requests


@on(BY_PATH)
def test_a_probe_whose_path_names_the_account_asks_there(bench: Bench) -> None:
    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, ApiKeyValue(api_key=Sealed("x")))

    assert [request.path for request in bench.fake.requests] == ["/v1/me/acme"]


@on(BY_QUERY)
def test_an_empty_id_is_sent_nowhere_else_either(bench: Bench) -> None:
    bench.new_key()
    bench.fake.requests.clear()

    with bench.raises(IssuerRefusedError):
        bench.adapter().revoke(bench.place, "")

    assert not bench.fake.requests, "without an id, some issuers would delete all keys"


def test_traits_come_from_the_settings() -> None:
    traits = traits_of("http-mint", with_changes(("settlesWithinSeconds", 90)))

    assert (traits.shape, traits.settles_within.total_seconds(), traits.most_live) == (Shape.MINT, 90, 30)


@pytest.mark.parametrize("section", ["create", "list", "delete", "probe"])
def test_a_missing_section_is_told(section: str) -> None:
    (problem,) = problems((section, None))

    assert (problem.where, problem.what) == (f"options.{section}", "is missing")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("delete.path", "https://evil.example/{id}"),
        ("delete.path", "//evil.example/{id}"),
        ("delete.path", "/v1/../admin/{id}"),
        ("delete.path", "/v1/keys?id={id}"),
        ("delete.path", "/v1/keys#{id}"),
        ("delete.path", "/v1/key s"),
        ("delete.path", ""),
        ("delete.method", "CONNECT"),
        ("delete.gone", [200]),
        ("delete.gone", []),
        ("delete.gone", [True]),
        ("delete.headers", {"bad header": "x"}),
        ("delete.headers", {"x": 1}),
        ("delete.query", ["x"]),
        ("delete.host", "evil.example"),
        ("list.items", "data"),
        ("list.pages", {"parameter": "page", "first": 2, "size": 10}),
        ("list.next", {"pointer": "/next"}),
        ("create.json", ["x"]),
        ("create.extra", {"region": "data/region"}),
        ("probe.anyAccount", "yes"),
        ("mostKeys", 0),
        ("settlesWithinSeconds", 3601),
        ("failed", 1),
        ("unknown", 1),
    ],
)
def test_a_setting_of_another_form_is_told_with_its_place(path: str, value: object) -> None:
    assert [problem for problem in problems((path, value)) if problem.where.startswith(f"options.{path}")]


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("create.path", "/v1/{acount}/keys", "acount"),
        ("create.path", "/v1/{admin}/keys", "admin"),
        ("probe.path", "/v1/{apiKey}", "apiKey"),
        ("probe.query", {"key": "{apiKey}"}, "apiKey"),
        ("create.json", {"deep": [{"label": "{apiKey}"}]}, "apiKey"),
        ("probe.headers", {"X-Admin": "{admin}"}, "admin"),
        ("headers", {"X-Key": "{apiKey}"}, "apiKey"),
    ],
)
def test_a_credential_stands_in_no_address_and_in_no_call_that_is_not_its_own(
    path: str, value: object, word: str
) -> None:
    (problem,) = problems((path, value))

    assert (problem.where, problem.what) == (f"options.{path}", f"holds {{{word}}}")


def test_all_problems_are_told_at_once() -> None:
    found = problems(("create.path", "x"), ("list.items", "x"), ("mostKeys", 0), ("probe", None))

    assert len(found) == 4


def test_a_call_with_two_bodies_is_told() -> None:
    (problem,) = problems(("create.form", {"label": "{name}"}))

    assert (problem.where, problem.what) == ("options.create", "has both 'json' and 'form'")


def test_a_probe_that_can_not_tell_tenants_apart_must_say_so() -> None:
    blind = [("probe.account", None), ("probe.id", None)]

    (problem,) = problems(*blind)

    assert problem.why == "Another tenant's key would pass for this one's"
    assert problems(*blind, ("probe.anyAccount", True)) == []
    assert problems(*blind, ("probe.path", "/v1/{account}/me")) == []


def test_no_problem_repeats_what_the_settings_hold() -> None:
    canary = "canary-5f1c"

    found = problems(("create.path", f"{canary} "), ("headers", {f"{canary} ": canary}), ("mostKeys", canary))

    assert len(found) == 3
    assert canary not in "".join(map(str, found))


@pytest.mark.parametrize(
    "base_url", [None, "http://api.example", "https://user@api.example", "https://", "ftp://x", ""]
)
def test_a_base_url_is_needed_and_goes_over_https(base_url: str | None) -> None:
    (problem,) = issuer_problems("http-mint", base_url=base_url, options=ANY_ISSUER)

    assert problem.where == "baseUrl"
