import json
import subprocess
import sys
from pathlib import Path

from tests.toolchain.fakes import VERSION, machine_with, write_engine

ROOT = Path(__file__).parents[2]


def run(machine_path: Path, cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`python -m toolchain` with this folder on PATH."""
    environment = {**machine_with(machine_path).environment, "TENANT_KEYS_CACHE": str(cache)}
    environment["https_proxy"] = "http://127.0.0.1:9"  # refuses: no test may download an engine
    command = [sys.executable, "-m", "toolchain", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_folder_alone_is_on_standard_output(tmp_path: Path) -> None:
    done = run(write_engine(tmp_path / "bin"), tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (f"{tmp_path / 'bin'}\n", "", 0)


def test_json_has_version_road_and_folder(tmp_path: Path) -> None:
    done = run(write_engine(tmp_path / "bin"), tmp_path, "--json")
    assert json.loads(done.stdout) == {"version": VERSION, "road": "PATH", "folder": str(tmp_path / "bin")}


def test_without_any_road_it_fails_with_the_one_message_on_standard_error(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", tmp_path / "cache")
    assert done.returncode == 1
    assert done.stdout == "", "a caller puts it on PATH"
    assert "No Pulumi engine." in done.stderr
    assert "Traceback" not in done.stderr
