"""What only Cloudflare does."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import NotExecutedError
from rotation_lambda.issuers.registry import issuer_problems
from sandbox.issuers.control import Fault
from sandbox.issuers.wire import Role
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

CLOUDFLARE = row_of("cloudflare")
POLICIES = [{"effect": "allow", "resources": {"com.cloudflare.api.account.{account}": "*"}}]
FOREVER = row_of("cloudflare", options={"policies": POLICIES, "expiresAfterDays": 0, "requestIps": ["192.0.2.1/32"]})


@on(CLOUDFLARE)
def test_a_token_dies_by_itself_after_the_days_of_the_settings(bench: Bench) -> None:
    bench.new_key()

    expires = datetime.fromisoformat(str(bench.fake.requests[-1].document["expires_on"]))

    assert abs(expires - bench.fake.control.now() - timedelta(days=90)) < timedelta(minutes=1)


@on(FOREVER)
def test_a_token_gets_the_policies_of_the_settings_for_the_tenants_account(bench: Bench) -> None:
    bench.new_key()

    wanted = bench.fake.requests[-1].document

    assert wanted["policies"] == [{"effect": "allow", "resources": {f"com.cloudflare.api.account.{'a' * 32}": "*"}}]
    assert wanted["condition"] == {"request_ip": {"in": ["192.0.2.1/32"]}}
    assert "expires_on" not in wanted


@on(CLOUDFLARE)
def test_a_rotation_rolls_no_token_since_that_kills_the_old_one_at_once(bench: Bench) -> None:
    old, new = bench.new_key(), bench.new_key()

    assert {request.method for request in bench.fake.requests} == {"POST"}
    assert [bench.adapter().probe(bench.place, value) for value in (old, new)] == [Probe.VALID, Probe.VALID]


@on(CLOUDFLARE)
def test_a_value_whose_id_is_not_that_of_its_token_is_refused(bench: Bench) -> None:
    one, another = bench.new_key(), bench.new_key()

    assert bench.adapter().probe(bench.place, replace(one, api_key_id=another.api_key_id)) is Probe.REFUSED


@on(CLOUDFLARE)
def test_an_error_inside_a_success_is_no_empty_list(bench: Bench) -> None:
    bench.new_key()
    bench.fake.control.fail(Fault.ERROR_IN_200, Role.LIST)

    with bench.raises(NotExecutedError):
        bench.live()

    assert "code 10000" in bench.errors[0]


@on(CLOUDFLARE)
@pytest.mark.parametrize("account", ["", "a" * 31, "A" * 32, "a" * 31 + "/"])
def test_an_account_that_is_no_id_of_cloudflare_reaches_no_path(bench: Bench, account: str) -> None:
    place = replace(bench.place, account=account)

    with pytest.raises(Exception, match="issuer-account"):
        bench.adapter().list_keys(place)

    assert not bench.fake.requests


@pytest.mark.parametrize("options", [{}, {"policies": [], "expiresAfterDays": 1}, {"policies": [1]}])
def test_settings_without_policies_or_a_life_are_refused(options: dict[str, object]) -> None:
    assert issuer_problems("cloudflare", base_url=None, options=options)


def test_a_misspelt_word_in_a_policy_is_told() -> None:
    options = {"policies": [{"resources": {"com.cloudflare.api.account.{acount}": "*"}}], "expiresAfterDays": 90}

    (problem,) = issuer_problems("cloudflare", base_url=None, options=options)

    assert (problem.what, problem.do) == ("holds {acount}", "Known here: {account}.")
