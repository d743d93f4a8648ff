"""The watch over the official installer; what it downloads is a fake script here."""

import sys
import time
from pathlib import Path

import pytest

from tests.toolchain.fakes import Recorder, machine_with, write_command, write_engine
from toolchain.cache import ToolCache
from toolchain.engine import RoadClosedError
from toolchain.installer import COMMAND, OfficialInstaller


def install(tmp_path: Path, script: str) -> Recorder:
    """Run this script as the installer, with short limits."""
    command = write_command(tmp_path / "fake", "installer", script)
    root, report = tmp_path / "root", Recorder()
    root.mkdir()
    limits = {"first_byte_seconds": 0.6, "stall_seconds": 1.2}
    OfficialInstaller(machine_with(), report, command=[str(command)], **limits).make(root)
    return report


def test_it_is_told_where_to_and_which_version(tmp_path: Path) -> None:
    install(tmp_path, 'mkdir "$1/bin"; echo "$2" > "$1/bin/pulumi"; echo noise')
    assert (tmp_path / "root/bin/pulumi").read_text() == "3.258.0\n"
    assert [path.name for path in (tmp_path / "root").iterdir()] == ["bin"], "no log, no temporary files"


def test_a_failure_is_told_by_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(RoadClosedError, match=r"^failed: Name or service not known\.$"):
        install(tmp_path, "echo trying; echo Name or service not known; exit 1")


def test_a_silent_network_is_given_up_soon_and_the_whole_process_group_stopped(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    begin = time.monotonic()
    with pytest.raises(RoadClosedError, match=r"nothing arrived for 0\.6 s"):
        install(tmp_path, f"(sleep 2; touch {mark}) & sleep 30")
    assert time.monotonic() - begin < 5
    time.sleep(2)
    assert not mark.exists(), "a download that goes on would write into the cache"


def test_a_slow_download_is_let_be_while_something_arrives(tmp_path: Path) -> None:
    script = 'for i in 1 2 3 4; do echo data >> "$TMPDIR/tarball"; sleep 0.5; done; mkdir "$1/bin"'
    install(tmp_path, script)
    assert (tmp_path / "root/bin").is_dir()


def test_a_download_that_stalls_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(RoadClosedError, match=r"nothing arrived for 1\.2 s"):
        install(tmp_path, 'echo data > "$TMPDIR/tarball"; sleep 30')


# The Automation API as it is, but for the download of its script.
WITHOUT_NETWORK = """
import runpy, sys, pulumi.automation._cmd as api
api._download_to_file = lambda _address, file: open(file, "w").write(open({script!r}).read())
runpy.run_path({official!r}, run_name="__main__")
"""


def test_the_automation_api_installs_into_the_folder_that_the_cache_expects(tmp_path: Path) -> None:
    engine = write_engine(tmp_path / "release")
    said = 'echo "$@"; [ "$*" = "--no-edit-path --install-root $3 --version 3.258.0" ] || exit 1'
    script = write_command(tmp_path, "install.sh", f'{said}; mkdir -p "$3/bin"; cp "{engine}"/* "$3/bin"')
    program = WITHOUT_NETWORK.format(script=str(script), official=COMMAND[-1])
    maker = OfficialInstaller(machine_with(), Recorder(), command=[sys.executable, "-P", "-c", program])
    made = ToolCache(tmp_path / "cache", [maker.slot], machine_with(), Recorder()).make([maker], [])
    assert made
    assert made.folder.parent.name == "official"
    assert made.road == "official installer"


def test_the_real_script_reports_a_refused_network_within_seconds(tmp_path: Path) -> None:
    environment = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": ""}
    begin = time.monotonic()
    with pytest.raises(RoadClosedError, match="refused"):
        OfficialInstaller(machine_with(**environment), Recorder(), command=COMMAND).make(tmp_path)
    assert time.monotonic() - begin < 10
