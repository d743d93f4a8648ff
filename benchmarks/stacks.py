"""Stacks of made-up tenants: as settings, as a project folder, and in a sandbox."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox import Sandbox, stack_file
from sandbox.engine import Engine
from sandbox.layout import ROOT

STACK = "dev"


def entry(tenant: str) -> dict[str, Any]:
    """A tenant's declaration, with everything that a stack file usually says of one."""
    return {
        "owner": f"security@{tenant}.example",
        "keys": {"external-api-key": {"issuer": "sendgrid", "rotate": "monthly", "grace": "24h"}},
    }


def tenants(count: int) -> dict[str, dict[str, Any]]:
    """The declarations of `count` tenants, `tenant-0001` and so on."""
    names = [f"tenant-{number:04}" for number in range(1, count + 1)]
    return {name: entry(name) for name in names}


def counted(count: int) -> str:
    """`1 tenant`, `50 tenants`."""
    return f"{count:,} tenant{'' if count == 1 else 's'}"


@contextmanager
def sandbox_of(count: int, folder: Path) -> Iterator[Sandbox]:
    """A sandbox in `folder` whose stack declares `count` tenants and is not deployed yet.

    Nothing is protected, so that a tenant which was added can be removed again. Protection is a flag in the state and
    costs no call.
    """
    project = folder / "project"
    project.mkdir(parents=True)
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, project)
    declared = project / f"Pulumi.{STACK}.yaml"
    stack_file.put(declared, "protect", value=False)
    stack_file.put(declared, "tenants", tenants(count))
    with Sandbox(folder / "sandbox", project) as sandbox:
        Engine(sandbox, STACK).create_stack()
        yield sandbox


def stack_file_of(sandbox: Sandbox) -> Path:
    """The stack file that the engine reads."""
    return sandbox.project / f"Pulumi.{STACK}.yaml"
