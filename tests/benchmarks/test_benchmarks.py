"""Each benchmark runs, at its smallest size, and gives the figures that it promises. No time is asserted."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import engine, program, reader
from benchmarks.figures import Figure, median, show, write
from benchmarks.tenants import settings_of
from tenant_keys.settings import parse


def test_the_made_up_tenants_are_a_good_stack_file() -> None:
    settings = parse(settings_of(1000), environment="dev", source="")
    assert len(settings.tenants) == 1000


def test_the_program_is_measured_in_a_process_of_its_own() -> None:
    figures = list(program.run(sizes=(1,), runs=2))
    assert [figure.unit for figure in figures] == ["s", "s", "MiB", "s"]
    assert all(figure.value > 0 and figure.runs == 2 for figure in figures)
    assert "registrations" in figures[0].what


@pytest.mark.engine
def test_the_engine_is_measured_from_preview_to_one_more_tenant() -> None:
    figures = list(engine.run(sizes=(1, 2), runs=1))
    assert [figure.what.split(" of ")[0].split(" to ")[0] for figure in figures] == [
        "preview",
        "first up",
        "up that adds one",
        "preview",
        "first up",
        "up that adds one",
        "adding one",
    ]
    assert figures[-1].aim == engine.AIM_RATIO


@pytest.mark.engine
def test_a_read_is_measured_with_its_calls() -> None:
    first, its_calls, cold, cold_calls, hot = reader.run(hot_reads=10, cold_reads=2, runs=1)
    assert (first.unit, cold.unit, hot.unit) == ("ms", "ms", "µs")
    assert its_calls.what == "its calls (AssumeRole, GetSecretValue)"
    assert (cold_calls.what, cold_calls.value) == ("its calls (GetSecretValue)", 1.0)


def test_a_figure_says_whether_its_aim_is_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = median("b", "fast", [1.0, 9.0, 2.0], "s", aim=2.0), median("b", "slow", [3.0], "s", aim=2.0)
    free = Figure(benchmark="b", what="free", value=1234.0, unit="s")
    assert (good.value, good.least, good.met, bad.met, free.met) == (2.0, 1.0, True, False, None)
    show([good, bad, free], Console(width=120))
    printed = capsys.readouterr().out
    assert "met" in printed
    assert "missed" in printed
    assert "1,234" in printed
    write([good], tmp_path / "figures.json")
    assert json.loads((tmp_path / "figures.json").read_text())[0]["what"] == "fast"
