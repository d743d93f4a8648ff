"""What every adapter must do, asked over real HTTP of a fake that follows the issuer's documents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rotation_lambda.contracts import Probe, Shape
from rotation_lambda.errors import IssuerRefusedError, WrongSecretError
from sandbox.issuers.wire import Role
from tests.issuers.bench import OTHER_PREFIX, PREFIX, Bench
from tests.issuers.cases import APART, EVERY, LISTED, MADE, PAGED, REGISTERED, shape

OLD = timedelta(days=1)


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

    listed = [key.id for key in bench.adapter().list_keys(bench.place)]
    assert sorted(listed) == sorted(planted)


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
    bench.plant("")
    before = bench.fake.control.calls.count(Role.REVOKE)

    if shape(bench.row) is Shape.STORE_FIRST:
        bench.adapter().revoke(bench.place, key_id)  # its ids are names in a list, and no part of a path
    else:
        with bench.raises(IssuerRefusedError):
            bench.adapter().revoke(bench.place, key_id)

    assert bench.fake.control.calls.count(Role.REVOKE) == before
    assert bench.live() == {kept.api_key_id}
    assert len(bench.fake.keys.of(bench.row.account)) == 2


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


@pytest.mark.parametrize("bench", REGISTERED, indirect=True)
def test_a_secret_is_told_to_nobody_before_it_is_registered(bench: Bench) -> None:
    value = bench.invented()

    assert not bench.fake.requests
    assert bench.adapter().probe(bench.place, value) is not Probe.VALID
