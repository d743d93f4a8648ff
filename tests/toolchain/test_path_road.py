from pathlib import Path

import pytest

from tests.toolchain.fakes import VERSION, machine_with, write_command, write_engine
from toolchain import versions
from toolchain.engine import Engine, RoadClosedError
from toolchain.on_path import look_on_path


def reason(*folders: Path) -> str:
    with pytest.raises(RoadClosedError) as closed:
        look_on_path(machine_with(*folders))
    return str(closed.value)


@pytest.mark.parametrize("version", [VERSION, "3.999.0"])
def test_a_compatible_pulumi_with_its_language_host_is_taken(tmp_path: Path, version: str) -> None:
    folder = write_engine(tmp_path, version)
    assert look_on_path(machine_with(folder)) == Engine(folder=folder, version=version, road="PATH")


def test_no_pulumi_is_said(tmp_path: Path) -> None:
    assert "no `pulumi`" in reason(tmp_path)


@pytest.mark.parametrize(
    ("version", "words"),
    [("3.257.0", "is 3.257.0, older than 3.258.0"), ("4.0.0", "is 4.0.0, of another major version")],
)
def test_another_version_is_refused_with_both_numbers(tmp_path: Path, version: str, words: str) -> None:
    assert words in reason(write_engine(tmp_path, version))


@pytest.mark.parametrize("missing", [versions.LANGUAGE_HOST, versions.EXECUTOR])
def test_a_pulumi_without_its_language_host_or_executor_is_refused(tmp_path: Path, missing: str) -> None:
    (write_engine(tmp_path) / missing).unlink()
    assert f"`{missing}` is neither beside it nor on PATH" in reason(tmp_path)


def test_a_language_host_elsewhere_on_path_is_enough(tmp_path: Path) -> None:
    write_engine(tmp_path / "hosts")
    (tmp_path / "hosts" / "pulumi").unlink()
    write_command(tmp_path / "commands", "pulumi", "echo 3.258.0")
    found = look_on_path(machine_with(tmp_path / "commands", tmp_path / "hosts"))
    assert found.folder == tmp_path / "commands"


def test_a_link_leads_to_the_folder_that_holds_the_language_host(tmp_path: Path) -> None:
    release = write_engine(tmp_path / "release")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(release / "pulumi")
    assert look_on_path(machine_with(tmp_path / "bin")).folder == release


@pytest.mark.parametrize("script", ["exit 3", "echo welcome", "printf '\\377'"])
def test_a_pulumi_that_does_not_tell_its_version_is_refused(tmp_path: Path, script: str) -> None:
    write_engine(tmp_path)
    write_command(tmp_path, "pulumi", script)
    assert "gave no version" in reason(tmp_path)
