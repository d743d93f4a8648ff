"""The first road: a `pulumi` that is installed already."""

import os
import subprocess
from pathlib import Path

from toolchain import versions
from toolchain.engine import Engine, RoadClosedError
from toolchain.machine import Machine


def look_on_path(machine: Machine) -> Engine:
    """The first `pulumi` on PATH, if its version is compatible and its language host can be found by it."""
    command = machine.find(versions.COMMAND)
    if command is None:
        raise RoadClosedError("no `pulumi` there.")
    version = version_of(machine, command)
    if not version.serves(versions.PULUMI):
        age = "older than" if version < versions.PULUMI else "of another major version than"
        raise RoadClosedError(f"{command} is {version}, {age} {versions.PULUMI}.")
    folder = _folder_with_host(command)
    if folder is None:
        if missing := [name for name in versions.FILES if machine.find(name) is None]:
            names = " and ".join(f"`{name}`" for name in missing)
            raise RoadClosedError(f"{command} is {version}, but {names} is neither beside it nor on PATH.")
        folder = command.parent
    return Engine(folder=folder, version=str(version), road="PATH")


def version_of(machine: Machine, command: Path) -> versions.Version:
    """What `pulumi version` answers; RoadClosedError if it answers nothing that is a version."""
    try:
        return versions.Version.parse(machine.answer([str(command), "version"]))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = f"`{command} version` gave no version: {error}".rstrip(".")
        raise RoadClosedError(f"{reason}.") from error


def _folder_with_host(command: Path) -> Path | None:
    """Where the rest of the engine lies: beside the command, or beside what a link leads to."""
    for folder in dict.fromkeys((command.parent, command.resolve().parent)):
        if all(os.access(folder / name, os.X_OK) for name in versions.FILES):
            return folder
    return None
