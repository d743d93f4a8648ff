import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from tenant_keys.code_archive import build, digest, python_files
from tests.recording import ROOT

PACKAGE = ROOT / "rotation_lambda"


def digest_of(package: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return build(package, Path(folder, "code.zip"))


def test_the_bytes_are_the_same_on_every_machine_and_at_any_time(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "handler.py").write_text("def handle(event, context): ...\n")
    assert digest_of(tmp_path / "package") == "QHOhVy2oiixJQ12yaghms4hcmLNq9Z+fDGfX4MZg6YI="


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    digests = {build(PACKAGE, first)}
    time.sleep(0.01)
    digests.add(build(PACKAGE, second))
    assert first.read_bytes() == second.read_bytes()
    assert digests == {digest(first.read_bytes())}


def test_a_build_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "build" / "code.zip"
    build(PACKAGE, target)
    made = target.stat()
    build(PACKAGE, target)
    assert target.stat() == made, "the engine may be reading it for another function"


def test_a_build_of_other_code_takes_the_place_of_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "build" / "code.zip"
    target.parent.mkdir()
    target.write_bytes(b"of an earlier version")
    assert build(PACKAGE, target) == digest(target.read_bytes())
    assert list(target.parent.iterdir()) == [target]


def test_a_build_after_the_code_has_run_is_the_same(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "handler.py").write_text("import package\n")
    before = digest_of(package)
    caching = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([sys.executable, "-c", "import package.handler"], cwd=tmp_path, env=caching, check=True)
    assert list(package.rglob("*.pyc")), "the run has left its cache"
    assert digest_of(package) == before


def test_neither_date_nor_mode_nor_order_of_files_is_in_the_build(tmp_path: Path) -> None:
    digests = set()
    for number, mode in enumerate((0o644, 0o755, 0o600)):
        package = tmp_path / str(number) / "package"
        (package / "inner").mkdir(parents=True)
        for name in sorted(("a.py", "inner/b.py", "c.py"), reverse=bool(number)):
            (package / name).write_text(name)
            (package / name).chmod(mode)
            os.utime(package / name, (number * 1e8, number * 1e8))
        digests.add(digest_of(package))
    assert len(digests) == 1


def test_other_code_is_another_digest(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    one = digest_of(tmp_path)
    (tmp_path / "a.py").write_text("two")
    two = digest_of(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({one, two, digest_of(tmp_path)}) == 3


def test_the_zip_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    build(PACKAGE, tmp_path / "code.zip")
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
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
