"""The example in docs/adding-an-issuer.md is code that works."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import NotExecutedError, OutcomeUnknownError
from rotation_lambda.issuers import registry
from sandbox.issuers.control import Fault
from sandbox.issuers.wire import Role
from tests.issuers.bench import Bench
from tests.issuers.rows import Row
from tests.recording import ROOT

DOCUMENT = ROOT / "docs" / "adding-an-issuer.md"


def example(number: int) -> dict[str, Any]:
    """What the document's n-th block of Python defines."""
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(blocks[number], names)  # noqa: S102 - our own document
    return names


@pytest.fixture
def acme_mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(registry, "ADAPTERS", {**registry.ADAPTERS, "acme-mail": example(0)["AcmeMail"]})
    fake = example(2)["AcmeMail"]()
    with fake.running() as url:
        yield Bench(row=Row(adapter="acme-mail", account="", other=None), fake=fake, url=url)


def test_the_examples_adapter_does_what_the_contract_asks(acme_mail: Bench) -> None:
    old, new = acme_mail.new_key(age=timedelta(days=1)), acme_mail.new_key()
    assert acme_mail.live() == {old.api_key_id, new.api_key_id}
    assert old.api_key_id is not None

    acme_mail.adapter().revoke(acme_mail.place, old.api_key_id)
    acme_mail.adapter().revoke(acme_mail.place, old.api_key_id)

    assert acme_mail.live() == {new.api_key_id}
    assert acme_mail.adapter().probe(acme_mail.place, old) is Probe.REFUSED
    assert acme_mail.adapter().probe(acme_mail.place, new) is Probe.VALID


def test_the_example_keeps_what_the_document_says_of_doubts(acme_mail: Bench) -> None:
    acme_mail.fake.control.fail(Fault.RESET, Role.MINT)
    with acme_mail.raises(OutcomeUnknownError):
        acme_mail.new_key()

    acme_mail.fake.control.fail(Fault.ERROR_IN_200, Role.LIST)
    with acme_mail.raises(NotExecutedError):
        acme_mail.live()


def test_the_document_names_files_that_there_are() -> None:
    named = set(re.findall(r"`((?:rotation_lambda|sandbox|tests)/[\w/]+\.py)`", DOCUMENT.read_text()))

    missing = {name for name in named if not (ROOT / name).exists() and "acme_mail" not in name}

    assert named
    assert missing == set()
