"""The whole program under each stack file."""

import json
from typing import Any

import pulumi
import pytest

from tenant_keys import account_guard
from tests.program.conftest import accept
from tests.recording import ROOT, Recording, record_program, stack_settings

GOLDEN = ROOT / "tests" / "golden" / "urns"
ENVIRONMENTS = pytest.mark.parametrize("stack", ["dev", "prod"])


def urns(recording: Recording) -> list[str]:
    return sorted(each.urn for each in recording.registrations)


@ENVIRONMENTS
def test_the_urns_are_the_golden_ones(stack: str) -> None:
    golden = (GOLDEN / f"{stack}.txt").read_text().splitlines()
    assert urns(record_program(stack)) == golden, "a renamed resource is deleted and made anew: that is a decision"


@ENVIRONMENTS
def test_a_preview_registers_what_an_update_registers(stack: str) -> None:
    assert urns(record_program(stack, preview=True)) == urns(record_program(stack, preview=False))


def test_urns_do_not_depend_on_the_order_of_tenants() -> None:
    settings = stack_settings("dev")
    turned = {**settings, "tenants": dict(reversed(settings["tenants"].items()))}
    assert list(turned["tenants"]) != list(settings["tenants"])
    assert urns(record_program("dev", config=turned)) == urns(record_program("dev", config=settings))


def test_one_more_tenant_adds_its_resources_and_changes_no_other() -> None:
    settings = stack_settings("dev")
    more: dict[str, Any] = {**settings["tenants"], "initech": {"owner": "it@initech.example"}}
    before = record_program("dev")
    after = record_program("dev", config={**settings, "tenants": more})

    old = {each.urn: each for each in before.registrations}
    new = {each.urn: each for each in after.registrations}
    assert len(new.keys() - old.keys()) == 13, "four components and nine resources"
    assert all("initech" in urn for urn in new.keys() - old.keys())
    for urn, registration in old.items():
        assert new[urn].inputs == registration.inputs, f"{urn} must not change because another tenant arrived"


def test_a_bad_stack_file_is_refused_before_anything_is_registered() -> None:
    with pytest.raises(pulumi.RunError, match=r"2 problems\. Nothing was registered"):
        record_program("dev", config={**stack_settings("dev"), "app": "My App", "region": "tokyo"})


def test_credentials_of_another_account_are_refused_before_anything_is_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_settings: object) -> None:
        raise account_guard.WrongAccountError("another account")

    monkeypatch.setattr(account_guard, "refuse_wrong_account", refuse)
    with pytest.raises(pulumi.RunError, match="another account"):
        record_program("dev")


def test_the_program_is_wiring_only() -> None:
    lines = (ROOT / "__main__.py").read_text().splitlines()
    assert len(lines) <= 60


if __name__ == "__main__":  # python -m tests.program.test_program writes the golden lists anew
    account_guard.refuse_wrong_account = accept
    for name in ("dev", "prod"):
        (GOLDEN / f"{name}.txt").write_text("\n".join(urns(record_program(name))) + "\n")
    print(json.dumps({"written": str(GOLDEN)}))  # noqa: T201 - tells where
