"""One component by itself: given a provider, previewed or created."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest

from tenant_keys.settings import Settings, parse
from tests.recording import ROOT, Recording, record, stack_settings

Build = Callable[[pulumi.ResourceOptions], object]
RecordComponent = Callable[[Build], Recording]


@pytest.fixture(autouse=True)
def _in_the_projects_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine runs the program, and from where it takes the functions' code."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(params=[True, False], ids=["preview", "update"])
def record_component(request: pytest.FixtureRequest) -> RecordComponent:
    """Records what a component registers; every test that uses it runs as a preview and as an update."""

    def run(build: Build) -> Recording:
        def program() -> None:
            build(pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1")))

        return record(program, preview=request.param)

    return run


@pytest.fixture
def settings() -> Settings:
    return parse(stack_settings("dev"), environment="dev", source="Pulumi.dev.yaml")
