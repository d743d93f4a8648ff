from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tenant_keys.settings import Environment, Rotate, Settings, SettingsError, Store, parse, settings_of_file
from tenant_keys.settings.sources import _FIELDS, settings_of_program
from tests.issuers.described import ANY_ISSUER
from tests.recording import ROOT, record, stack_settings


@pytest.mark.parametrize("environment", list(Environment))
def test_each_stack_file_of_the_repository_is_accepted(environment: Environment) -> None:
    settings = settings_of_file(ROOT, environment)
    assert settings.environment is environment
    assert set(settings.tenants) == {"acme", "globex"}


def test_both_stack_files_have_the_same_keys_so_that_their_diff_is_the_review() -> None:
    assert stack_settings("dev").keys() == stack_settings("prod").keys()


def test_the_environments_are_accounts_of_their_own() -> None:
    assert stack_settings("dev")["account"] != stack_settings("prod")["account"]


def test_the_project_file_declares_every_setting_with_a_description() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert declared.keys() == _FIELDS.keys()
    assert all(entry["description"].strip() and entry["type"] for entry in declared.values())


def test_the_defaults_of_the_project_file_are_those_of_the_settings() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    for name, field in _FIELDS.items():
        if field.is_required():
            assert "default" not in declared[name], name
        else:
            default = field.get_default(call_default_factory=True)
            if default is None:
                assert declared[name]["default"] == {}, f"{name}: which means none; YAML's null would be no default"
            else:
                assert declared[name]["default"] == (list(default) if isinstance(default, tuple) else default), name


def test_an_empty_log_archive_is_none() -> None:
    assert parse({**stack_settings("dev"), "logArchive": {}}, environment="dev", source="").log_archive is None


def test_a_tenant_needs_an_owner_only() -> None:
    settings = parse(
        {**stack_settings("dev"), "tenants": {"acme": {"owner": "a@acme.example"}}}, environment="dev", source=""
    )
    (key,) = settings.tenants["acme"].keys.values()
    assert (key.rotate, key.grace, key.issuer) == (Rotate.MANUAL, timedelta(hours=24), None)
    assert settings.tenants["acme"].store is Store.SECRETS_MANAGER


SENDGRID = {"adapter": "sendgrid", "options": {"scopes": ["mail.send"]}}


def with_issuers(issuers: dict[str, object], keys: dict[str, object]) -> Settings:
    raw = {**stack_settings("dev"), "issuers": issuers}
    raw["tenants"] = {"acme": {"owner": "a@acme.example", "keys": keys}}
    return parse(raw, environment="dev", source="")


def test_dev_may_use_a_stand_in_for_an_issuer_on_its_own_machine() -> None:
    for address in ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:99/api"):
        settings = with_issuers({"sendgrid": {**SENDGRID, "baseUrl": address}}, {"api-key": {}})
        assert settings.issuers["sendgrid"].base_url == address


def test_an_issuer_keeps_its_options_as_they_are_written() -> None:
    mint = {"adapter": "http-mint", "baseUrl": "https://api.mint.example", "options": dict(ANY_ISSUER)}
    settings = with_issuers({"mint": mint}, {"api-key": {}})
    assert settings.issuers["mint"].options == ANY_ISSUER


@pytest.mark.parametrize(
    ("key", "issuer"),
    [
        ({}, None),
        ({"rotate": "manual"}, None),
        ({"issuer": "sendgrid", "rotate": "manual"}, None),
        ({"issuer": "sendgrid", "rotate": "monthly"}, "sendgrid"),
        ({"issuer": "sendgrid", "rotate": "quarterly"}, "sendgrid"),
        ({"issuer": "sendgrid", "rotate": "on-request"}, "sendgrid"),
        ({"issuer": "pagerduty", "rotate": "manual"}, "pagerduty"),
    ],
)
def test_a_function_rotates_what_an_api_renews_or_what_a_person_brings_through_an_issuer(
    key: dict[str, object], issuer: str | None
) -> None:
    settings = with_issuers(
        {"sendgrid": SENDGRID, "pagerduty": {"adapter": "manual"}},
        {"api-key": key},
    )
    assert settings.rotating_issuer(settings.tenants["acme"].keys["api-key"]) == issuer


def test_program_and_command_line_read_a_stack_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    read: list[Settings] = []
    record(lambda: read.append(settings_of_program()), stack="prod", config=stack_settings("prod"))
    assert read == [settings_of_file(ROOT, "prod")]


def test_settings_are_frozen() -> None:
    settings: Settings = settings_of_file(ROOT, "dev")
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "app", "other")  # noqa: B010 - the type checker refuses the plain form


def test_a_missing_stack_file_names_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {}")
    with pytest.raises(SettingsError, match=r"does not exist.*Pulumi\.prod\.yaml"):
        settings_of_file(tmp_path, "dev")


def test_a_file_that_is_not_yaml_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: [")
    with pytest.raises(SettingsError, match=r"is not YAML.*line 1"):
        settings_of_file(tmp_path, "dev")


def test_an_account_id_without_quotes_reads_as_the_engine_reads_it(tmp_path: Path) -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text().replace('"111111111111"', "111111111111")
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    assert settings_of_file(tmp_path, "dev").account == "111111111111"
