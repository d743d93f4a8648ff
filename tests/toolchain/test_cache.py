import fcntl
import threading
import time
from pathlib import Path

import pytest

from tests.toolchain.fakes import FakeMaker, Recorder, machine_with
from toolchain.cache import MANIFEST, ToolCache
from toolchain.engine import Engine, RoadClosedError
from toolchain.versions import FILES


@pytest.fixture
def cache(tmp_path: Path) -> ToolCache:
    return ToolCache(tmp_path, ["fake"], machine_with(), Recorder())


def fill(cache: ToolCache, maker: FakeMaker | None = None) -> Engine:
    engine = cache.make([maker or FakeMaker("fake")], [])
    assert engine is not None
    return engine


def reason(cache: ToolCache) -> str:
    with pytest.raises(RoadClosedError) as closed:
        cache.look()
    return str(closed.value)


def test_the_folder_names_tool_version_and_platform(cache: ToolCache) -> None:
    assert cache.folder.name.startswith("pulumi-3.258.0-linux-") or "darwin" in cache.folder.name


def test_what_was_made_is_found_again(cache: ToolCache) -> None:
    assert fill(cache).folder == cache.look().folder == cache.folder / "fake" / "bin"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_cut_off_or_not_executable_makes_the_slot_unused(cache: ToolCache, name: str) -> None:
    file = fill(cache).folder / name
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert f"{name} missing, cut off or not executable" in reason(cache)
    file.write_bytes(whole)
    file.chmod(0o644)
    assert name in reason(cache)
    file.unlink()
    assert name in reason(cache)


@pytest.mark.parametrize("manifest", [None, "", "{}", '{"files": 3}', '{"files": {"pulumi": 1}}'])
def test_a_slot_without_a_readable_manifest_is_half_made(cache: ToolCache, manifest: str | None) -> None:
    file = fill(cache).folder.parent / MANIFEST
    if manifest is None:
        file.unlink()
    else:
        file.write_text(manifest)
    assert f"fake is not whole (no readable {MANIFEST})" in reason(cache)


def test_a_damaged_slot_is_made_anew(cache: ToolCache) -> None:
    (fill(cache).folder / "pulumi").unlink()
    fill(cache)
    assert cache.look()


def test_nothing_is_seen_at_its_final_place_before_it_is_whole(cache: ToolCache) -> None:
    seen: list[list[str]] = []

    def look(root: Path) -> None:
        assert root.parent == cache.folder, "a rename is atomic only within one file system"
        seen.append([path.name for path in cache.folder.iterdir() if path != root])

    fill(cache, FakeMaker("fake", action=look))
    assert seen == [["lock"]]


def test_a_maker_that_breaks_leaves_nothing_behind(cache: ToolCache) -> None:
    def crash(_root: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(cache, FakeMaker("fake", action=crash))
    assert [path.name for path in cache.folder.iterdir()] == ["lock"]


def test_what_a_killed_process_left_is_cleared_away(cache: ToolCache) -> None:
    (cache.folder / "making-old" / "bin").mkdir(parents=True)
    fill(cache)
    assert not (cache.folder / "making-old").exists()


def test_two_set_ups_at_once_make_one_engine(tmp_path: Path) -> None:
    maker = FakeMaker("fake", action=lambda _root: time.sleep(0.3))
    reports = [Recorder(), Recorder()]
    engines: list[Engine] = []

    def run(report: Recorder) -> None:
        engines.append(fill(ToolCache(tmp_path, ["fake"], machine_with(), report), maker))

    threads = [threading.Thread(target=run, args=(report,)) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert maker.calls == 1, "the second one waits and uses what the first one made"
    assert len({engine.folder for engine in engines}) == 1
    assert len(engines) == 2
    assert sum("waiting" in line for report in reports for line in report.said) == 1


def test_what_another_process_finished_in_the_meantime_is_used(cache: ToolCache) -> None:
    fill(cache)
    late = FakeMaker("fake")
    assert fill(cache, late).folder == cache.folder / "fake" / "bin"
    assert late.calls == 0, "replacing an engine that is in use would break a running command"


def test_a_lock_of_another_process_is_waited_for(cache: ToolCache) -> None:
    cache.folder.mkdir(parents=True)
    maker = FakeMaker("fake")
    with (cache.folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=fill, args=(cache, maker))
        thread.start()
        thread.join(timeout=0.3)
        assert maker.calls == 0
        fcntl.flock(lock, fcntl.LOCK_UN)
    thread.join(timeout=20)
    assert maker.calls == 1
