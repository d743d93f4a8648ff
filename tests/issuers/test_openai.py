"""What only OpenAI does."""

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.issuers.registry import account_problem
from rotation_lambda.value import ApiKeyValue
from sandbox.issuers.openai import OpenAi
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

OPENAI = row_of("openai")
NARROW = row_of("openai", options={"scopes": ["api.model.read"], "expiresAfterDays": 60})
BESIDE = row_of("openai", other="proj_acme:svc_acct_other")


@on(NARROW)
def test_a_key_gets_the_scopes_and_the_life_of_the_settings(bench: Bench) -> None:
    bench.new_key()

    wanted = bench.fake.requests[-1].document

    assert (wanted["scopes"], wanted["expires_in_seconds"]) == (["api.model.read"], 60 * 86_400)


@on(BESIDE)
def test_a_key_of_another_service_account_of_the_project_is_not_the_tenants(bench: Bench) -> None:
    theirs = bench.new_key(bench.other)
    bench.plant(bench.name(), account="proj_acme:svc_acct_other")

    assert bench.adapter().probe(bench.place, theirs) is Probe.REFUSED
    assert bench.live() == set(), "a key of another service account was listed, although its name fits"


@on(OPENAI)
def test_an_organisation_that_deletes_no_single_keys_is_told_as_such(bench: Bench) -> None:
    assert isinstance(bench.fake, OpenAi)
    bench.fake.deletes_single_keys = False
    value = bench.new_key()
    assert value.api_key_id is not None

    with bench.raises(IssuerRefusedError):
        bench.adapter().revoke(bench.place, value.api_key_id)

    assert "delete the key in the console" in bench.errors[0]


@on(OPENAI)
def test_a_key_that_a_person_put_in_as_plain_text_is_tried_in_the_tenants_project(bench: Bench) -> None:
    mine, theirs = bench.new_key(), bench.new_key(bench.other)

    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=mine.api_key)) is Probe.VALID
    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=theirs.api_key)) is Probe.REFUSED


@pytest.mark.parametrize("account", ["", "proj_acme", "proj_acme:", ":svc", "a:b:c", "../x:y", "a/b"])
def test_an_account_is_a_project_and_a_service_account(account: str) -> None:
    assert account_problem("openai", account)
    assert account_problem("openai", "proj_acme:svc_acct_acme") is None
