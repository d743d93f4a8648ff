"""Fixtures that every test may use."""

import pytest


@pytest.fixture(autouse=True)
def _outputs_in_text_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes Pulumi raise where an Output is put into text, which otherwise yields a warning inside a policy."""
    monkeypatch.setenv("PULUMI_ERROR_OUTPUT_STRING", "1")
