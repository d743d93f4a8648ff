import json

import pytest

from rotation_lambda import notice_settings
from rotation_lambda.errors import SettingsRefusedError
from rotation_lambda.settings import FunctionSettings, parse_settings

FULL = {
    "app": "myapp",
    "environment": "prod",
    "issuer": "mail",
    "adapter": "sendgrid",
    "baseUrl": None,
    "options": {"scopes": ["mail.send"]},
    "adminSecret": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:admin-aB3dE5",
    "secretPrefix": "/saas/myapp/tenant-",
    "scheduleGroup": "myapp--mail",
    "scheduleRole": "arn:aws:iam::111111111111:role/myapp--mail--scheduler",
}
NOTICES = {"app": "myapp", "environment": "prod", "topic": "arn:t", "secretPrefix": "/saas/myapp/tenant-"}


def test_the_functions_variable_is_read() -> None:
    settings = parse_settings(json.dumps(FULL))
    assert settings == FunctionSettings(
        app="myapp",
        environment="prod",
        issuer="mail",
        adapter="sendgrid",
        base_url=None,
        options={"scopes": ["mail.send"]},
        admin_secret="arn:aws:secretsmanager:eu-west-1:111111111111:secret:admin-aB3dE5",
        secret_prefix="/saas/myapp/tenant-",
        schedule_group="myapp--mail",
        schedule_role="arn:aws:iam::111111111111:role/myapp--mail--scheduler",
    )


def test_a_manual_issuer_has_no_admin_secret() -> None:
    assert parse_settings(json.dumps(FULL | {"adminSecret": None})).admin_secret is None


@pytest.mark.parametrize("text", [None, "", "no json", "[]", "null"])
def test_a_variable_that_is_no_object_is_refused(text: str | None) -> None:
    with pytest.raises(SettingsRefusedError, match="ROTATION_SETTINGS is not a JSON object"):
        parse_settings(text)
    with pytest.raises(SettingsRefusedError, match="NOTICES_SETTINGS is not a JSON object"):
        notice_settings.parse_settings(text)


@pytest.mark.parametrize("name", FULL)
def test_a_field_that_is_no_text_is_named(name: str) -> None:
    with pytest.raises(SettingsRefusedError, match=f"'{name}'"):
        parse_settings(json.dumps(FULL | {name: 3}))


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(SettingsRefusedError, match=r"'app' is not a text, 'issuer' is not a text, 'options' is not"):
        parse_settings(json.dumps(FULL | {"app": "", "issuer": None, "options": []}))


def test_the_notices_variable_is_read() -> None:
    assert notice_settings.parse_settings(json.dumps(NOTICES)).remind_after_days == 90
    assert notice_settings.parse_settings(json.dumps(NOTICES | {"remindAfterDays": 30})).remind_after_days == 30


@pytest.mark.parametrize(
    "change",
    [{"topic": ""}, {"app": None}, {"remindAfterDays": 0}, {"remindAfterDays": True}, {"remindAfterDays": "9"}],
)
def test_a_wrong_field_of_the_notices_is_named(change: dict[str, object]) -> None:
    with pytest.raises(SettingsRefusedError, match=next(iter(change))):
        notice_settings.parse_settings(json.dumps(NOTICES | change))
