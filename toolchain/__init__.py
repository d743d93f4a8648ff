"""Finds or makes the Pulumi engine: `pulumi`, its Python language host, and the host's executor script.

Four roads, tried in this order: PATH, the tool cache, the official installer, a build from Go modules.
`engine_folder()` answers with the folder to put first on PATH; `make setup` runs the same from a shell.
"""

from toolchain.engine import Engine, EngineNotFoundError
from toolchain.setup import engine_folder, provide_engine

__all__ = ["Engine", "EngineNotFoundError", "engine_folder", "provide_engine"]
