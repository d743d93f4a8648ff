"""The fourth road: a build from the Go modules that `go.mod` and `go.sum` of this folder pin."""

import hashlib
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain import versions
from toolchain.engine import RoadClosedError
from toolchain.machine import Machine
from toolchain.progress import Report

HERE = Path(__file__).parent
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
LAST_LINES = 3  # of a failed go command: it ends with the reason

# Wins over the user's: no workspace of a parent folder, the installed Go, this processor, no C compiler needed.
GO_ENVIRONMENT = {"GOWORK": "off", "GOTOOLCHAIN": "local", "GOOS": "", "GOARCH": "", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Program:
    """One command to build: the folder of its `go.mod`, its package, and flags for the linker."""

    command: str
    module: Path
    package: str
    link_flags: str = "-s -w"


PROGRAMS = (
    Program(
        versions.COMMAND,
        HERE / "pulumi",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        f"-s -w -X {SDK_MODULE}/go/common/version.Version={versions.PULUMI}",
    ),
    Program(versions.LANGUAGE_HOST, HERE / "language_python", f"{SDK_MODULE}/python/cmd/pulumi-language-python"),
)


class GoBuild:
    """Builds the command and its language host, and copies the script that the host starts."""

    name = "build from Go modules"

    def __init__(self, machine: Machine, report: Report) -> None:
        self.slot = f"built-{modules_hash()}"
        self._machine = machine
        self._report = report

    def make(self, root: Path) -> None:
        """Fill `root/bin`; RoadClosedError if Go is missing or too old, or with the reason a build failed."""
        go = self._go()
        self._report.say(
            f"Building Pulumi {versions.PULUMI} from its Go modules. The first time this takes about five minutes"
            " on two cores, and some 3 GB in Go's own caches; it is done once for all clones of this project."
        )
        folder = root / "bin"
        folder.mkdir()
        for program in PROGRAMS:
            self._build(go, program, folder / program.command)
        shutil.copyfile(self._executor(go), folder / versions.EXECUTOR)
        (folder / versions.EXECUTOR).chmod(0o755)

    def _go(self) -> str:
        go = self._machine.find("go")
        if go is None:
            raise RoadClosedError("no `go` on PATH.")
        try:
            answer = self._machine.answer([str(go), "env", "GOVERSION"], **GO_ENVIRONMENT)
            version = versions.Version.parse(answer.split()[0].removeprefix("go"))
        except (IndexError, OSError, ValueError, subprocess.SubprocessError) as error:
            raise RoadClosedError(f"`{go} env GOVERSION` gave no version: {error}.") from error
        if not version.serves(versions.GO):
            raise RoadClosedError(f"{go} is {version}, older than {versions.GO}.")
        return str(go)

    def _build(self, go: str, program: Program, output: Path) -> None:
        with self._report.count(f"{program.command}: modules downloaded") as update:
            packages = self._run([go, "list", "-mod=readonly", "-deps", program.package], program, downloaded=update)
        with self._report.count(f"{program.command}: packages compiled", packages) as update:
            options = ["-mod=readonly", "-buildvcs=false", "-v", "-ldflags", program.link_flags]
            self._run([go, "build", *options, "-o", str(output), program.package], program, listed=update)

    def _run(
        self,
        command: list[str],
        program: Program,
        *,
        listed: Callable[[int], None] = lambda _: None,
        downloaded: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Follow a go command line by line; how many packages it named. RoadClosedError if it fails."""
        packages, modules, last = 0, 0, deque[str](maxlen=LAST_LINES)
        with subprocess.Popen(  # noqa: S603 - this package's own commands, no shell
            command,
            cwd=program.module,
            env={**self._machine.environment, **GO_ENVIRONMENT},
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            for line in process.stdout or ():
                last.append(line.strip())
                if line.startswith("go: downloading "):
                    modules += 1
                    downloaded(modules)
                else:
                    packages += 1
                    listed(packages)
        if process.returncode != 0:
            words = f"go {command[1]} of {program.command}"
            raise RoadClosedError(f"`{words}` failed: " + "\n     ".join(last))
        return packages

    def _executor(self, go: str) -> Path:
        """The script in the module of the command's own version, as the go command has unpacked it."""
        command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE]
        try:
            folder = self._machine.answer(command, cwd=PROGRAMS[0].module, **GO_ENVIRONMENT).strip()
        except subprocess.SubprocessError as error:
            raise RoadClosedError(f"`go list -m {SDK_MODULE}` failed: {error}.") from error
        script = Path(folder, "python", "cmd", versions.EXECUTOR)
        if not script.is_file():
            raise RoadClosedError(f"{SDK_MODULE} has no {versions.EXECUTOR} in {script.parent}.")
        return script


def modules_hash() -> str:
    """Twelve hex digits over everything that decides what a build gives."""
    digest = hashlib.sha256(repr([(p.command, p.package, p.link_flags) for p in PROGRAMS]).encode())
    for program in PROGRAMS:
        for name in ("go.mod", "go.sum"):
            digest.update((program.module / name).read_bytes())
    return digest.hexdigest()[:12]
