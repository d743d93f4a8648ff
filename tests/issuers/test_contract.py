"""What every adapter must do, asked over real HTTP of a fake that follows the issuer's documents."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from rotation_lambda.contracts import Probe, Shape
from rotation_lambda.errors import (
    CapReachedError,
    IssuerRefusedError,
    NotExecutedError,
    OutcomeUnknownError,
    WrongSecretError,
)
from rotation_lambda.issuers.registry import traits_of
from sandbox.issuers.control import NOT_DONE, Fault
from sandbox.issuers.wire import Role
from tests.issuers.bench import HURRIED, OTHER_PREFIX, PREFIX, Bench, effect
from tests.issuers.rows import ROWS, Row

OLD = timedelta(days=1)
ROLES = {"mint": Role.MINT, "register": Role.REGISTER, "revoke": Role.REVOKE}
REFUSED_UNREAD = {Fault.TRUNCATED, Fault.CUT, Fault.TRICKLE, Fault.HUGE}  # what an answer without a body can't be


def shape(row: Row) -> Shape:
    return traits_of(row.adapter, row.options).shape


def rows(fits: Callable[[Row], bool]) -> list[pytest.ParameterSet]:
    return [pytest.param(row, id=str(row)) for row in ROWS if fits(row)]


def effects() -> Iterable[tuple[Row, str]]:
    """Each call with an effect at each issuer."""
    for row in ROWS:
        if shape(row) is Shape.MINT:
            yield row, "mint"
        if shape(row) is Shape.STORE_FIRST:
            yield row, "register"
        if traits_of(row.adapter, row.options).revokes:
            yield row, "revoke"


def cases(faults: Iterable[Fault]) -> list[pytest.ParameterSet]:
    return [
        pytest.param(row, action, fault, id=f"{row}-{action}-{fault}")
        for row, action in effects()
        for fault in faults
        if not (action == "revoke" and row.deletes_with == 204 and fault in REFUSED_UNREAD)
    ]


EVERY = rows(lambda _: True)
MADE = rows(lambda row: shape(row) is not Shape.MANUAL)
LISTED = rows(lambda row: traits_of(row.adapter, row.options).revokes)
APART = rows(lambda row: row.other is not None)
REGISTERED = rows(lambda row: shape(row) is Shape.STORE_FIRST)
PAGED = rows(lambda row: row.page is not None)


@pytest.mark.parametrize("bench", EVERY, indirect=True)
def test_a_new_key_works(bench: Bench) -> None:
    value = bench.new_key()

    assert bench.adapter().probe(bench.place, value) is Probe.VALID


@pytest.mark.parametrize("bench", LISTED, indirect=True)
def test_a_new_key_is_listed_under_the_places_prefix(bench: Bench) -> None:
    value = bench.new_key()

    (listed,) = bench.adapter().list_keys(bench.place)

    assert listed.id == value.api_key_id
    assert listed.name.startswith(PREFIX)


@pytest.mark.parametrize("bench", LISTED, indirect=True)
def test_the_list_holds_no_key_of_another_prefix(bench: Bench) -> None:
    value = bench.new_key()
    bench.plant(f"{OTHER_PREFIX}1-1700000000")
    bench.plant("made by a person")

    assert bench.live() == {value.api_key_id}, "what we did not mint for this secret must never be revoked for it"


@pytest.mark.parametrize("bench", PAGED, indirect=True)
@pytest.mark.parametrize("more", [0, 1])
def test_the_list_goes_over_all_pages(bench: Bench, more: int) -> None:
    assert bench.row.page is not None
    planted = {bench.plant(bench.name()).id for _ in range(2 * bench.row.page + more)}

    assert bench.live() == planted


@pytest.mark.parametrize("bench", LISTED, indirect=True)
def test_a_keys_age_is_told_by_the_issuers_clock(bench: Bench) -> None:
    bench.fake.control.advance(-86_400 * 3)
    bench.new_key()
    bench.fake.control.advance(3_600)

    (listed,) = bench.adapter().list_keys(bench.place)

    assert listed.age is not None
    assert 3_595 <= listed.age.total_seconds() <= 3_660


@pytest.mark.parametrize("bench", LISTED, indirect=True)
def test_a_list_that_lags_shows_the_key_later(bench: Bench) -> None:
    bench.fake.control.lag = True
    value = bench.new_key()
    before = bench.live()

    bench.fake.control.lag = False

    assert (before, bench.live()) == (set(), {value.api_key_id})


@pytest.mark.parametrize("bench", LISTED, indirect=True)
def test_revoking_twice_is_fine_and_touches_no_other_key(bench: Bench) -> None:
    old, new = bench.new_key(age=OLD), bench.new_key()
    assert old.api_key_id is not None

    bench.adapter().revoke(bench.place, old.api_key_id)
    bench.adapter().revoke(bench.place, old.api_key_id)

    assert bench.live() == {new.api_key_id}
    assert bench.adapter().probe(bench.place, old) is Probe.REFUSED
    assert bench.adapter().probe(bench.place, new) is Probe.VALID


@pytest.mark.parametrize("bench", LISTED, indirect=True)
@pytest.mark.parametrize("key_id", ["", ".", "..", "a/b", "a?b", "a b"])
def test_an_id_that_is_no_part_of_a_path_is_sent_nowhere(bench: Bench, key_id: str) -> None:
    kept = bench.new_key()
    before = bench.fake.control.calls.count(Role.REVOKE)

    if shape(bench.row) is Shape.STORE_FIRST:
        bench.adapter().revoke(bench.place, key_id)  # its ids are names in a list, and no part of a path
    else:
        with bench.raises(IssuerRefusedError):
            bench.adapter().revoke(bench.place, key_id)

    assert bench.fake.control.calls.count(Role.REVOKE) == before
    assert bench.live() == {kept.api_key_id}


@pytest.mark.parametrize("bench", EVERY, indirect=True)
def test_a_fresh_key_that_is_refused_may_need_time(bench: Bench) -> None:
    bench.fake.control.not_yet = 1
    value = bench.new_key()

    assert bench.adapter().probe(bench.place, value) is Probe.NOT_YET
    assert bench.adapter().probe(bench.place, value) is Probe.VALID


@pytest.mark.parametrize("bench", EVERY, indirect=True)
def test_an_old_key_that_is_refused_is_refused(bench: Bench) -> None:
    bench.fake.control.not_yet = 1
    value = bench.new_key(age=OLD)

    assert bench.adapter().probe(bench.place, value) is Probe.REFUSED


@pytest.mark.parametrize("bench", APART, indirect=True)
def test_another_tenants_key_is_refused(bench: Bench) -> None:
    value = bench.new_key(bench.other, age=OLD)

    assert bench.adapter().probe(bench.other, value) is Probe.VALID
    assert bench.adapter().probe(bench.place, value) is Probe.REFUSED


@pytest.mark.parametrize("bench", MADE, indirect=True)
def test_a_place_that_the_issuer_does_not_know_is_an_error(bench: Bench) -> None:
    nowhere = replace(bench.place, account="no such/../place")
    value = bench.invented() if shape(bench.row) is Shape.STORE_FIRST else None
    adapter, name = bench.adapter(), bench.name()

    with pytest.raises((WrongSecretError, IssuerRefusedError)):
        adapter.register(nowhere, value) if value else adapter.mint(nowhere, name, None)

    assert {Role.MINT, Role.REGISTER}.isdisjoint(bench.fake.control.calls)


@pytest.mark.parametrize("bench", MADE, indirect=True)
def test_a_name_that_is_too_long_is_not_sent(bench: Bench) -> None:
    with bench.raises(IssuerRefusedError):
        bench.adapter().mint(bench.place, PREFIX + "x" * 100, None)

    assert Role.MINT not in bench.fake.control.calls


LOST = sorted(set(Fault) - NOT_DONE - {Fault.SLOW, Fault.TRICKLE})


@pytest.mark.parametrize(("bench", "action", "fault"), cases(LOST), indirect=["bench"])
def test_a_lost_answer_leaves_an_effect_in_doubt(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    before = bench.live()
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(OutcomeUnknownError):
        call()

    if action == "revoke":
        call()
    if traits_of(bench.row.adapter, bench.row.options).revokes:
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


@pytest.mark.parametrize("bench", REGISTERED, indirect=True)
def test_a_secret_is_told_to_nobody_before_it_is_registered(bench: Bench) -> None:
    value = bench.invented()

    assert not bench.fake.requests
    assert bench.adapter().probe(bench.place, value) is not Probe.VALID


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


@pytest.mark.parametrize(("bench", "action", "fault"), cases([Fault.ERROR_IN_200]), indirect=["bench"])
def test_an_error_inside_a_success_is_an_error(bench: Bench, action: str, fault: Fault) -> None:
    call = effect(bench, bench.adapter(), action)
    bench.fake.control.fail(fault, ROLES[action])

    with bench.raises(bench.row.error_in_200):
        call()


def reads() -> list[pytest.ParameterSet]:
    return [
        pytest.param(row, role, id=f"{row}-{role}")
        for row in ROWS
        for role in (Role.LIST, Role.PROBE)
        if (role is Role.PROBE and row.probes) or (role is Role.LIST and traits_of(row.adapter, row.options).revokes)
    ]


BROKEN = sorted(set(Fault) - {Fault.SLOW, Fault.TRICKLE, Fault.BUSY, Fault.BUSY_UNTIL, Fault.REDIRECT})


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


@pytest.mark.parametrize(
    ("bench", "action"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in effects()], indirect=["bench"]
)
def test_a_wrong_admin_credential_is_refused(bench: Bench, action: str) -> None:
    wrong = json.dumps(dict.fromkeys(bench.fake.admin, bench.fake.secret("wrong-")))
    call = effect(bench, bench.adapter(admin=wrong), action)
    before = bench.live()

    with bench.raises(IssuerRefusedError):
        call()

    assert bench.live() == before


@pytest.mark.parametrize(
    ("bench", "action"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in effects()], indirect=["bench"]
)
@pytest.mark.parametrize("admin", ["", "{}", '{"apiKey": 1}', "[]"])
def test_an_admin_credential_that_lacks_a_field_is_told_before_any_call(bench: Bench, action: str, admin: str) -> None:
    call = effect(bench, bench.adapter(admin=admin), action)
    before = list(bench.fake.control.calls)

    with bench.raises(IssuerRefusedError):
        call()

    assert bench.fake.control.calls == before


@pytest.mark.parametrize(
    ("bench", "action"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in effects()], indirect=["bench"]
)
def test_without_a_connection_nothing_was_done(bench: Bench, action: str) -> None:
    call = effect(bench, bench.adapter(url="http://127.0.0.1:9"), action)

    with bench.raises(NotExecutedError):
        call()


@pytest.mark.parametrize("bench", rows(lambda row: row.cap is not None), indirect=True)
def test_a_full_account_is_told_as_such(bench: Bench) -> None:
    assert bench.row.cap is not None
    for _ in range(bench.row.cap):
        bench.plant("made by a person")

    with bench.raises(CapReachedError):
        bench.new_key()

    assert bench.live() == set()
