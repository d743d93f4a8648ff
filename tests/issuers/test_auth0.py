"""What only Auth0 does."""

from datetime import timedelta

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.issuers.registry import traits_of
from sandbox.issuers.auth0 import AUDIENCE, Auth0
from sandbox.issuers.control import Fault
from sandbox.issuers.wire import Role
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

AUTH0 = row_of("auth0")


@on(AUTH0)
def test_the_traits_say_that_the_old_secret_dies_when_the_new_one_is_set(bench: Bench) -> None:
    old, new = bench.new_key(age=timedelta(days=1)), bench.new_key()

    traits = traits_of("auth0", AUTH0.options)

    assert (traits.overlap, traits.most_live, traits.revokes) == (False, 1, False)
    assert bench.adapter().probe(bench.place, old) is Probe.REFUSED
    assert bench.adapter().probe(bench.place, new) is Probe.VALID


@on(AUTH0)
def test_nothing_can_be_revoked(bench: Bench) -> None:
    with bench.raises(IssuerRefusedError):
        bench.adapter().revoke(bench.place, "tk-1-2-3")

    assert not bench.fake.requests


@on(AUTH0)
def test_an_audience_that_the_client_is_not_granted_is_no_fault_of_the_secret(bench: Bench) -> None:
    assert isinstance(bench.fake, Auth0)
    value = bench.new_key()
    bench.fake.granted.remove(AUDIENCE)

    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, value)

    assert "error access_denied" in bench.errors[0]


@on(AUTH0)
def test_a_management_token_serves_several_calls(bench: Bench) -> None:
    adapter = bench.adapter()
    values = [bench.invented(), bench.invented()]

    for value in values:
        adapter.register(bench.place, value)

    assert bench.fake.control.calls.count(Role.LOGIN) == 1


@on(AUTH0)
def test_getting_a_management_token_is_tried_again(bench: Bench) -> None:
    value = bench.invented()
    bench.fake.control.fail(Fault.FAILED, Role.LOGIN)

    bench.adapter().register(bench.place, value)

    assert bench.adapter().probe(bench.place, value) is Probe.VALID


@on(AUTH0)
def test_an_admin_of_another_tenants_domain_gets_no_token(bench: Bench) -> None:
    bench.fake.url = "https://elsewhere.example"

    with bench.raises(IssuerRefusedError):
        bench.new_key()
