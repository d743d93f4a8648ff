"""What only SendGrid does."""

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.issuers.registry import issuer_problems
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from sandbox.issuers.wire import Role
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

SENDGRID = row_of("sendgrid")
OF_THE_PARENT = row_of("sendgrid", account="", other="acme-mail")


@on(SENDGRID)
def test_a_key_gets_the_scopes_of_the_settings_and_no_others(bench: Bench) -> None:
    value = bench.new_key()

    (key,) = bench.fake.keys.of("acme-mail")

    assert (key.id, key.may) == (value.api_key_id, ("mail.send",))


def test_without_scopes_in_the_settings_nothing_is_deployed() -> None:
    (problem,) = issuer_problems("sendgrid", base_url=None, options={})

    assert (problem.where, problem.what) == ("options.scopes", "is missing"), "a key without scopes may do everything"


@on(OF_THE_PARENT)
def test_without_a_subuser_the_keys_are_those_of_the_admins_own_account(bench: Bench) -> None:
    value = bench.new_key()

    assert [key.id for key in bench.fake.keys.of("")] == [value.api_key_id]
    assert bench.adapter().probe(bench.other, value) is not Probe.VALID


@on(SENDGRID)
def test_a_refusal_at_an_account_that_is_not_full_blames_the_credential(bench: Bench) -> None:
    bench.fake.accounts = ("globex-mail",)

    with bench.raises(IssuerRefusedError):
        bench.new_key()


@on(SENDGRID)
def test_a_value_whose_id_is_not_that_of_its_key_is_refused(bench: Bench) -> None:
    mine, another, theirs = bench.new_key(), bench.new_key(), bench.new_key(bench.other)

    for key in (another, theirs):
        forged = ApiKeyValue(api_key=key.api_key, api_key_id=mine.api_key_id)
        assert bench.adapter().probe(bench.place, forged) is Probe.REFUSED


@on(SENDGRID)
def test_a_key_that_a_person_put_in_as_plain_text_is_probed_by_the_id_inside_it(bench: Bench) -> None:
    mine, theirs = bench.new_key(), bench.new_key(bench.other)

    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=mine.api_key)) is Probe.VALID
    assert bench.adapter().probe(bench.place, ApiKeyValue(api_key=theirs.api_key)) is Probe.REFUSED


@pytest.mark.parametrize("text", ["line\nbreak", "tab\there", "snow\u2603man"])
@on(SENDGRID)
def test_a_value_that_is_no_header_is_refused_without_being_sent(bench: Bench, text: str) -> None:
    bench.fake.control.values.add(text)

    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, ApiKeyValue(api_key=Sealed(text)))

    assert Role.PROBE not in bench.fake.control.calls
