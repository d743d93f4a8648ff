"""What every adapter makes of an issuer that is slow, broken, busy or full."""

import json
import time

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import CapReachedError, IssuerRefusedError, NotExecutedError, OutcomeUnknownError
from sandbox.issuers.control import NOT_DONE, Fault
from sandbox.issuers.wire import Role
from tests.issuers.bench import HURRIED, Bench, effect
from tests.issuers.cases import CAPPED, REGISTERED, ROLES, calls, cases, reads, revokes

LOST = sorted(set(Fault) - NOT_DONE - {Fault.SLOW, Fault.TRICKLE})
BROKEN = sorted(set(Fault) - {Fault.SLOW, Fault.TRICKLE, Fault.BUSY, Fault.BUSY_UNTIL, Fault.REDIRECT})


@pytest.mark.parametrize(("bench", "action", "fault"), cases(LOST), indirect=["bench"])
def test_a_lost_answer_leaves_an_effect_in_doubt(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    before = bench.live()
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(OutcomeUnknownError):
        call()

    if action == "revoke":
        call()
    if revokes(bench.row):
        assert len(bench.live() ^ before) == 1, "the issuer had done it, or did the rest when asked again"


@pytest.mark.parametrize("bench", REGISTERED, indirect=True)
@pytest.mark.parametrize("fault", LOST)
def test_a_registration_whose_answer_was_lost_is_made_again_without_harm(bench: Bench, fault: Fault) -> None:
    value = bench.invented()
    bench.fake.control.fail(fault, Role.REGISTER)
    with bench.raises(OutcomeUnknownError):
        bench.adapter().register(bench.place, value)

    bench.adapter().register(bench.place, value)

    assert bench.adapter().probe(bench.place, value) is Probe.VALID
    assert len(bench.fake.keys.of(bench.row.account)) == 1, "the secret was added twice"


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.SLOW, Fault.TRICKLE]), indirect=["bench"])
def test_an_answer_that_comes_too_late_leaves_an_effect_in_doubt(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(HURRIED), action)
    bench.fake.control.delay = 5
    bench.fake.control.fail(fault, ROLES[action])
    begun = time.monotonic()

    with bench.raises(OutcomeUnknownError):
        call()

    assert time.monotonic() - begun < 3, "the call waited longer than its time"


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.BUSY, Fault.BUSY_UNTIL]), indirect=["bench"])
def test_a_busy_issuer_did_nothing_and_says_how_long_to_wait(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    before = bench.live()
    bench.fake.control.fail(fault, ROLES[action])

    with pytest.raises(NotExecutedError) as caught:
        call()

    assert caught.value.retry_after == pytest.approx(bench.fake.control.retry_after, abs=1)
    assert bench.live() == before
    assert bench.fake.control.calls.count(ROLES[action]) >= 1


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.DROPPED, Fault.UNAVAILABLE]), indirect=["bench"])
def test_a_failure_that_may_have_done_it_is_in_doubt(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(OutcomeUnknownError):
        call()


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.REDIRECT]), indirect=["bench"])
def test_a_redirect_is_refused_and_not_followed(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(IssuerRefusedError):
        call()

    assert "never followed" in bench.errors[0]


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.ERROR_IN_200]), indirect=["bench"])
def test_an_error_inside_a_success_is_an_error(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(bench.row.error_in_200):
        call()


@pytest.mark.parametrize(("bench", "role"), reads(), indirect=["bench"])
@pytest.mark.parametrize("fault", sorted(set(BROKEN) - {Fault.ERROR_IN_200}))
def test_a_read_is_tried_again(bench: Bench, role: Role, fault: Fault) -> None:
    value = bench.new_key()
    bench.fake.control.fail(fault, role)

    if role is Role.LIST:
        assert bench.live() == {value.api_key_id}
    else:
        assert bench.adapter().probe(bench.place, value) is Probe.VALID


@pytest.mark.parametrize(("bench", "role"), reads(), indirect=["bench"])
def test_an_error_inside_a_success_is_no_list_and_says_nothing_of_the_key(bench: Bench, role: Role) -> None:
    value = bench.new_key()
    bench.fake.control.fail(Fault.ERROR_IN_200, role)
    adapter = bench.adapter()

    with bench.raises(NotExecutedError):
        adapter.list_keys(bench.place) if role is Role.LIST else adapter.probe(bench.place, value)


@pytest.mark.parametrize(("bench", "role"), reads(), indirect=["bench"])
@pytest.mark.parametrize("fault", [*BROKEN, Fault.BUSY, Fault.SLOW])
def test_a_read_that_keeps_failing_did_nothing_and_says_nothing_of_the_key(
    bench: Bench, role: Role, fault: Fault
) -> None:
    value = bench.new_key()
    bench.fake.control.delay = 5
    bench.fake.control.fail(fault, role, times=9)
    adapter = bench.adapter(HURRIED)

    with bench.raises(NotExecutedError):
        adapter.list_keys(bench.place) if role is Role.LIST else adapter.probe(bench.place, value)


@pytest.mark.parametrize(("bench", "action"), calls(), indirect=["bench"])
def test_a_wrong_admin_credential_is_refused(bench: Bench, action: str) -> None:
    wrong = json.dumps(dict.fromkeys(bench.fake.admin, bench.fake.secret("wrong-")))
    call = effect(bench, bench.adapter(admin=wrong), action)
    before = bench.live()

    with bench.raises(IssuerRefusedError):
        call()

    assert bench.live() == before


@pytest.mark.parametrize(("bench", "action"), calls(), indirect=["bench"])
@pytest.mark.parametrize("admin", ["", "{}", '{"apiKey": 1}', "[]"])
def test_an_admin_credential_that_lacks_a_field_is_told_before_any_call(bench: Bench, action: str, admin: str) -> None:
    call = effect(bench, bench.adapter(admin=admin), action)
    before = list(bench.fake.control.calls)

    with bench.raises(IssuerRefusedError):
        call()

    assert bench.fake.control.calls == before


@pytest.mark.parametrize(("bench", "action"), calls(), indirect=["bench"])
def test_without_a_connection_nothing_was_done(bench: Bench, action: str) -> None:
    call = effect(bench, bench.adapter(url="http://127.0.0.1:9"), action)

    with bench.raises(NotExecutedError):
        call()


@pytest.mark.parametrize("bench", CAPPED, indirect=True)
def test_a_full_account_is_told_as_such(bench: Bench) -> None:
    assert bench.row.cap is not None
    for _ in range(bench.row.cap):
        bench.plant("made by a person")

    with bench.raises(CapReachedError):
        bench.new_key()

    assert bench.live() == set()
