"""Puts the roads together for this machine."""

from pathlib import Path

from toolchain.cache import ToolCache
from toolchain.engine import Engine, find_engine
from toolchain.go_build import GoBuild
from toolchain.installer import OfficialInstaller
from toolchain.machine import Machine, cache_folder
from toolchain.on_path import look_on_path
from toolchain.progress import Report, TerminalReport


def engine_folder() -> Path:
    """The folder to put first on PATH; makes the engine if it has to. EngineNotFoundError if it can't."""
    return provide_engine(Machine.from_environment(), TerminalReport()).folder


def provide_engine(machine: Machine, report: Report) -> Engine:
    """Try the four roads of this machine in order; EngineNotFoundError names them all."""
    makers = (OfficialInstaller(machine, report), GoBuild(machine, report))
    folder = cache_folder(machine.environment)
    cache = ToolCache(folder, [maker.slot for maker in makers], machine, report)
    return find_engine(lambda: look_on_path(machine), cache, makers)
