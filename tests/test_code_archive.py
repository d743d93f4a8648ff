import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tenant_keys.code_archive import digest, digest_of_files, python_files, zip_bytes
from tests.recording import ROOT

PACKAGE = ROOT / "rotation_lambda"


def build() -> bytes:
    return zip_bytes({name: path.read_bytes() for name, path in python_files(PACKAGE).items()})


def test_two_builds_are_the_same_bytes() -> None:
    first = build()
    time.sleep(0.01)
    assert build() == first
    assert digest_of_files(python_files(PACKAGE)) == digest(first)


def test_a_build_after_the_code_has_run_is_the_same(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "handler.py").write_text("import package\n")
    before = digest_of_files(python_files(package))
    caching = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([sys.executable, "-c", "import package.handler"], cwd=tmp_path, env=caching, check=True)
    assert list(package.rglob("*.pyc")), "the run has left its cache"
    assert digest_of_files(python_files(package)) == before


def test_neither_date_nor_mode_nor_order_of_files_is_in_the_build(tmp_path: Path) -> None:
    digests = set()
    for number, mode in enumerate((0o644, 0o755, 0o600)):
        package = tmp_path / str(number) / "package"
        (package / "inner").mkdir(parents=True)
        for name in sorted(("a.py", "inner/b.py", "c.py"), reverse=bool(number)):
            (package / name).write_text(name)
            (package / name).chmod(mode)
            os.utime(package / name, (number * 1e8, number * 1e8))
        digests.add(digest_of_files(python_files(package)))
    assert len(digests) == 1


def test_other_code_is_another_digest(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    one = digest_of_files(python_files(tmp_path))
    (tmp_path / "a.py").write_text("two")
    two = digest_of_files(python_files(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({one, two, digest_of_files(python_files(tmp_path))}) == 3


def test_the_zip_holds_the_package_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(build())) as archive:
        names = archive.namelist()
        modes = {entry.external_attr >> 16 for entry in archive.infolist()}
        assert archive.testzip() is None
    on_disk = sorted(str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*.py"))
    assert names == on_disk
    assert all(name.startswith("rotation_lambda/") and name.endswith(".py") for name in names)
    assert modes == {0o100644}, "Lambda must be able to read them"


def test_a_folder_without_code_is_refused_and_not_deployed_empty(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("no code")
    with pytest.raises(FileNotFoundError, match="runs in the project's folder"):
        python_files(tmp_path)
