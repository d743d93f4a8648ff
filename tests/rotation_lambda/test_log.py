import json

import pytest

from rotation_lambda.errors import StoreBusyError
from rotation_lambda.log import as_ours, write_line
from tests.rotation_lambda.simulation.issuers import CANARY


def test_a_line_has_the_allowed_fields_and_drops_every_other(capsys: pytest.CaptureFixture[str]) -> None:
    write_line({"step": "sweep", "outcome": "swept", "value": CANARY, "event": {"RotationToken": CANARY}})
    assert json.loads(capsys.readouterr().out) == {"step": "sweep", "outcome": "swept"}


def test_a_line_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    write_line({"reason": "first\nsecond\r\u2028third"})
    printed = capsys.readouterr().out
    assert printed.splitlines() == [printed.rstrip("\n")], "nobody may forge a line of the log"


def test_our_own_error_goes_on_as_it_is() -> None:
    error = StoreBusyError("throttled")
    assert as_ours(error) is error


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert "an unknown place" in str(as_ours(ValueError(CANARY)))
