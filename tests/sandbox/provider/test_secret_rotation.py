"""Rotation is declared by the same call that starts one, so the plugin must say each time that it starts none."""

from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from tests.sandbox.provider.driver import REGION, Plugin, make, urn_of

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"


def told(arn: str) -> Any:
    """The secret as moto keeps it, with what the last RotateSecret said."""
    return secretsmanager_backends["123456789012"][REGION].secrets[arn]


def test_what_is_declared_does_not_renew_the_key_at_once(plugin: Plugin) -> None:
    arn, _, _ = make(plugin, ROTATION)
    assert told(arn).rotates_at_once is False


def test_a_new_schedule_does_not_renew_the_key_at_once_either(plugin: Plugin) -> None:
    arn, state, inputs = make(plugin, ROTATION)
    rules = {"scheduleExpression": "rate(999 days)"}
    plugin.update(urn_of(ROTATION), arn, state, {**inputs, "rotationRules": rules})
    assert told(arn).declared_rules == {"ScheduleExpression": "rate(999 days)"}
    assert told(arn).rotates_at_once is False


def test_the_wish_to_renew_at_once_alone_changes_nothing_in_aws(plugin: Plugin) -> None:
    arn, state, inputs = make(plugin, ROTATION)
    after = plugin.update(urn_of(ROTATION), arn, state, {**inputs, "rotateImmediately": True})
    assert after["rotateImmediately"] is True
    assert told(arn).rotates_at_once is False
