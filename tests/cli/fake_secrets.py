# ruff: noqa: N803, N818 - boto3's names
"""Secrets Manager as the rotation commands see it: it answers from a table and keeps what was asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError


class _Exceptions:
    class InvalidRequestException(ClientError):
        """A rotation is under way, or something else does not fit."""

    class ResourceNotFoundException(ClientError):
        """There is no such secret."""


def error(kind: type[ClientError], message: str) -> ClientError:
    return kind({"Error": {"Code": kind.__name__, "Message": message}}, "RotateSecret")


class FakeSecrets:
    """Each secret's labels by its name; a rotation ends after as many looks as `looks_until_done` says."""

    exceptions = _Exceptions

    def __init__(self, labels: Mapping[str, Mapping[str, list[str]]], looks_until_done: int = 1) -> None:
        self.labels = {name: dict(versions) for name, versions in labels.items()}
        self.refusals: dict[str, ClientError] = {}
        self.rotated: list[str] = []
        self._looks = dict.fromkeys(labels, looks_until_done)

    def rotate_secret(self, *, SecretId: str) -> dict[str, str]:
        if SecretId in self.refusals:
            raise self.refusals[SecretId]
        self.rotated.append(SecretId)
        self.labels[SecretId]["new"] = ["AWSPENDING"]
        return {"VersionId": "new"}

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:
        if SecretId not in self.labels:
            raise error(_Exceptions.ResourceNotFoundException, "no such secret")
        if "new" in self.labels[SecretId]:
            self._looks[SecretId] -= 1
            if self._looks[SecretId] <= 0:
                self.labels[SecretId] = {"new": ["AWSCURRENT"], "old": ["AWSPREVIOUS"]}
        return {"VersionIdsToStages": self.labels[SecretId], "RotationEnabled": True}

    def list_secret_version_ids(self, *, SecretId: str) -> dict[str, Any]:
        made = datetime(2026, 11, 1, tzinfo=UTC)
        return {"Versions": [{"VersionId": name, "CreatedDate": made} for name in self.labels[SecretId]]}
