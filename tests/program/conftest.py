"""The whole program without an engine and without AWS."""

from pathlib import Path

import pytest

from tenant_keys import account_guard
from tenant_keys.settings import Settings

ROOT = Path(__file__).parent.parent.parent


def accept(settings: Settings) -> None:
    """Stands for credentials that may assume the deploy role of `settings`."""


@pytest.fixture(autouse=True)
def _credentials_of_the_right_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(account_guard, "refuse_wrong_account", accept)
