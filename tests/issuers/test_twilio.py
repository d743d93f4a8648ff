"""What only Twilio does."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from rotation_lambda.contracts import Place, Probe
from rotation_lambda.errors import IssuerRefusedError, NotExecutedError
from rotation_lambda.http_client import HttpClient, Origin
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.registry import build
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.issuers.bench import Bench
from tests.issuers.rows import on, row_of

TWILIO = row_of("twilio")
READS, WRITES = "/twilio/messaging/messages/read", "/twilio/messaging/messages/create"
RESTRICTED = row_of("twilio", options={"policy": [READS]})
BLIND = row_of("twilio", options={"policy": [WRITES]})


@on(RESTRICTED)
def test_with_a_policy_in_the_settings_keys_are_restricted_to_it(bench: Bench) -> None:
    value = bench.new_key()

    form = bench.fake.requests[-1].form

    assert (form["KeyType"], json.loads(form["Policy"])) == ("restricted", {"allow": [READS]})
    assert bench.adapter().probe(bench.place, value) is Probe.VALID


@on(BLIND)
def test_a_key_that_may_not_do_what_the_probe_tries_is_an_error_of_the_settings(bench: Bench) -> None:
    value = bench.new_key()

    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, value)


@on(TWILIO)
def test_a_value_without_the_keys_sid_is_told_before_any_call(bench: Bench) -> None:
    with bench.raises(IssuerRefusedError):
        bench.adapter().probe(bench.place, ApiKeyValue(api_key=Sealed("secret")))

    assert not bench.fake.requests


@on(TWILIO)
def test_a_value_whose_sid_is_not_that_of_its_secret_is_refused(bench: Bench) -> None:
    one, another = bench.new_key(), bench.new_key()
    forged = replace(one, api_key_id=another.api_key_id, minted_at=None)

    assert bench.adapter().probe(bench.place, forged) is Probe.REFUSED


class Recorder(HttpClient):
    """Sends nothing, and remembers where it would have gone."""

    def __init__(self) -> None:
        super().__init__(remaining=lambda: 30.0)
        self.hosts: list[tuple[str, str]] = []

    def send(self, where: Origin, call: Call) -> Reply:
        self.hosts.append((where.host, urlsplit(call.path).path))
        raise NotExecutedError("nothing is sent in this test")


@pytest.mark.parametrize("admin", [Sealed('{"keySid": "SK1", "keySecret": "s"}')])
def test_keys_are_managed_at_one_host_and_tried_at_another(admin: Sealed) -> None:
    http = Recorder()
    adapter = build(
        "twilio", base_url=None, options={}, admin=lambda: admin, http=http, clock=lambda: datetime.now(UTC)
    )
    place = Place(tenant="acme", key="k", account=TWILIO.account, name_prefix="tk-1-")

    with pytest.raises(NotExecutedError):
        adapter.list_keys(place)
    with pytest.raises(NotExecutedError):
        adapter.probe(place, ApiKeyValue(api_key=Sealed("secret"), api_key_id="SK1"))

    assert http.hosts == [
        ("iam.twilio.com", "/v1/Keys"),
        ("api.twilio.com", f"/2010-04-01/Accounts/{TWILIO.account}/Messages.json"),
    ]
