# ruff: noqa: E501 - one row a file keeps the table readable
"""A table of stack files that must be refused, each with the words that tell its author what to do."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tenant_keys.settings import SettingsError, parse
from tests.recording import stack_settings

Raw = dict[str, Any]
Change = Callable[[Raw], object]
DEV_ROLE = "arn:aws:iam::111111111111:role/other"


def put(path: str, value: object) -> Change:
    def change(raw: Raw) -> None:
        *parents, last = path.split("/")
        for parent in parents:
            raw = raw[parent]
        raw[last] = value

    return change


def drop(name: str) -> Change:
    return lambda raw: raw.pop(name)


KEY = "tenants/acme/keys/external-api-key"

BAD_FILES: list[tuple[str, str, Change, str]] = [
    # id, environment, change, what the message must say (a regular expression)
    ("contact-no-address", "dev", put("securityContacts", ["security"]), r"securityContacts.0: is not a mail address.*Security alarms"),
    ("contact-twice", "dev", put("securityContacts", ["s@myapp.example", "S@myapp.example"]), r"securityContacts: names s@myapp.example 2 times"),
    ("reads-none", "dev", put("readsPerHourAlarm", 0), r"readsPerHourAlarm: is outside of 1 to 36000000.*more than 12"),
    ("app-missing", "dev", drop("app"), r"app: is missing\..*Add it"),
    ("account-missing", "dev", drop("account"), r"account: is missing"),
    ("deploy-role-missing", "dev", drop("deployRole"), r"deployRole: is missing"),
    ("app-upper-case", "dev", put("app", "MyApp"), r"app: is not an app name \(got 'MyApp'\).*such as 'myapp'"),
    ("app-double-hyphen", "dev", put("app", "my--app"), r"app: is not an app name"),
    ("app-too-long", "dev", put("app", "a" * 21), r"app: is not an app name"),
    ("account-short", "dev", put("account", "11111111111"), r"account: is not an AWS account id.*12 digits in quotes"),
    ("account-letters", "dev", put("account", "11111111111a"), r"account: is not an AWS account id"),
    ("account-newline", "dev", put("account", "111111111111\n"), r"account: is not an AWS account id"),
    ("region-form", "dev", put("region", "tokyo"), r"region: is not the name of an AWS region.*'ap-northeast-1'"),
    ("region-zone", "dev", put("region", "ap-northeast-1a"), r"region: is not the name of an AWS region"),
    ("role-is-user", "dev", put("deployRole", "arn:aws:iam::111111111111:user/x"), r"deployRole: is not the ARN of an IAM role"),
    ("role-wildcard", "dev", put("backendRoles", ["arn:aws:iam::111111111111:role/*"]), r"backendRoles.0: is not the ARN"),
    ("role-session", "dev", put("writerRoles", ["arn:aws:sts::111111111111:assumed-role/x/y"]), r"writerRoles.0: is not"),
    ("role-other-account", "dev", put("backendRoles", ["arn:aws:iam::222222222222:role/b"]),
     r"backendRoles.0: is a role of account 222222222222, and the environment's account is 111111111111"),
    ("deploy-role-other-account", "prod", put("deployRole", DEV_ROLE),
     r"deployRole: is a role of account 111111111111, and the environment's account is 222222222222"),
    ("account-of-dev-in-prod", "prod", put("account", "111111111111"), r"account: 111111111111 is the account of dev too"),
    ("backend-roles-empty", "dev", put("backendRoles", []), r"backendRoles: is empty.*Name at least one role"),
    ("backend-roles-text", "dev", put("backendRoles", DEV_ROLE), r"backendRoles: input should be a valid tuple"),
    ("role-named-twice", "dev", put("auditorRoles", [DEV_ROLE, DEV_ROLE]), r"auditorRoles: names .*other 2 times"),
    ("archive-at-home", "dev", put("logArchive", {"account": "111111111111", "deployRole": DEV_ROLE}),
     r"logArchive.account: is 111111111111, the environment's own account"),
    ("archive-role-elsewhere", "dev", put("logArchive", {"account": "333333333333", "deployRole": DEV_ROLE}),
     r"logArchive.deployRole: is a role of account 111111111111, and the archive's is 333333333333"),
    ("archive-half", "dev", put("logArchive", {"account": "333333333333"}), r"logArchive.deployRole: is missing"),
    ("archive-unknown-key", "dev", put("logArchive", {"acount": "333333333333", "deployRole": DEV_ROLE}), r"logArchive.acount: .*'account'"),
    ("auditor-elsewhere", "dev", put("auditorRoles", ["arn:aws:iam::333333333333:role/a"]),
     r"auditorRoles.0: is a role of account 333333333333"),
    ("deployer-reads", "dev", put("backendRoles", ["arn:aws:iam::111111111111:role/tenant-keys-deployer"]),
     r"backendRoles and deployRole: name the same role.*Make a role for each duty"),
    ("backend-writes", "dev", put("writerRoles", ["arn:aws:iam::111111111111:role/myapp-backend"]),
     r"backendRoles and writerRoles: name the same role"),
    ("unknown-setting", "dev", put("tenant", {}), r"tenant: the key 'tenant' is not known here.*Did you mean 'tenants'\?"),
    ("unknown-setting-far", "dev", put("colour", "red"), r"colour: the key 'colour' is not known here.*Known here: account, alarmTopics, app,"),
    ("unknown-in-tenant", "dev", put("tenants/acme/ownr", "x"), r"tenants.acme.ownr: .*Did you mean 'owner'\?"),
    ("unknown-in-key", "dev", put(f"{KEY}/rotation", "monthly"), r"rotation: .*not known here.*Did you mean 'rotate'\?"),
    ("unknown-in-issuer", "dev", put("issuers/sendgrid/base_url", "x"), r"issuers.sendgrid.base_url: .*Did you mean 'baseUrl'\?"),
    ("tenant-upper-case", "dev", put("tenants/Acme2", {"owner": "a@b.example"}), r"tenants.Acme2: is not a tenant id \(got 'Acme2'\)"),
    ("tenant-too-short", "dev", put("tenants/ab", {"owner": "a@b.example"}), r"tenants.ab: is not a tenant id"),
    ("tenant-too-long", "dev", put("tenants/" + "a" * 41, {"owner": "a@b.example"}), r"is not a tenant id"),
    ("tenant-double-hyphen", "dev", put("tenants/ac--me", {"owner": "a@b.example"}), r"tenants.ac--me: is not a tenant id"),
    ("tenant-wildcard", "dev", put("tenants/acme*", {"owner": "a@b.example"}), r"tenants.acme\*: is not a tenant id"),
    ("tenant-newline", "dev", put("tenants/acme\n", {"owner": "a@b.example"}), r"is not a tenant id"),
    ("tenant-collides", "dev", put("tenants/ACME", {"owner": "a@b.example"}), r"tenants.acme: collides with 'ACME'"),
    ("tenant-reserved", "dev", put("tenants/sys", {"owner": "a@b.example"}), r"tenants.sys: is a reserved word"),
    ("tenant-retired", "dev", put("retiredTenants", ["acme"]), r"tenants.acme: is the id of a tenant that has left.*'acme-2'"),
    ("tenant-not-a-mapping", "dev", put("tenants/acme", "SG.value"), r"tenants.acme: input should be a valid dictionary"),
    ("tenants-a-list", "dev", put("tenants", ["acme"]), r"tenants: input should be a valid dictionary"),
    ("owner-missing", "dev", put("tenants/acme", {}), r"tenants.acme.owner: is missing"),
    ("owner-no-domain", "dev", put("tenants/acme/owner", "security@acme"), r"owner: is not a mail address.*security@acme.example"),
    ("owner-two", "dev", put("tenants/acme/owner", "a@b.example, c@d.example"), r"owner: is not a mail address"),
    ("owner-newline", "dev", put("tenants/acme/owner", "a@b.example\nBcc: x@y.example"), r"owner: is not a mail address"),
    ("owner-of-two", "dev", put("tenants/globex/owner", "Security@Acme.example"),
     r"tenants.globex.owner: 'security@acme.example' is the owner of 'acme', 'globex'.*'security\+globex@acme.example'"),
    ("store-unknown", "dev", put("tenants/acme/store", "volt"), r"store: is not a known word \(got 'volt'\).*Did you mean 'vault'\?"),
    ("store-not-built", "dev", put("tenants/acme/store", "vault"), r"store: 'vault' is a store that this version doesn't deploy"),
    ("keys-empty", "dev", put("tenants/acme/keys", {}), r"tenants.acme.keys: holds 0 keys"),
    ("keys-too-many", "dev", put("tenants/acme/keys", {f"key{n:03}": {} for n in range(26)}), r"keys: holds 26 keys.*Name 1 to 25"),
    ("key-name-form", "dev", put("tenants/acme/keys", {"Api_Key": {}}), r"keys.Api_Key: is not a key name"),
    ("key-name-like-arn", "dev", put("tenants/acme/keys", {"stripe-secret": {}}),
     r"ends in a hyphen and six characters.*'stripe-secret-key'"),
    ("issuer-unknown", "dev", put(f"{KEY}/issuer", "sendgrit"), r"issuer: 'sendgrit' is not under 'issuers'.*Did you mean 'sendgrid'\?"),
    ("issuer-adapter-unknown", "dev", put("issuers/sendgrid/adapter", "sndgrid"), r"adapter: is not a known word.*Did you mean 'sendgrid'\?"),
    ("issuer-adapter-missing", "dev", put("issuers/sendgrid", {}), r"issuers.sendgrid.adapter: is missing"),
    ("issuer-name-form", "dev", put("issuers/Send Grid", {"adapter": "sendgrid"}), r"is not a name for an issuer"),
    ("issuer-http", "dev", put("issuers/sendgrid/baseUrl", "http://api.example"), r"baseUrl: is not an https address"),
    ("issuer-user-in-url", "dev", put("issuers/sendgrid/baseUrl", "https://user@api.example"), r"baseUrl: is not an https address"),
    ("issuer-http-elsewhere", "dev", put("issuers/sendgrid/baseUrl", "http://127.0.0.1.evil.example"), r"baseUrl: is not an https address"),
    ("issuer-here-in-prod", "prod", put("issuers/sendgrid/baseUrl", "http://127.0.0.1:8080"),
     r"issuers.sendgrid.baseUrl: is 'http://127.0.0.1:8080' in prod.*no issuer knows.*https address"),
    ("issuer-options-a-list", "dev", put("issuers/sendgrid/options", ["a"]), r"options: input should be a valid dictionary"),
    ("issuer-option-missing", "dev", put("issuers/sendgrid/options", {}), r"issuers.sendgrid.options.scopes: is missing.*'mail.send'"),
    ("issuer-option-unknown", "dev", put("issuers/sendgrid/options/scope", ["mail.send"]), r"issuers.sendgrid.options.scope: "),
    ("issuer-host-missing", "dev", put("issuers/login", {"adapter": "auth0", "options": {"audience": "https://api"}}), r"issuers.login.baseUrl: "),
    ("issuer-account-of-another", "dev", lambda raw: (put("issuers/sendgrid", {"adapter": "twilio"})(raw), put(f"{KEY}/account", "acme")(raw)),
     r"external-api-key.account: does not look like one of this issuer"),
    ("issuer-account-missing", "dev", put("issuers/sendgrid", {"adapter": "openai"}), r"external-api-key.account: is missing"),
    ("issuer-options-too-large", "dev", put("issuers/sendgrid/options", {"scopes": ["a" * 2990]}),
     r"issuers.sendgrid.options: are 3006 bytes of JSON.*Lambda has 4 KB"),
    ("issuer-concurrency-zero", "dev", put("issuers/sendgrid/concurrency", 0), r"concurrency: is outside of 1 to 900 \(got 0\)"),
    ("issuer-concurrency-too-high", "dev", put("issuers/sendgrid/concurrency", 901), r"concurrency: is outside of 1 to 900"),
    ("issuer-concurrency-word", "dev", put("issuers/sendgrid/concurrency", "few"), r"concurrency: input should be a valid integer"),
    ("issuer-name-too-long", "dev", lambda raw: (raw.update(app="a" * 20), raw["issuers"].update({"i" * 40: {"adapter": "okta"}})),
     r"makes a role name of 73 characters.*--scheduler.*IAM takes 64 characters.*by 9"),
    ("account-empty", "dev", put(f"{KEY}/account", ""), r"account: is not the id of an account at an issuer"),
    ("account-address", "dev", put(f"{KEY}/account", "../other"), r"account: is not the id of an account at an issuer"),
    ("account-without-issuer", "dev", put("tenants/globex/keys/external-api-key/account", "AC1"),
     r"globex.keys.external-api-key.account: names an account, and the key has no issuer.*Add 'issuer'"),
    ("alarm-topic-form", "dev", put("alarmTopics", ["on-call"]), r"alarmTopics.0: is not the ARN of an SNS topic.*arn:aws:sns:REGION"),
    ("alarm-topic-elsewhere", "dev", put("alarmTopics", ["arn:aws:sns:ap-northeast-1:222222222222:on-call"]),
     r"alarmTopics.0: is a topic of account 222222222222 in ap-northeast-1.*own account and region only"),
    ("alarm-topic-other-region", "dev", put("alarmTopics", ["arn:aws:sns:eu-west-1:111111111111:on-call"]),
     r"alarmTopics.0: is a topic of account 111111111111 in eu-west-1"),
    ("schedule-unknown", "dev", put(f"{KEY}/rotate", "montly"), r"rotate: is not a known word \(got 'montly'\).*Did you mean 'monthly'\?"),
    ("schedule-without-issuer", "dev", put(f"{KEY}/issuer", None), r"rotate: is 'monthly', and the key has no issuer with an API"),
    ("schedule-manual-adapter", "dev", put("issuers/sendgrid/adapter", "manual"), r"rotate: is 'monthly', and the key has no issuer"),
    ("grace-no-unit", "dev", put(f"{KEY}/grace", "24"), r"grace: is not a length of time \(got '24'\).*'24h' or '7d'"),
    ("grace-number", "dev", put(f"{KEY}/grace", 24), r"grace: is not a length of time \(got 24\)"),
    ("grace-negative", "dev", put(f"{KEY}/grace", "-1h"), r"grace: is not a length of time"),
    ("grace-longer-than-month", "dev", put(f"{KEY}/grace", "28d"), r"grace: is 28 days, and a key is renewed after 28"),
    ("protect-word", "dev", put("protect", "maybe"), r"protect: input should be a valid boolean"),
    ("protect-off-in-prod", "prod", put("protect", False), r"protect: is false in prod.*Offboard a tenant"),  # noqa: FBT003 - the value
    ("recovery-too-short", "dev", put("secretRecoveryDays", 6), r"secretRecoveryDays: is outside of 7 to 30 days \(got 6\)"),
    ("recovery-too-long", "dev", put("secretRecoveryDays", 31), r"secretRecoveryDays: is outside of 7 to 30 days"),
    ("recovery-word", "dev", put("secretRecoveryDays", "long"), r"secretRecoveryDays: input should be a valid integer"),
    ("kms-deletion-zero", "dev", put("kmsDeletionDays", 0), r"kmsDeletionDays: is outside of 7 to 30 days"),
    ("kms-shorter-than-recovery", "dev", put("secretRecoveryDays", 30), r"kmsDeletionDays: is 7, less than secretRecoveryDays, 30"),
    ("recovery-weak-in-prod", "prod", put("secretRecoveryDays", 7), r"secretRecoveryDays: is 7 in prod, and the minimum there is 30"),
    ("kms-weak-in-prod", "prod", put("kmsDeletionDays", 7), r"kmsDeletionDays: is 7 in prod"),
    ("retention-weak-in-prod", "prod", put("auditRetentionDays", 90), r"auditRetentionDays: is 90 in prod, and the minimum there is 365"),
    ("scan-limit-zero", "dev", put("athenaScanLimitGiB", 0), r"athenaScanLimitGiB: is outside of 1 to 1000000 GiB"),
    ("retention-zero", "dev", put("auditRetentionDays", 0), r"auditRetentionDays: is outside of 1 to 36500 days"),
    ("role-name-too-long", "dev", lambda raw: (raw.update(app="a" * 20), raw["tenants"].update({"t" * 40: {"owner": "a@b.example"}})),
     r"makes a role name of 70 characters.*IAM takes 64 characters.*by 6"),
    ("stack-unknown", "prd", put("app", "myapp"), r"stack: 'prd' is not an environment.*Did you mean 'prod'\?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "change", "says"), [row[1:] for row in BAD_FILES], ids=[row[0] for row in BAD_FILES]
)
def test_a_bad_stack_file_is_refused_with_its_reason(environment: str, change: Change, says: str) -> None:
    raw = copy.deepcopy(stack_settings("prod" if environment == "prod" else "dev"))
    change(raw)

    with pytest.raises(SettingsError, match=f"(?s){says}"):
        parse(
            raw,
            environment=environment,
            source="Pulumi.x.yaml",
            others={"dev": "111111111111"} if environment == "prod" else {},
        )


def test_the_table_is_as_long_as_it_was_agreed() -> None:
    assert len({row[0] for row in BAD_FILES}) == len(BAD_FILES) >= 40


def test_all_problems_are_told_at_once_sorted_by_place() -> None:
    raw = stack_settings("dev")
    put("app", "My App")(raw)
    put("tenants/acme/owner", "nobody")(raw)
    put("tenants/globex/keys/external-api-key/rotate", "weekly")(raw)
    put("tenants/admin", {"owner": "a@b.example"})(raw)
    raw["secretRecoveryDays"] = 30

    with pytest.raises(SettingsError) as refused:
        parse(raw, environment="dev", source="Pulumi.dev.yaml")

    assert [problem.where for problem in refused.value.problems] == [
        "app",
        "kmsDeletionDays",
        "tenants.acme.owner",
        "tenants.admin",
        "tenants.globex.keys.external-api-key.rotate",
    ], "a malformed setting must not hide what is wrong with the others"
    assert str(refused.value).startswith("Pulumi.dev.yaml: 5 problems. Nothing was registered.")


def test_an_unknown_key_is_told_without_what_it_holds() -> None:
    raw = stack_settings("dev")
    put("tenants/acme/keys/external-api-key/value", "SG.canary")(raw)
    put("tenants/globex/keys/external-api-key", "SG.canary")(raw)

    with pytest.raises(SettingsError) as refused:
        parse(raw, environment="dev", source="")

    assert len(refused.value.problems) == 2
    assert "SG.canary" not in str(refused.value), (
        "someone wrote an API key into the file; the message must not spread it"
    )
