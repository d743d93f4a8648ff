from pathlib import Path

import pytest

from toolchain.machine import Machine, cache_folder


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"TENANT_KEYS_CACHE": "/own", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/me"}, "/own"),
        ({"TENANT_KEYS_CACHE": "", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/me"}, "/xdg/tenant-keys"),
        ({"HOME": "/home/me"}, "/home/me/.cache/tenant-keys"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, "/home/me/.cache/tenant-keys"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.cache/tenant-keys"),
    ],
)
def test_the_cache_is_the_projects_own_else_the_users(environment: dict[str, str], folder: str) -> None:
    assert cache_folder(environment) == Path(folder)


def test_a_relative_cache_of_ones_own_is_made_absolute() -> None:
    assert cache_folder({"TENANT_KEYS_CACHE": "here"}) == Path.cwd() / "here", "its bin/ goes on PATH"


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}])
def test_without_a_home_variable_the_users_home_is_looked_up(environment: dict[str, str]) -> None:
    assert cache_folder(environment).is_absolute()
    assert Machine.of(environment).environment["HOME"], "go refuses to build without HOME"
