"""Changes of a stack file, as a pull request makes them: one entry in, one entry out."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

_TENANTS = "tenant-keys:tenants"


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Lets `edit` change the configuration in a stack file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content["config"])
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def add_tenant(path: Path, tenant: str, entry: Mapping[str, Any]) -> None:
    """Declares one more tenant."""
    change(path, lambda config: config[_TENANTS].update({tenant: dict(entry)}))


def remove_tenant(path: Path, tenant: str) -> None:
    """Removes a tenant's declaration."""
    change(path, lambda config: config[_TENANTS].pop(tenant))


def put(path: Path, setting: str, value: object) -> None:
    """Sets one setting of the project."""
    change(path, lambda config: config.update({f"tenant-keys:{setting}": value}))
