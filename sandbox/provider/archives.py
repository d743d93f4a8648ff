"""Archives as inputs: a function's code as the program names it, and the zip that it becomes.

The real provider hands an archive to AWS as a zip as well; here, the same files give the same bytes on every machine.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pulumi

from sandbox.provider.errors import ProviderError
from tenant_keys.code_archive import digest, zip_bytes

_FORMS = {"path": pulumi.FileAsset, "text": pulumi.StringAsset}


class ArchiveError(ProviderError):
    """An archive has a form that the sandbox does not serve, or a file of it can't be read."""


@dataclass(frozen=True)
class Archive:
    """An archive of assets: by the path in the archive, where the content comes from (`path` or `text`) and which."""

    members: tuple[tuple[str, str, str], ...]

    @cached_property
    def zip(self) -> bytes:
        """The bytes of the zip."""
        return zip_bytes({name: _content(name, form, source) for name, form, source in self.members})

    @property
    def digest(self) -> str:
        """The zip's CodeSha256."""
        return digest(self.zip)


def read_archive(archive: pulumi.Archive) -> Archive:
    """Return what the program gave; nothing is read from disk yet.

    Raises:
        ArchiveError: It is no archive of files and texts.
    """
    members = []
    for name, asset in getattr(archive, "assets", {}).items():
        form = next((form for form in _FORMS if hasattr(asset, form)), None)
        if isinstance(asset, pulumi.Archive) or form is None:
            raise ArchiveError(f"the sandbox serves files and texts in an archive, and {name!r} is neither")
        members.append((name, form, str(getattr(asset, form))))
    if not members:
        raise ArchiveError("the sandbox serves archives that are made of assets, pulumi.AssetArchive({...}), only")
    return Archive(tuple(sorted(members)))


def pulumi_archive(archive: Archive) -> pulumi.AssetArchive:
    """Return the archive as the engine takes it."""
    return pulumi.AssetArchive({name: _FORMS[form](source) for name, form, source in archive.members})


def _content(name: str, form: str, source: str) -> bytes:
    if form == "text":
        return source.encode()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise ArchiveError(f"{name!r} of an archive can't be read from {source}: {error.strerror}") from error
