"""`make sandbox` as a person uses it: one terminal starts it, another pastes the line."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.launcher import without_cloud_settings
from tests.recording import ROOT

pytestmark = pytest.mark.engine

_SECONDS = 60.0


@dataclass
class Terminal:
    """A running `python -m sandbox` and what it has printed."""

    process: subprocess.Popen[str]
    folder: Path
    line: str

    def paste(self, *commands: str) -> subprocess.CompletedProcess[str]:
        """Runs commands in a shell of somebody who has credentials of a real account lying about."""
        return subprocess.run(
            ["bash", "-ec", "\n".join([self.line, *commands])],
            env={**os.environ, "AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real", "AWS_REGION": "xx"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    folder = tmp_path / "a folder"
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "sandbox", "--folder", str(folder)],
        cwd=ROOT,
        env=without_cloud_settings(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    timer = threading.Timer(_SECONDS, process.kill)
    timer.start()
    assert process.stdout is not None
    line = next((each.strip() for each in process.stdout if each.strip().startswith(". ")), "")
    timer.cancel()
    assert line, "it printed no line to paste"
    yield Terminal(process, folder, line)
    if process.poll() is None:
        process.kill()
    process.stdout.close()
    process.wait()


def test_plain_commands_work_in_a_shell_that_pasted_the_line_and_ctrl_c_leaves_nothing(terminal: Terminal) -> None:
    up = terminal.paste("pulumi up --yes --stack dev --non-interactive")
    assert up.returncode == 0, up.stdout + up.stderr
    rest = terminal.paste(
        "pulumi preview --stack dev --non-interactive --expect-no-changes",
        "printf %s canary | AWS_PROFILE=dev-operator tenant-keys put-key acme",
        "AWS_PROFILE=dev-operator tenant-keys status --json",
        'python -c \'import boto3; print(boto3.client("sts").get_caller_identity()["Account"])\'',
    )
    assert rest.returncode == 0, rest.stdout + rest.stderr
    assert '"hasValue": true' in rest.stdout
    assert rest.stdout.rstrip().endswith("111111111111")

    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(_SECONDS) == 0
    assert not terminal.folder.exists()


def test_a_second_one_in_the_same_folder_is_refused_and_the_first_goes_on(terminal: Terminal) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "sandbox", "--folder", str(terminal.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "A sandbox runs in" in second.stderr
    assert terminal.paste("pulumi stack ls").returncode == 0
    terminal.process.terminate()
    assert terminal.process.wait(_SECONDS) == 0
    assert not terminal.folder.exists()
