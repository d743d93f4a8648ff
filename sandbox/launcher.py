"""`Sandbox`: starts the embedded AWS in a folder, and says how to talk to it.

Everything lies in that folder: the AWS configuration file with the identities, the engine's state, a copy of the stack
files beside links to the code. Stopping the sandbox removes it all.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import urllib3

from sandbox.accounts import accounts_file
from sandbox.layout import ROOT, lay_out_project, write_aws_config, write_plugin
from tenant_keys.settings import Environment, Settings, settings_of_file

if TYPE_CHECKING:
    from typing import Self

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
# Beside each file of a state lies one with its attributes, which is not replaced in one step: an engine killed then
# leaves it empty and finds its state unreadable (gocloud.dev, blob/fileblob). Nothing needs the attributes.
_WHOLE_FILES = "?metadata=skip"
# It protects the state of a sandbox that is thrown away, and the state holds nothing secret.
_PASSPHRASE = "sandbox"  # noqa: S105 - see above


class SandboxError(Exception):
    """The sandbox could not be started."""


class Sandbox:
    """An embedded AWS with the accounts of the project's stack files, while a `with` block lasts."""

    def __init__(self, folder: Path, project: Path = ROOT) -> None:
        """Prepares a sandbox in `folder` for the stack files in `project`; nothing is started yet."""
        self.folder = folder
        self.project = folder / "project"
        self.settings: dict[str, Settings] = {
            environment.value: settings_of_file(project, environment) for environment in Environment
        }
        self._source = project
        self._pulumi_home = folder / "pulumi-home"
        self._aws_config = folder / "aws-config"
        self._server: subprocess.Popen[bytes] | None = None
        self._endpoint = ""
        self._lock: int | None = None

    def __enter__(self) -> "Self":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the AWS process and lays the folder out.

        Raises:
            SandboxError: Another sandbox runs in the folder, or the process did not come up.
        """
        self._claim_folder()
        (self.folder / "state").mkdir()
        lay_out_project(self._source, self.project)
        ready = self._start_server()
        self._endpoint = ready["endpoint"]
        write_aws_config(self._aws_config, self.settings, self._endpoint, ready["credentials"])
        write_plugin(self._pulumi_home)

    def stop(self) -> None:
        """Ends the AWS process and removes the folder."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None
        self._endpoint = ""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def wait(self) -> None:
        """Waits as long as the AWS process lives.

        Raises:
            SandboxError: It ended by itself.
        """
        assert self._server is not None, "the sandbox is started"
        self._server.wait()
        raise SandboxError(f"The embedded AWS ended by itself. It said:\n{self._said()}")

    @property
    def endpoint(self) -> str:
        """The URL of the embedded AWS; empty while it is not started."""
        return self._endpoint

    def environment(self, profile: str) -> dict[str, str]:
        """The variables with which a command acts as `profile`, `dev-ci` for example, and the engine stays in here."""
        return {
            "AWS_CONFIG_FILE": str(self._aws_config),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PROFILE": profile,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}{_WHOLE_FILES}",
            "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
            "PULUMI_HOME": str(self._pulumi_home),
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        }

    def session(self, profile: str) -> boto3.Session:
        """A boto3 session that acts as `profile`, whatever this process's own environment says.

        Raises:
            SandboxError: A variable of the environment would lead its calls elsewhere all the same.
        """
        _refuse_other_endpoints()
        core = botocore.session.Session()
        core.set_config_variable("profile", profile)
        core.set_config_variable("config_file", str(self._aws_config))
        core.set_config_variable("credentials_file", os.devnull)
        return boto3.Session(botocore_session=core)

    def now(self) -> datetime:
        """The sandbox's own time: real time, and what it was set forward.

        Raises:
            SandboxError: It is not started.
        """
        return datetime.fromisoformat(self._control("clock")["now"])

    def advance(self, **duration: float) -> dict[str, Any]:
        """Sets the clock forward by a duration, `days=30` for example, and lets all that is due happen on the way.

        Sessions that were taken before end with it: take new ones with `session` afterwards.

        Returns:
            `from` and `to`, and in `happened` what happened, in the order of time.

        Raises:
            SandboxError: It is not started, or the duration is negative or longer than ten years.
        """
        return self._control("clock", {"advance": timedelta(**duration).total_seconds()})

    def advance_to(self, moment: datetime, *, skips_repeats: bool = False) -> dict[str, Any]:
        """Sets the clock forward to a moment, as `advance` does.

        Args:
            moment: The time to come to.
            skips_repeats: Let a recurring schedule fire only once, however often it comes due on the way.
        """
        return self._control("clock", {"until": moment.isoformat(), "skipRepeats": skips_repeats})

    def mails(self) -> list[dict[str, str]]:
        """The mails that were sent so far: `at`, `topic`, `address`, `subject`, `text`."""
        return self._control("mails")["mails"]

    def rotations(self) -> list[dict[str, Any]]:
        """All rotations so far, with the outcome of each step."""
        return self._control("rotations")["rotations"]

    def _control(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        if not self._endpoint:
            raise SandboxError("The sandbox is not started.")
        method = "GET" if body is None else "POST"
        answer = urllib3.request(method, f"{self._endpoint}/_sandbox/{path}", json=body, timeout=None, retries=False)
        if answer.status != HTTPStatus.OK:
            raise SandboxError(answer.json()["error"])
        return answer.json()

    def _claim_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise SandboxError(
                f"A sandbox runs in {self.folder} already. Its state would be lost. Stop it with Ctrl-C, or wait."
            ) from None
        for left in self.folder.iterdir():
            if left.name != "lock":
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _start_server(self) -> dict[str, Any]:
        accounts, ready = self.folder / "accounts.json", self.folder / "ready.json"
        accounts.write_text(json.dumps(accounts_file(list(self.settings.values()))))
        log = (self.folder / "aws.log").open("wb")
        with log:
            self._server = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
                [sys.executable, "-m", "sandbox.server", "--accounts", accounts, "--ready", ready],
                cwd=ROOT,
                env=without_cloud_settings(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not ready.exists():
            if self._server.poll() is not None or time.monotonic() > deadline:
                said = self._said()
                self.stop()
                raise SandboxError(f"The embedded AWS did not start. It said:\n{said}")
            time.sleep(0.05)
        return json.loads(ready.read_text())

    def _said(self) -> str:
        return (self.folder / "aws.log").read_text()[-2000:]


def without_cloud_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without anything that could lead to a real account or a real state."""
    prefixes = ("AWS_", "PULUMI_", "MOTO_")
    return {name: value for name, value in environment.items() if not name.startswith(prefixes)}


def _refuse_other_endpoints() -> None:
    """Every boto3 client of this process would go there: such a variable comes before what a profile says."""
    found = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL"))
    if found:
        raise SandboxError(
            f"{', '.join(found)} is set in this environment and would lead calls away from the embedded AWS, since "
            f"boto3 prefers it to a profile's endpoint. Type `unset {' '.join(found)}` first."
        )
