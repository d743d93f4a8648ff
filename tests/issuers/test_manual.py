"""Keys that a person brings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rotation_lambda.contracts import Place, Probe, Shape
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_client import HttpClient
from rotation_lambda.issuers.registry import admin_fields, build, issuer_problems, traits_of
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.issuers.bench import Bench
from tests.issuers.described import ANY_ISSUER
from tests.issuers.rows import on, row_of

MANUAL = row_of("manual")
PLACE = Place(tenant="acme", key="k", account="", name_prefix="tk-1-")


def no_admin() -> Sealed:
    raise AssertionError("a manual issuer has no admin credential")


def test_without_a_probe_nothing_is_called_and_the_persons_word_is_taken() -> None:
    http = HttpClient(remaining=lambda: 30.0)
    adapter = build("manual", base_url=None, options={}, admin=no_admin, http=http, clock=lambda: datetime.now(UTC))

    assert adapter.probe(PLACE, ApiKeyValue(api_key=Sealed("anything"))) is Probe.VALID
    assert adapter.list_keys(PLACE) == ()


@on(MANUAL)
def test_it_makes_and_revokes_nothing(bench: Bench) -> None:
    adapter, value = bench.adapter(), bench.invented()

    with bench.raises(IssuerRefusedError):
        adapter.mint(bench.place, bench.name(), None)
    with bench.raises(IssuerRefusedError):
        adapter.register(bench.place, value)
    with bench.raises(IssuerRefusedError):
        adapter.revoke(bench.place, "id")

    assert not bench.fake.requests


@on(MANUAL)
def test_a_plain_text_that_a_person_put_in_is_probed_by_its_account(bench: Bench) -> None:
    mine, theirs = bench.invented(), bench.invented(bench.other)

    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=mine.api_key)) is Probe.VALID
    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=theirs.api_key)) is Probe.REFUSED


@on(row_of("manual", options={"probe": {**ANY_ISSUER["probe"], "path": "/v1/keys/{id}"}}))
def test_a_probe_by_id_of_a_value_without_one_is_told_before_any_call(bench: Bench) -> None:
    value = replace(bench.invented(), api_key_id=None)

    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, value)

    assert "apiKeyId" in bench.errors[0]


def test_it_needs_no_admin_and_a_base_url_only_for_a_probe() -> None:
    assert admin_fields("manual", {}) == ()
    assert issuer_problems("manual", base_url=None, options={}) == []
    (problem,) = issuer_problems("manual", base_url=None, options={"probe": ANY_ISSUER["probe"]})
    assert (problem.where, problem.what) == ("baseUrl", "is missing")


@pytest.mark.parametrize("base_url", ["http://issuer.example", "issuer.example"])
def test_a_base_url_that_is_given_must_be_one(base_url: str) -> None:
    assert issuer_problems("manual", base_url=base_url, options={})


def test_its_traits_leave_the_old_key_to_a_person() -> None:
    traits = traits_of("manual", {})

    assert (traits.shape, traits.revokes) == (Shape.MANUAL, False)
