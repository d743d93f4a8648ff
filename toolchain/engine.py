"""The engine, the roads to it, and the order in which they are tried."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from toolchain import versions


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A usable engine: the folder to put first on PATH, its version, and the road that led to it."""

    folder: Path
    version: str
    road: str


class ToolchainError(Exception):
    """Anything that this package refuses, as a sentence for the person at the terminal."""


class RoadClosedError(ToolchainError):
    """One road led nowhere; the text says what was found on it."""


class EngineNotFoundError(ToolchainError):
    """No road led to an engine; the text names each road, what was found on it, and what to install."""

    def __init__(self, closed: Sequence[tuple[str, str]]) -> None:
        self.closed = tuple(closed)
        found = [f"  {number}. {road}: {reason}" for number, (road, reason) in enumerate(self.closed, start=1)]
        super().__init__("\n".join([_WANTED, *found, _ADVICE]))


_WANTED = (
    f"No Pulumi engine. This project needs pulumi {versions.PULUMI} or newer (same major version) with its Python"
    " language host. What was found on each road:"
)
_ADVICE = f"""\
Any one of these helps; then run the same command again:
  - install Pulumi {versions.PULUMI} or newer (https://www.pulumi.com/docs/install/) so that `pulumi` is on PATH;
  - let this machine reach get.pulumi.com and github.com, with `curl` and `tar` installed;
  - install Go {versions.GO} or newer (https://go.dev/dl/) so that `go` is on PATH;
  - copy a filled tool cache from a machine like this one, and name it in TENANT_KEYS_CACHE."""


class Maker(Protocol):
    """A road that makes an engine in an empty folder."""

    name: str
    slot: str  # the folder's name in the cache

    def make(self, root: Path) -> None:
        """Fill `root/bin`, or raise RoadClosedError."""


class Cache(Protocol):
    """The road between PATH and the makers: what was made before."""

    name: str

    def look(self) -> Engine:
        """Answer with what was made before, or raise RoadClosedError."""

    def make(self, makers: Iterable[Maker], closed: list[tuple[str, str]]) -> Engine | None:
        """Fill the cache by the first maker that succeeds; add the others' reasons to `closed`."""


def find_engine(look_on_path: Callable[[], Engine], cache: Cache, makers: Sequence[Maker]) -> Engine:
    """Try PATH, the cache, and each maker in turn; EngineNotFoundError when none of them led to an engine."""
    closed: list[tuple[str, str]] = []
    for road, look in (("PATH", look_on_path), (cache.name, cache.look)):
        try:
            return look()
        except RoadClosedError as reason:
            closed.append((road, str(reason)))
    made = cache.make(makers, closed)
    if made is None:
        raise EngineNotFoundError(closed)
    return made
