"""Archives as inputs: the zip of a function's code, which the program has made and names by its path.

The real provider hands a zip to AWS as it is (pulumi/pulumi, sdk/go/common/resource/archive, `Archive.Archive`).
"""

from dataclasses import dataclass
from pathlib import Path

import pulumi

from sandbox.provider.errors import ProviderError


class ArchiveError(ProviderError):
    """An archive has a form that the sandbox does not serve, or can't be read."""


@dataclass(frozen=True)
class Archive:
    """A zip file, by its path as the program says it: relative to the project's folder."""

    path: str

    def content(self) -> bytes:
        """Read the zip.

        Raises:
            ArchiveError: There is no such file, or it can't be read.
        """
        try:
            return Path(self.path).read_bytes()
        except OSError as error:
            raise ArchiveError(f"the archive {self.path} can't be read: {error.strerror}") from error


def read_archive(archive: pulumi.Archive) -> Archive:
    """Return what the program gave; nothing is read from disk yet.

    Raises:
        ArchiveError: It is no zip file.
    """
    if not isinstance(archive, pulumi.FileArchive) or not archive.path.endswith(".zip"):
        raise ArchiveError("the sandbox serves archives that are a zip file, pulumi.FileArchive('….zip'), only")
    return Archive(archive.path)


def pulumi_archive(archive: Archive) -> pulumi.FileArchive:
    """Return the archive as the engine takes it."""
    return pulumi.FileArchive(archive.path)
