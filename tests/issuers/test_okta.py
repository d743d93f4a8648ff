"""What only Okta does."""

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import CapReachedError, IssuerRefusedError
from rotation_lambda.value import ApiKeyValue
from sandbox.issuers.control import Fault
from sandbox.issuers.okta import LONGEST_SECRET
from sandbox.issuers.wire import Role
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

OKTA = row_of("okta")
IN_THE_BODY = row_of("okta", options={"clientAuthentication": "post"})
OTHER_CLIENT = row_of("okta", account="0oaacme:0oaglobex")


@on(OKTA)
def test_two_secrets_work_side_by_side_and_a_third_needs_a_free_slot(bench: Bench) -> None:
    first, second = bench.new_key(), bench.new_key()

    assert [bench.adapter().probe(bench.place, value) for value in (first, second)] == [Probe.VALID, Probe.VALID]
    with bench.raises(CapReachedError):
        bench.new_key()


@on(OKTA)
def test_a_secret_is_deactivated_before_it_is_deleted(bench: Bench) -> None:
    old, _ = bench.new_key(), bench.new_key()
    assert old.api_key_id is not None
    bench.fake.requests.clear()

    bench.adapter().revoke(bench.place, old.api_key_id)

    changes = [(each.method, each.path.rsplit("/", 1)[-1]) for each in bench.fake.requests if each.method != "GET"]
    assert [method for method, _ in changes] == ["POST", "DELETE"]
    assert changes[0][1] == "deactivate"


@on(OKTA)
def test_a_secret_that_was_deactivated_only_is_deleted_by_the_next_try(bench: Bench) -> None:
    old, new = bench.new_key(), bench.new_key()
    assert old.api_key_id is not None
    bench.fake.keys.of(OKTA.account)[0].active = False

    assert bench.live() == {old.api_key_id, new.api_key_id}, "it still holds one of the two slots"
    bench.adapter().revoke(bench.place, old.api_key_id)

    assert bench.live() == {new.api_key_id}


@on(OKTA)
def test_the_only_active_secret_is_never_revoked(bench: Bench) -> None:
    value = bench.new_key()
    assert value.api_key_id is not None

    with bench.raises(IssuerRefusedError):
        bench.adapter().revoke(bench.place, value.api_key_id)

    assert bench.adapter().probe(bench.place, value) is Probe.VALID


@on(OKTA)
def test_a_secret_that_somebody_deactivated_is_made_active_again(bench: Bench) -> None:
    value = bench.new_key()
    bench.fake.keys.of(OKTA.account)[0].active = False

    bench.adapter().register(bench.place, value)

    assert bench.adapter().probe(bench.place, value) is Probe.VALID
    assert len(bench.fake.keys.of(OKTA.account)) == 1


@on(OKTA)
def test_a_secret_of_a_person_is_not_listed_and_no_id_names_it(bench: Bench) -> None:
    persons = bench.fake.keys.add(key_id="ocs1", name="", value="a-persons-own-secret", account=OKTA.account)

    bench.adapter().revoke(bench.place, "")
    bench.adapter().revoke(bench.place, "ocs1")

    assert bench.live() == set()
    assert bench.fake.keys.of(OKTA.account) == [persons]


@on(OKTA)
def test_the_value_tells_the_client_id_that_goes_with_the_secret(bench: Bench) -> None:
    assert bench.new_key().extra["clientId"].open() == OKTA.account


@on(OKTA)
def test_the_longest_name_makes_a_secret_that_okta_takes(bench: Bench) -> None:
    name = "tk-" + "x" * (bench.adapter().longest_name - 3)
    minted = bench.adapter().mint(bench.place, name, None)

    bench.adapter().register(bench.place, ApiKeyValue(api_key=minted.api_key, api_key_id=minted.api_key_id))

    assert len(minted.api_key.open()) == LONGEST_SECRET


@on(IN_THE_BODY)
def test_a_client_may_show_its_secret_in_the_body(bench: Bench) -> None:
    assert bench.adapter().probe(bench.place, bench.new_key()) is Probe.VALID
    assert "authorization" not in bench.fake.requests[-1].headers


@on(OTHER_CLIENT)
def test_an_app_whose_client_id_is_its_own_is_probed_by_it(bench: Bench) -> None:
    value = bench.new_key()

    bench.adapter().probe(bench.place, value)

    assert bench.fake.requests[-1].user_and_password[0] == "0oaglobex"
    assert value.extra["clientId"].open() == "0oaglobex"


@on(OKTA)
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ERROR_IN_200])
def test_nothing_is_added_while_the_list_can_not_be_read(bench: Bench, fault: Fault) -> None:
    value = bench.invented()
    bench.fake.control.fail(fault, Role.LIST, times=9)

    with pytest.raises(Exception, match="listing the client secrets"):
        bench.adapter().register(bench.place, value)

    assert not bench.fake.keys.of(OKTA.account)
