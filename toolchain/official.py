"""Run as a script of its own, so that it can be stopped: the official installer, through the Automation API.

Usage: python -P official.py ROOT VERSION. Prints one line and exits with 1 if it fails.
"""

import socket
import subprocess
import sys

from pulumi.automation import PulumiCommand
from semver import VersionInfo

CONNECT_SECONDS = 10  # the API itself would wait for a silent network for as long as the kernel does


def main(root: str, version: str) -> int:
    """Install into `root/bin`; the exit status."""
    socket.setdefaulttimeout(CONNECT_SECONDS)
    try:
        PulumiCommand.install(root=root, version=VersionInfo.parse(version))
    except subprocess.CalledProcessError as error:
        lines = error.output.decode(errors="replace").strip().splitlines() if error.output else [str(error)]
        print(lines[-1])  # noqa: T201 - the answer to the parent
        return 1
    except Exception as error:  # noqa: BLE001 - the API lets everything through, and the parent goes on
        print(getattr(error, "reason", error))  # noqa: T201 - the answer to the parent
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
