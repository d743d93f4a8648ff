"""What this package asks of the machine: environment, PATH, commands. The one place that reads `os.environ`."""

import os
import platform
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ANSWER_SECONDS = 30  # a question such as `pulumi version` takes 0.2 s; a cold disk or a shim takes longer


@dataclass(frozen=True)
class Machine:
    """The environment that commands are run in; HOME is always set."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Self:
        """This process's environment."""
        return cls.of(os.environ)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Any environment; an unset or empty HOME is looked up, since `go` and the installer need one."""
        home = environment.get("HOME") or _home_of_user()
        return cls({**environment, "HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"})

    @property
    def platform(self) -> str:
        """Operating system and processor, so that machines which share a home don't share binaries."""
        return f"{platform.system()}-{platform.machine()}".lower()

    def find(self, command: str) -> Path | None:
        """Absolute path of a command on this environment's PATH."""
        found = shutil.which(command, path=self.environment.get("PATH", ""))
        return None if found is None else Path(found).absolute()

    def answer(self, command: list[str], *, cwd: Path | None = None, **extra: str) -> str:
        """Standard output of a quick command; OSError or SubprocessError if it fails or takes over 30 s."""
        done = subprocess.run(  # noqa: S603 - commands of this package, no shell
            command,
            capture_output=True,
            check=True,
            cwd=cwd,
            env={**self.environment, **extra},
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=ANSWER_SECONDS,
        )
        return done.stdout


def cache_folder(environment: Mapping[str, str]) -> Path:
    """$TENANT_KEYS_CACHE, else $XDG_CACHE_HOME/tenant-keys, else ~/.cache/tenant-keys; always absolute.

    A relative or empty $XDG_CACHE_HOME counts as unset: XDG Base Directory Specification.
    """
    if own := environment.get("TENANT_KEYS_CACHE"):
        return Path(own).absolute()
    shared = Path(environment.get("XDG_CACHE_HOME", ""))
    if shared.is_absolute():
        return shared / "tenant-keys"
    return Path(environment.get("HOME") or _home_of_user()) / ".cache" / "tenant-keys"


def _home_of_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's arbitrary user id
        return "/"
