import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation_lambda.contracts import IssuedKey
from rotation_lambda.errors import WrongSecretError
from rotation_lambda.key_names import key_name, made_for, name_prefix
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue, parse_value
from tests.rotation_lambda.simulation.clock import BEGIN
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import ARN, version

FULL = ApiKeyValue(
    api_key=Sealed(f"{CANARY}key"),
    api_key_id="id-1",
    issuer="sendgrid",
    endpoint="https://issuer.example",
    account="",
    tenant="acme",
    minted_at=BEGIN,
    extra={"refreshToken": Sealed(f"{CANARY}refresh"), "clientId": Sealed(f"{CANARY}client")},
)


def test_a_value_is_read_back_as_it_was_stored() -> None:
    assert parse_value(FULL.text()) == FULL


def test_equal_values_give_equal_texts_so_that_storing_one_twice_is_no_change() -> None:
    turned = replace(FULL, extra=dict(sorted(FULL.extra.items())))
    assert turned.text() == FULL.text()


def test_the_text_has_the_fields_that_backends_read() -> None:
    fields = json.loads(FULL.text().open())
    assert fields["version"] == 1
    assert fields["apiKey"] == f"{CANARY}key"
    assert (fields["apiKeyId"], fields["issuer"], fields["endpoint"]) == ("id-1", "sendgrid", "https://issuer.example")
    assert fields["mintedAt"] == "2027-03-01T12:00:00+00:00"


@given(st.text(min_size=1))
def test_what_a_person_put_in_is_copied_to_the_letter(text: str) -> None:
    try:
        value = parse_value(Sealed(text))
    except WrongSecretError:
        return
    assert value.text().open() == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SG.plain", id="plain"),
        pytest.param("12345", id="a number"),
        pytest.param('"quoted"', id="quoted"),
        pytest.param('["a"]', id="a list"),
        pytest.param("null", id="null"),
        pytest.param("{not json", id="half an object"),
    ],
)
def test_a_plain_string_is_the_key_itself(text: str) -> None:
    assert parse_value(Sealed(text)) == ApiKeyValue(api_key=Sealed(text))


def test_a_persons_own_fields_survive_a_copy() -> None:
    text = '{"apiKey": "k", "region": "eu"}'
    assert parse_value(Sealed(text)).text().open() == text


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"version": 2, "apiKey": CANARY}, "version"),
        ({"password": CANARY}, "apiKey"),
        ({"apiKey": ""}, "apiKey"),
        ({"apiKey": [CANARY]}, "apiKey"),
        ({"apiKey": "k", "apiKeyId": [CANARY]}, "apiKeyId"),
        ({"apiKey": "k", "tenant": {"x": CANARY}}, "tenant"),
        ({"apiKey": "k", "mintedAt": CANARY}, "mintedAt"),
        ({"apiKey": "k", "extra": [CANARY]}, "extra"),
        ({"apiKey": "k", "extra": {"x": [CANARY]}}, "extra"),
    ],
)
def test_an_object_of_another_form_is_refused_without_a_word_of_it(fields: dict[str, object], what: str) -> None:
    with pytest.raises(WrongSecretError, match=what) as refused:
        parse_value(Sealed(json.dumps(fields)))
    assert CANARY not in str(refused.value)


def test_a_time_without_a_zone_is_utc() -> None:
    text = json.dumps({"apiKey": "k", "mintedAt": "2027-03-01T12:00:00"})
    assert parse_value(Sealed(text)).minted_at == datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_sealed_text_is_shown_by_nothing_but_open() -> None:
    sealed = Sealed(f"{CANARY}x")
    shown = f"{sealed} {sealed!r} {sealed:>10} {[sealed]} {FULL} {FULL.extra}" + "%s" % sealed  # noqa: UP031
    assert CANARY not in shown
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(sealed)
    with pytest.raises(TypeError):
        json.dumps(sealed)


def test_the_name_of_a_key_says_which_secret_rotation_and_second_it_is_of() -> None:
    name = key_name(ARN, version(3), BEGIN)
    key = IssuedKey(id="x", name=name, age=None)
    assert name.startswith(name_prefix(ARN))
    assert name.endswith(f"-{int(BEGIN.timestamp())}")
    assert len(name) <= 64, "Twilio's names are the shortest"
    assert made_for(key, name_prefix(ARN), version(3))
    assert not made_for(key, name_prefix(ARN), version(4))
    assert not made_for(key, name_prefix(f"{ARN[:-1]}6"), version(3)), "another secret's, though of the same name"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_prefix_of_a_name_is_that_of_another_secret(one: str, other: str) -> None:
    if one != other:
        assert not name_prefix(one).startswith(name_prefix(other))
