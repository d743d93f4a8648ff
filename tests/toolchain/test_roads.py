"""The choice among the four roads."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.toolchain.fakes import FakeMaker, Recorder, machine_with, write_engine
from toolchain.cache import ToolCache
from toolchain.engine import Engine, EngineNotFoundError, find_engine
from toolchain.on_path import look_on_path
from toolchain.setup import provide_engine


@dataclass
class Roads:
    """A machine with an empty PATH and cache, a fake installer and a fake build."""

    folder: Path
    installer: FakeMaker
    build: FakeMaker
    report: Recorder

    @property
    def on_path(self) -> Path:
        return self.folder / "path"

    @property
    def cache(self) -> ToolCache:
        slots = [self.installer.slot, self.build.slot]
        return ToolCache(self.folder / "cache", slots, machine_with(self.on_path), self.report)

    def find(self) -> Engine:
        machine = machine_with(self.on_path)
        return find_engine(lambda: look_on_path(machine), self.cache, [self.installer, self.build])


@pytest.fixture
def roads(tmp_path: Path) -> Roads:
    installer = FakeMaker("official installer", "official")
    return Roads(tmp_path, installer, FakeMaker("build from Go modules", "built-1"), Recorder())


def test_path_comes_first_and_nothing_is_made(roads: Roads) -> None:
    write_engine(roads.on_path)
    assert roads.find().road == "PATH"
    assert not roads.cache.folder.exists(), "a machine with Pulumi gets no cache"


def test_without_path_and_cache_the_official_installer_is_tried_before_a_build(roads: Roads) -> None:
    assert roads.find().road == "official installer"
    assert (roads.installer.calls, roads.build.calls) == (1, 0)


def test_a_too_old_pulumi_on_path_is_passed_over(roads: Roads) -> None:
    write_engine(roads.on_path, "3.100.0")
    assert roads.find().road == "official installer"


def test_the_cache_is_used_the_second_time(roads: Roads) -> None:
    first = roads.find()
    second = roads.find()
    assert second.folder == first.folder
    assert second.road == "tool cache (official)"
    assert roads.installer.calls == 1


def test_when_the_installer_fails_the_build_is_tried_and_one_line_says_why(roads: Roads) -> None:
    roads.installer.closed = "failed: no route to host."
    assert roads.find().road == "build from Go modules"
    assert roads.report.said == ["official installer: failed: no route to host."]


@pytest.mark.parametrize("version", ["3.257.0", "3.259.0", "unknown"])
def test_an_installer_that_gives_another_version_is_not_accepted(roads: Roads, version: str) -> None:
    roads.installer.version = version
    assert roads.find().road == "build from Go modules"


@pytest.mark.parametrize("missing", ["pulumi", "pulumi-language-python", "pulumi-language-python-exec"])
def test_an_installer_that_gives_only_a_part_is_not_accepted(roads: Roads, missing: str) -> None:
    roads.installer.action = lambda root: (root / "bin" / missing).unlink()
    assert roads.find().road == "build from Go modules"
    assert f"it left no executable {missing}" in roads.report.said[0]


def test_one_error_names_all_four_roads_what_was_found_and_what_to_install(roads: Roads) -> None:
    write_engine(roads.on_path, "3.100.0")
    roads.installer.closed = "failed: no route to host."
    roads.build.closed = "no `go` on PATH."
    with pytest.raises(EngineNotFoundError) as error:
        roads.find()
    lines = str(error.value).splitlines()
    assert [line.strip().split(":")[0] for line in lines[1:5]] == [
        "1. PATH",
        "2. tool cache",
        "3. official installer",
        "4. build from Go modules",
    ]
    found = ["older than 3.258.0", "nothing in", "no route to host", "no `go` on PATH"]
    assert all(words in line for words, line in zip(found, lines[1:5], strict=True)), lines
    advice = "\n".join(lines[5:])
    for words in ("pulumi.com/docs/install", "get.pulumi.com", "Go 1.25.11 or newer", "TENANT_KEYS_CACHE"):
        assert words in advice
    assert len(roads.report.said) == 1, "the last reason is in the error; saying it twice confuses"


def test_a_cache_that_cannot_be_written_is_told_in_the_same_error(roads: Roads) -> None:
    (roads.folder / "cache").write_text("a file where the folder should be")
    with pytest.raises(EngineNotFoundError, match="can't be written") as error:
        roads.find()
    assert [road for road, _ in error.value.closed][2:] == ["official installer", "build from Go modules"]


def test_a_real_machine_without_pulumi_and_go_tries_the_installer_then_names_all_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolchain.installer.OfficialInstaller.make", FakeMaker("", closed="tried.").make)
    machine = machine_with(TENANT_KEYS_CACHE=str(tmp_path))
    with pytest.raises(EngineNotFoundError) as error:
        provide_engine(machine, Recorder())
    assert error.value.closed[2:] == (
        ("official installer", "tried."),
        ("build from Go modules", "no `go` on PATH."),
    )
