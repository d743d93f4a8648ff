"""`python -m benchmarks.program_alone TENANTS`: runs the program once without an engine, and prints what it took.

A process of its own for each run, so that the memory is this run's and the imports are paid for.
"""

import ast
import importlib
import json
import resource
import sys
import time
from pathlib import Path
from unittest import mock

_STATUS = Path("/proc/self/status")
_KIB_IN_MIB = 1024


def import_what_the_program_imports(program: Path) -> None:
    """Imports the modules that the program's file names."""
    for statement in ast.parse(program.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            importlib.import_module(statement.module)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                importlib.import_module(alias.name)


def peak_mib() -> float:
    """The largest memory that this process has had, in MiB.

    Linux's `ru_maxrss` starts with what the starting process had (proc_pid_status(5) has `VmHWM`, which does not).
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / _KIB_IN_MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _KIB_IN_MIB / (_KIB_IN_MIB if sys.platform == "darwin" else 1)  # bytes on macOS, KiB elsewhere


def run(count: int) -> dict[str, float]:
    """Seconds and MiB of the imports, and of the program with `count` tenants on top of them."""
    begin = time.perf_counter()
    recording = importlib.import_module("tests.recording")
    import_what_the_program_imports(recording.ROOT / "__main__.py")
    stacks = importlib.import_module("benchmarks.stacks")
    imported, imports_mib = time.perf_counter(), peak_mib()

    config = {**recording.stack_settings(stacks.STACK), "tenants": stacks.tenants(count)}
    with mock.patch("tenant_keys.account_guard.refuse_wrong_account"):  # there is no AWS to ask
        processor, started = time.process_time(), time.perf_counter()
        recorded = recording.record_program(stacks.STACK, config=config)
        seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor
    return {
        "import_seconds": imported - begin,
        "import_mib": imports_mib,
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "peak_mib": peak_mib(),
        "registrations": len(recorded.registrations),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))))
