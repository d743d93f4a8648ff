"""What only Datadog does."""

from dataclasses import replace

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.value import ApiKeyValue
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

DATADOG = row_of("datadog")
OF_ANY_ORGANISATION = row_of("datadog", account="")


@on(DATADOG)
def test_a_taken_name_is_refused_and_makes_no_second_key(bench: Bench) -> None:
    name = bench.name()
    bench.adapter().mint(bench.place, name, None)

    with bench.raises(IssuerRefusedError):
        bench.adapter().mint(bench.place, name, None)

    assert len(bench.live()) == 1
    assert "the name is taken" in bench.errors[0]


@on(DATADOG)
def test_a_refusal_without_a_reason_blames_the_permission(bench: Bench) -> None:
    bench.fake.control.cap = 0

    with bench.raises(IssuerRefusedError):
        bench.new_key()

    assert "api_keys_write" in bench.errors[0]


@on(DATADOG)
def test_a_value_whose_id_is_not_that_of_its_key_is_refused(bench: Bench) -> None:
    one, another = bench.new_key(), bench.new_key()

    assert bench.adapter().probe(bench.place, replace(one, api_key_id=another.api_key_id)) is Probe.REFUSED


@on(DATADOG)
def test_a_key_that_a_person_put_in_as_plain_text_is_probed_by_its_organisation(bench: Bench) -> None:
    mine, theirs = bench.new_key(), bench.new_key(bench.other)

    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=mine.api_key)) is Probe.VALID
    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=theirs.api_key)) is Probe.REFUSED


@on(OF_ANY_ORGANISATION)
def test_without_an_organisation_in_the_settings_the_keys_id_decides(bench: Bench) -> None:
    bench.fake.turn_to(DATADOG.account)
    minted = bench.adapter().mint(bench.place, bench.name(), None)
    value = ApiKeyValue(api_key=minted.api_key, api_key_id=minted.api_key_id)

    assert bench.adapter().probe(bench.place, value) is Probe.VALID
    assert bench.adapter().probe(bench.place, replace(value, api_key_id="another")) is Probe.REFUSED
