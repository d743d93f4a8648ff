"""The code of a function as a zip: the same bytes for the same code, whenever and wherever they are made."""

import base64
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_FIRST_DATE_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE_FILE = 0o100644 << 16


def python_files(folder: Path) -> dict[str, Path]:
    """The modules of a package by their paths in an archive, sorted; nothing else that lies in the folder.

    Args:
        folder: The package's folder; its name is the first part of each path.

    Raises:
        FileNotFoundError: There is no module, which is the case in any folder but the project's.
    """
    found = sorted(path for path in folder.rglob("*.py") if path.is_file())
    if not found:
        raise FileNotFoundError(f"No module in {folder.absolute()}. The program runs in the project's folder only.")
    return {path.relative_to(folder.parent).as_posix(): path for path in found}


def zip_bytes(contents: Mapping[str, bytes]) -> bytes:
    """A zip of `contents`, by path, in the order of the paths.

    The files are stored, not deflated: versions of zlib differ in what they make of the same bytes.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, _FIRST_DATE_OF_ZIP)
            entry.create_system, entry.external_attr = _UNIX, _READABLE_FILE
            archive.writestr(entry, content)
    return stream.getvalue()


def digest(archive: bytes) -> str:
    """What Lambda shows as CodeSha256: the SHA-256 of a zip in base64."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def build(package: Path, target: Path) -> str:
    """Writes the zip of a package, unless it is there already, and returns its digest.

    Args:
        package: The package's folder.
        target: Where the zip goes. Whoever reads it meanwhile sees the old one or the new one.

    Raises:
        FileNotFoundError: There is no module in the package.
    """
    archive = zip_bytes({name: path.read_bytes() for name, path in python_files(package).items()})
    if not target.is_file() or target.read_bytes() != archive:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(archive)
        Path(file.name).replace(target)
    return digest(archive)
