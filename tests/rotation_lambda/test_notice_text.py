"""The texts that owners read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rotation_lambda.notice_text import Happening, KeyFacts, body, subject

MAILS = Path(__file__).parents[1] / "golden" / "mails"
FACTS = KeyFacts(
    app="myapp",
    environment="prod",
    tenant="acme",
    key="external-api-key",
    issuer="sendgrid",
    manual=False,
    grace_hours="24",
    next_renewal=datetime(2027, 4, 8, 3, tzinfo=UTC),
)
BROUGHT = KeyFacts(
    app="myapp",
    environment="prod",
    tenant="globex",
    key="external-api-key",
    issuer="pagerduty",
    manual=True,
    grace_hours="24",
    next_renewal=None,
)
WHEN = datetime(2027, 3, 8, 3, 12, 45, tzinfo=UTC)


@pytest.mark.parametrize("facts", [FACTS, BROUGHT], ids=["by itself", "by a person"])
@pytest.mark.parametrize("happening", Happening)
def test_the_mails_are_those_that_were_read_and_agreed_to(facts: KeyFacts, happening: Happening) -> None:
    golden_mail = MAILS / f"{happening.value}-{facts.tenant}.txt"
    mail = f"{subject(facts, happening)}\n\n{body(facts, happening, WHEN, 97)}"
    assert mail == golden_mail.read_text()


@pytest.mark.parametrize("happening", Happening)
def test_a_subject_fits_into_what_sns_takes(happening: Happening) -> None:
    longest = KeyFacts(
        app="a" * 20,
        environment="prod",
        tenant="t" * 40,
        key="k" * 40,
        issuer="",
        manual=False,
        grace_hours="",
        next_renewal=None,
    )
    text = subject(longest, happening)
    assert len(text) < 100
    assert text.isascii()
    assert text.isprintable()


def test_a_key_without_a_known_issuer_or_grace_has_a_whole_text() -> None:
    bare = KeyFacts(
        app="myapp",
        environment="prod",
        tenant="acme",
        key="k-1",
        issuer="",
        manual=False,
        grace_hours="",
        next_renewal=None,
    )
    text = body(bare, Happening.SUCCEEDED, WHEN)
    assert "Issuer:       not declared" in text
    assert "goes on working for a while" in text
    assert "Next renewal: on request" in text
