"""Each benchmark at its smallest size: that it runs and has its rows. How long things take is no test's business."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.catalogue import CATALOGUE
from benchmarks.figures import Figure

ROWS = {
    "program": ["imports: time", "imports: memory", "1 tenant: time", "1 tenant: peak memory"],
    "reads": [
        "cached read",
        "cached read: calls to AWS",
        "cold read",
        "cold read: calls to AWS",
        "first read",
        "first read: calls to AWS",
    ],
    "deployment": ["1 tenant: preview", "1 tenant: up"],
    "onboarding": ["to 1 tenant", "to 2 tenants", "2 against 1: time", "2 against 1: processor time"],
}
WITH_ENGINE = [name for name, benchmark in CATALOGUE.items() if benchmark.needs_engine]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def measured(file: Path, *names: str) -> tuple[str, dict[str, Any]]:
    """What is printed, and the figures by benchmark and row."""
    only = [word for name in names for word in ("--only", name)]
    printed = run("--smallest", "--json", str(file), *only)
    tables = json.loads(file.read_text())["benchmarks"]
    return printed, {table["name"]: {each["what"]: each for each in table["figures"]} for table in tables}


def check(printed: str, figures: dict[str, Any], name: str) -> None:
    assert list(figures[name]) == ROWS[name]
    assert CATALOGUE[name].title in printed
    for what, figure in figures[name].items():
        assert f"  {what} " in printed
        assert figure["samples"], what
        assert min(figure["samples"]) > 0 or what == "cached read: calls to AWS"


def test_the_program_alone(tmp_path: Path) -> None:
    printed, figures = measured(tmp_path / "figures.json", "program")
    check(printed, figures, "program")
    peak, imports = (figures["program"][what]["median"] for what in ("1 tenant: peak memory", "imports: memory"))
    assert 10 < imports < peak, "MiB, and the program's memory comes on top of the imports'"


def test_the_rotation_function_is_measured_beside_boto3_alone(tmp_path: Path) -> None:
    _, figures = measured(tmp_path / "figures.json", "rotation-start")
    rows = figures["rotation-start"]
    assert list(rows) == [
        f"{what}: {of}" for what in ("boto3 and one client", "the function") for of in ("start", "memory")
    ]
    assert all(row["median"] > 0 for row in rows.values())


def test_no_rotation_makes_more_calls_to_aws_than_it_may(tmp_path: Path) -> None:
    _, figures = measured(tmp_path / "figures.json", "rotation-calls")
    rows = figures["rotation-calls"]
    assert {what.split(":")[0].removeprefix("shape ")[0] for what in rows} == set("ABCDEF")
    assert all(row["met"] for row in rows.values())


def test_a_month_of_rotations_ends_with_every_key_renewed_or_overdue(tmp_path: Path) -> None:
    _, figures = measured(tmp_path / "figures.json", "rotation-month", "rotation-spread")
    month = {what.split(": ")[1]: row["median"] for what, row in figures["rotation-month"].items()}
    assert month["finished"] + month["overdue after a day"] == 50
    assert 0 < month["most writes in a second"] <= 50
    (busiest,) = figures["rotation-spread"].values()
    assert 1000 / 672 < busiest["median"] < 20, "no hour has a crowd"


def test_the_audit_is_measured_beside_reading_alone(tmp_path: Path) -> None:
    _, figures = measured(tmp_path / "figures.json", "audit")
    rows = {what.removeprefix("20,000 events: "): row for what, row in figures["audit"].items()}
    assert set(rows) >= {"decompressing alone", "plain Python", "first question", "repeated question"}
    first, alone = rows["first question"], rows["decompressing alone"]
    ratio = rows["first question against decompressing"]["median"]
    assert ratio == pytest.approx(first["median"] / alone["median"])
    assert int(first["note"].split()[0]) > 0, "the tenant has events"
    assert all(row["median"] > 50 for what, row in rows.items() if what.endswith("memory"))


@pytest.fixture(scope="module")
def with_engine(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    return measured(tmp_path_factory.mktemp("bench") / "figures.json", *WITH_ENGINE)


@pytest.mark.engine
@pytest.mark.parametrize("name", WITH_ENGINE)
def test_a_benchmark_on_the_sandbox(with_engine: tuple[str, dict[str, Any]], name: str) -> None:
    check(*with_engine, name)


@pytest.mark.engine
def test_reads_call_aws_as_often_as_they_must(with_engine: tuple[str, dict[str, Any]]) -> None:
    reads = with_engine[1]["reads"]
    calls = {what: each["note"] for what, each in reads.items() if what.endswith("calls to AWS")}
    assert calls == {
        "cached read: calls to AWS": "",
        "cold read: calls to AWS": "GetSecretValue",
        "first read: calls to AWS": "AssumeRole and GetSecretValue",
    }
    assert all(reads[what]["met"] for what in calls)


def test_the_list_names_each_benchmark() -> None:
    assert [line.split()[0] for line in run("--list").splitlines()] == list(CATALOGUE)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    done = CliRunner().invoke(app, ["--only", "programme"], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert "'programme' is not a benchmark. There are program, reads, deployment, " in done.output


def test_without_the_engine_the_way_to_get_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["--only", "deployment"], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert "Run `make bench`" in done.output


@pytest.mark.parametrize(("samples", "met"), [((1.0, 9.0, 2.0), True), ((3.0, 1.0, 9.0), False)])
def test_an_aim_is_held_against_the_median(samples: tuple[float, ...], *, met: bool) -> None:
    assert Figure(what="it", unit="s", samples=samples, aim=2.0).met is met


def test_without_an_aim_nothing_is_met_or_missed() -> None:
    assert Figure(what="it", unit="s", samples=(1.0,)).met is None
