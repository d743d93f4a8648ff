"""The versions of the tools, in one place, and what counts as compatible."""

import re
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, order=True)
class Version:
    """A release number; `final` is false for what comes before the release (`3.258.0-alpha.1`)."""

    major: int
    minor: int
    patch: int
    final: bool = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3.258.0`, `v3.258.0`, `3.258.0-alpha.1` or `1.26`; ValueError for anything else."""
        match = re.fullmatch(r"v?(\d+)\.(\d+)(?:\.(\d+))?((?:-|rc|beta)[^+\s]*)?(?:\+\S*)?", text.strip())
        if match is None:
            raise ValueError(f"not a version number: {text.strip()[:80]!r}")
        major, minor, patch, prerelease = match.groups()
        return cls(int(major), int(minor), int(patch or 0), final=prerelease is None)

    def __str__(self) -> str:
        """The three numbers with dots between them."""
        return f"{self.major}.{self.minor}.{self.patch}"

    def serves(self, required: "Version") -> bool:
        """Whether this version can stand in for `required`: the same major version, and not older."""
        return self.major == required.major and self >= required


# The `pulumi` package in requirements.txt; both ends of the engine's protocol come from one release.
PULUMI = Version(3, 258, 0)

# The `go` line of toolchain/pulumi/go.mod, which is that of pulumi's own module.
GO = Version(1, 25, 11)

COMMAND = "pulumi"
LANGUAGE_HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"

# What an engine folder holds: the command starts the host, and the host refuses to start without the script.
FILES = (COMMAND, LANGUAGE_HOST, EXECUTOR)
