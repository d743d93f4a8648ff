"""The build, with a fake `go` that writes down how it was called."""

from pathlib import Path

import pytest

from tests.toolchain.fakes import Recorder, machine_with, write_command
from toolchain.engine import RoadClosedError
from toolchain.go_build import GoBuild
from toolchain.versions import FILES

FAKE_GO = """
echo "CGO=$CGO_ENABLED GOWORK=$GOWORK $(basename "$PWD"): $*" >> "{calls}"
case "$*" in
    "env GOVERSION") echo {version} ;;
    "list -mod=readonly -deps"*) printf 'go: downloading a v1\\ngo: downloading b v1\\none\\ntwo\\nthree\\n' ;;
    "list -mod=readonly -m"*) echo "{sdk}" ;;
    build*) {build} ;;
esac
"""
WRITES_OUTPUT = 'echo one; echo two; while [ "$1" != -o ]; do shift; done; echo built > "$2"; chmod 755 "$2"'


def build(tmp_path: Path, *, version: str = "go1.26.8", script: str = WRITES_OUTPUT) -> Recorder:
    """Run the build with a fake go; its calls are in tmp_path/calls, its result in tmp_path/root/bin."""
    sdk = tmp_path / "sdk"
    (sdk / "python" / "cmd").mkdir(parents=True)
    (sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("script")
    fake = FAKE_GO.format(calls=tmp_path / "calls", version=version, sdk=sdk, build=script)
    write_command(tmp_path / "go", "go", fake)
    root, report = tmp_path / "root", Recorder()
    root.mkdir()
    GoBuild(machine_with(tmp_path / "go"), report).make(root)
    return report


def test_it_gives_all_three_files_executable(tmp_path: Path) -> None:
    build(tmp_path)
    files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "root/bin").iterdir()}
    assert files == dict.fromkeys(FILES, 0o755)


def test_it_says_how_long_it_takes_and_counts_modules_and_packages(tmp_path: Path) -> None:
    report = build(tmp_path)
    assert "about five minutes" in report.said[0]
    assert report.counted == {
        "pulumi: modules downloaded": 2,
        "pulumi: packages compiled of 3": 2,
        "pulumi-language-python: modules downloaded": 2,
        "pulumi-language-python: packages compiled of 3": 2,
    }


def test_versions_cannot_move_and_the_command_knows_its_own(tmp_path: Path) -> None:
    build(tmp_path)
    calls = (tmp_path / "calls").read_text().splitlines()
    builds = [call for call in calls if ": build " in call]
    assert all(call.startswith("CGO=0 GOWORK=off ") for call in calls)
    assert all("-mod=readonly" in call for call in calls[1:])
    assert "pulumi: build" in builds[0]
    assert "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=3.258.0" in builds[0]
    assert "language_python: build" in builds[1]
    assert len(builds) == 2


@pytest.mark.parametrize("version", ["go1.25.10", "go1.21.0", "go1.25rc1"])
def test_a_too_old_go_is_said_before_anything_is_downloaded(tmp_path: Path, version: str) -> None:
    with pytest.raises(RoadClosedError, match=r"older than 1\.25\.11"):
        build(tmp_path, version=version)
    assert len((tmp_path / "calls").read_text().splitlines()) == 1


def test_a_missing_go_is_said(tmp_path: Path) -> None:
    with pytest.raises(RoadClosedError, match="no `go` on PATH"):
        GoBuild(machine_with(tmp_path), Recorder()).make(tmp_path)


def test_a_go_without_a_release_number_is_said(tmp_path: Path) -> None:
    with pytest.raises(RoadClosedError, match="gave no version"):
        build(tmp_path, version="devel")


def test_a_failed_build_is_told_by_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(RoadClosedError) as closed:
        build(tmp_path, script="seq 50; echo no space left on device; exit 1")
    assert "go build of pulumi" in str(closed.value)
    assert str(closed.value).endswith("no space left on device")
    assert len(str(closed.value).splitlines()) == 3
