from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.toolchain.fakes import Recorder, write_command
from toolchain.chromium import COMMANDS, ChromiumNotFoundError, find_chromium, provide_chromium, run_quietly
from toolchain.engine import RoadClosedError
from toolchain.machine import Machine


def machine_of(folder: Path) -> Machine:
    """A machine with nothing on PATH but this folder: the one that runs the tests may have a Chromium."""
    return Machine.of({"PATH": str(folder)})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_chromium_on_path_is_taken_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    command = write_command(tmp_path, name)
    assert find_chromium(machine_of(tmp_path)) == command


def test_without_one_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ChromiumNotFoundError, match="apt-get install chromium"):
        find_chromium(machine_of(tmp_path))


def test_root_is_given_debians_package_and_told_so(tmp_path: Path) -> None:
    write_command(tmp_path, "apt-get")
    ran, report = list[Sequence[str]](), Recorder()

    def run(command: Sequence[str]) -> None:
        ran.append(command)
        if "install" in command:
            write_command(tmp_path, "chromium")

    found = provide_chromium(machine_of(tmp_path), report, run, is_root=True)
    assert found == tmp_path / "chromium"
    assert [command[1] for command in ran] == ["update", "install"]
    assert "apt-get" in report.said[0]


def test_nothing_is_installed_where_one_is_on_path(tmp_path: Path) -> None:
    write_command(tmp_path, "chromium")
    write_command(tmp_path, "apt-get")
    report = Recorder()
    provide_chromium(machine_of(tmp_path), report, lambda command: pytest.fail(str(command)), is_root=True)
    assert report.said == []


@pytest.mark.parametrize(("is_root", "has_apt"), [(False, True), (True, False)])
def test_who_can_not_install_is_told_and_nothing_is_tried(tmp_path: Path, *, is_root: bool, has_apt: bool) -> None:
    if has_apt:
        write_command(tmp_path, "apt-get")
    with pytest.raises(ChromiumNotFoundError, match="Install one"):
        provide_chromium(machine_of(tmp_path), Recorder(), lambda command: pytest.fail(str(command)), is_root=is_root)


def test_a_package_command_that_fails_is_told_with_its_words(tmp_path: Path) -> None:
    command = write_command(tmp_path, "apt-get", "echo no route >&2; exit 100")
    with pytest.raises(RoadClosedError, match="no route"):
        run_quietly([str(command), "update"])
