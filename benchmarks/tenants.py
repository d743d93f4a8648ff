"""Made-up tenants in any number, each with one key, monthly rotated: the form of the shipped stack files."""

from typing import Any

from tests.recording import stack_settings


def tenants(count: int) -> dict[str, dict[str, Any]]:
    """`count` entries for a stack file, by tenant id."""
    return {f"tenant-{number:05}": entry(number) for number in range(count)}


def entry(number: int) -> dict[str, Any]:
    """One tenant's entry."""
    key = {"issuer": "sendgrid", "rotate": "monthly", "grace": "24h"}
    return {"owner": f"security@tenant-{number:05}.example", "keys": {"external-api-key": key}}


def settings_of(count: int) -> dict[str, Any]:
    """The staging environment's settings with `count` tenants instead of its own."""
    return {**stack_settings("dev"), "tenants": tenants(count)}
