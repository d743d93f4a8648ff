"""What lies in a sandbox's folder: the program, the identities' AWS configuration, and the engine's plugin."""

import configparser
import importlib.metadata
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.accounts import identities
from tenant_keys.settings import Settings

ROOT = Path(__file__).parent.parent
_PROGRAM = ("__main__.py", "components", "policies", "rotation_lambda", "tenant_keys")


def lay_out_project(source: Path, project: Path) -> None:
    """Makes the project's folder: the engine writes into stack files, so these are copies; the program is linked."""
    project.mkdir()
    for name in _PROGRAM:
        (project / name).symlink_to(ROOT / name)
    for path in source.glob("Pulumi*.yaml"):
        shutil.copy(path, project)


def write_aws_config(
    path: Path,
    environments: Mapping[str, Settings],
    endpoint: str,
    credentials: Mapping[str, Mapping[str, str]],
) -> None:
    """Writes an AWS configuration file with a profile for each identity, readable by its owner alone.

    Args:
        path: The file.
        environments: The settings by environment.
        endpoint: The URL of the embedded AWS.
        credentials: The access keys by `account/user`.
    """
    config = configparser.RawConfigParser()
    for environment, settings in environments.items():
        common = {"region": settings.region, "endpoint_url": endpoint}
        for identity in identities(settings):
            name = f"{environment}-{identity.name}"
            source = name if identity.role is None else f"{name}-user"
            keys = credentials[f"{identity.account}/{identity.user}"]
            config[f"profile {source}"] = {
                **common,
                "aws_access_key_id": keys["accessKeyId"],
                "aws_secret_access_key": keys["secretAccessKey"],
            }
            if identity.role is not None:
                config[f"profile {name}"] = {
                    **common,
                    "role_arn": identity.role,
                    "source_profile": source,
                    "role_session_name": identity.user,
                }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        config.write(file)


def write_plugin(pulumi_home: Path) -> None:
    """Puts our provider where the engine keeps the one called `aws`, so that it fetches none."""
    version = importlib.metadata.version("pulumi-aws")
    plugin = pulumi_home / "plugins" / f"resource-aws-v{version}" / "pulumi-resource-aws"
    plugin.parent.mkdir(parents=True)
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    plugin.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m sandbox.provider "$@"\n')
    plugin.chmod(0o755)
