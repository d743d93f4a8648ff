"""The owners' topic in moto, and what reached it."""

import json
from typing import Any

import boto3
import pytest
from moto.sns.models import sns_backends

from rotation_lambda.notices import handle
from tests.rotation_lambda import aws

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:myapp--owners"


class Owners:
    """The topic, and the notices that reached it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        aws.forget()
        sns_backends.reset()
        boto3.client("sns").create_topic(Name="myapp--owners")
        self._environment, self._capsys = monkeypatch, capsys
        self.lines: list[dict[str, Any]] = []

    def call(self, event: object, **settings: object) -> None:
        given = {"app": "myapp", "environment": "prod", "topic": TOPIC, "secretPrefix": "/saas/myapp/tenant-"}
        self._environment.setenv("NOTICES_SETTINGS", json.dumps(given | settings))
        try:
            handle(event, None)
        finally:
            self.lines += [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Tenant, subject and text of each notice."""
        sent = sns_backends["123456789012"]["ap-northeast-1"].topics[TOPIC].sent_notifications
        found: list[tuple[str, str, str]] = []
        for _, text, title, attributes, _ in sent:
            assert attributes is not None, "without the attribute, no owner's filter lets it in"
            found.append((attributes["tenant"]["Value"], str(title), text))
        return found
