"""Time and memory of the Pulumi program alone: every registration is answered at once by a recording monitor.

Each size runs in a process of its own, so that memory is that of one size.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.figures import Figure, median

NAME = "program"
SIZES = (10, 100, 1_000)
AIMED_SIZE = 1_000
# Of issue "Onboard a tenant": a thousand tenants in twenty seconds and 600 MiB.
AIM_SECONDS, AIM_MIB = 20.0, 600.0
RUNS = 3
_KIB_IN_MIB = 1024


def run(sizes: tuple[int, ...] = SIZES, runs: int = RUNS) -> Iterator[Figure]:
    """Measures each size several times."""
    for size in sizes:
        found = [_in_a_process(size) for _ in range(runs)]
        aimed = size == AIMED_SIZE
        yield median(
            NAME,
            f"{size:,} tenants ({int(found[0]['resources']):,} registrations)",
            [each["seconds"] for each in found],
            "s",
            AIM_SECONDS if aimed else None,
        )
        yield median(NAME, f"{size:,} tenants, processor time", [each["cpu"] for each in found], "s")
        yield median(
            NAME,
            f"{size:,} tenants, peak memory",
            [each["mib"] for each in found],
            "MiB",
            AIM_MIB if aimed else None,
        )
    yield median(NAME, "imports before the first registration", [each["imports"] for each in found], "s")


def _in_a_process(size: int) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - our own module, our own arguments
        [sys.executable, "-m", "benchmarks.program", str(size)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def _measure(size: int) -> dict[str, float]:
    began = time.perf_counter()
    import pulumi_aws  # noqa: F401, PLC0415 - the import is what is measured

    from benchmarks.tenants import settings_of  # noqa: PLC0415 - same
    from tenant_keys import account_guard  # noqa: PLC0415 - same
    from tests.program.conftest import accept  # noqa: PLC0415 - same
    from tests.recording import record_program  # noqa: PLC0415 - same

    imported, cpu = time.perf_counter(), time.process_time()
    account_guard.refuse_wrong_account = accept
    recording = record_program("dev", config=settings_of(size))
    return {
        "imports": imported - began,
        "seconds": time.perf_counter() - imported,
        "cpu": time.process_time() - cpu,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_IN_MIB,
        "resources": len(recording.registrations),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
