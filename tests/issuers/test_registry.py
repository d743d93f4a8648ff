"""The adapters as the deployer's side and the function see them."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from rotation_lambda.http_client import HttpClient
from rotation_lambda.issuers.options import Kind, Option, OptionsRefusedError
from rotation_lambda.issuers.registry import ADAPTERS, account_problem, admin_fields, build, issuer_problems
from rotation_lambda.redaction import Sealed
from sandbox.issuers import FAKES
from tenant_keys.settings.models import IssuerSettings
from tests.issuers.rows import ROWS, Row
from tests.recording import ROOT


def test_the_settings_name_exactly_the_adapters_that_there_are() -> None:
    words = IssuerSettings.model_json_schema()["$defs"]["Adapter"]["enum"]

    assert set(ADAPTERS) == set(words)


def test_every_adapter_knows_its_name_and_has_a_fake_and_a_row_in_the_contracts_table() -> None:
    assert all(adapter.name == name for name, adapter in ADAPTERS.items())
    assert set(FAKES) == set(ADAPTERS) == {row.adapter for row in ROWS}


@pytest.mark.parametrize("name", ADAPTERS)
def test_documented_hosts_are_https(name: str) -> None:
    assert all(address.startswith("https://") for address in ADAPTERS[name].hosts.values())


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_says_what_was_read(name: str) -> None:
    assert (ADAPTERS[name].__doc__ or "").startswith(("Read from ", "Reads no document ", "Tries what a person "))


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    def all_options(options: dict[str, Option]) -> list[Option]:
        return [each for option in options.values() for each in (option, *all_options(dict(option.parts)))]

    for option in all_options(dict(ADAPTERS[name].described)):
        assert option.means.endswith(".")
        assert bool(option.parts) == (option.kind is Kind.SECTION)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_problems_are_exactly_those_that_building_refuses(row: Row) -> None:
    http = HttpClient(remaining=lambda: 30.0)
    bad = {**row.options, "surplus": 1}

    (problem,) = issuer_problems(row.adapter, base_url="https://api.example", options=bad)

    with pytest.raises(OptionsRefusedError) as caught:
        build(
            row.adapter,
            base_url="https://api.example",
            options=bad,
            admin=lambda: Sealed(""),
            http=http,
            clock=lambda: datetime.now(UTC),
        )
    assert str(caught.value) == f"{row.adapter}: {problem}"
    assert issuer_problems(row.adapter, base_url="https://api.example", options=row.options) == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_table_s_accounts_are_accounts(row: Row) -> None:
    assert account_problem(row.adapter, row.account) is None
    assert account_problem(row.adapter, "../x y") is not None


@pytest.mark.parametrize("name", ["cloudflare", "twilio", "openai", "okta", "auth0", "oauth-client-secret"])
def test_an_issuer_whose_keys_live_in_accounts_needs_one(name: str) -> None:
    problem = account_problem(name, "")

    assert problem is not None
    assert problem.what == "is missing"


@pytest.mark.parametrize("row", [row for row in ROWS if row.adapter != "manual"], ids=str)
def test_the_fields_of_the_admin_credential_are_those_that_the_issuer_takes(row: Row) -> None:
    assert admin_fields(row.adapter, row.options) == tuple(FAKES[row.adapter].admin_fields)


@pytest.mark.parametrize("region", ["mars", "", 1, None])
def test_a_region_that_there_is_not_is_told_once(region: object) -> None:
    (problem,) = issuer_problems("datadog", base_url=None, options={"region": region})

    assert problem.where == "options.region"
    assert problem.do.startswith("Write a text out of datadoghq.com, ")


def test_asking_for_problems_needs_no_aws() -> None:
    script = (
        "import sys, rotation_lambda.issuers.registry; print([m for m in ('boto3', 'pydantic') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]", "the settings' check would pay for an import of AWS's library"
