"""Rotation as operators and owners see it: the commands, the deployed function, a fake issuer over HTTP, the mails."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.issuer import FakeIssuer
from sandbox import Sandbox, stack_file
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys.reader import ApiKeyReader

pytestmark = pytest.mark.engine

COMMAND = str(Path(sys.executable).with_name("tenant-keys"))
SENDGRID = {"issuer": "sendgrid", "rotate": "monthly", "grace": "24h"}
BEARER = {"Authorization": "Bearer {apiKey}"}
TENANTS = {
    "acme": {"owner": "security@acme.example", "keys": {"external-api-key": SENDGRID}},
    "globex": {"owner": "it@globex.example", "keys": {"external-api-key": SENDGRID}},
    "initech": {"owner": "it@initech.example", "keys": {"external-api-key": {"issuer": "pager", "rotate": "manual"}}},
    "umbrella": {"owner": "it@umbrella.example"},
}


@dataclass
class Deployed:
    """A staging environment whose issuer is a fake on this machine."""

    sandbox: Sandbox
    issuer: FakeIssuer

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, "--project", str(self.sandbox.project), "--stack", "dev", *arguments],
            env={**without_cloud_settings(os.environ), **self.sandbox.environment("dev-operator"), "COLUMNS": "150"},
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )

    def ok(self, *arguments: str, given: str = "") -> str:
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def read(self, tenant: str) -> str:
        names, session = self.sandbox.settings["dev"].names, self.sandbox.session("dev-backend")
        keys = ApiKeyReader(app=names.app, account=names.account, region=names.region, session=session)
        return keys.get(tenant)

    def state_of(self, tenant: str) -> dict[str, Any]:
        told = json.loads(self.ok("rotations", "--json"))
        return next(each for each in told["keys"] if each["tenant"] == tenant)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("rotation")
    with FakeIssuer(folder / "issuer") as issuer, Sandbox(folder / "sandbox") as sandbox:
        issuers = {
            "sendgrid": {"adapter": "sendgrid", "baseUrl": issuer.base_url, "options": {"scopes": ["mail.send"]}},
            "pager": {
                "adapter": "manual",
                "baseUrl": issuer.base_url,
                "options": {"probe": {"path": "/v3/scopes", "headers": BEARER, "refused": [401], "anyAccount": True}},
            },
        }
        config = {"tenant-keys:issuers": issuers, "tenant-keys:tenants": TENANTS}
        stack_file.change(sandbox.project / "Pulumi.dev.yaml", lambda before: before.update(config))
        engine = Engine(sandbox, "dev")
        engine.create_stack()
        engine.up()
        world = Deployed(sandbox, issuer)
        world.ok("put-admin", "sendgrid", given=issuer.admin)
        yield world


def test_a_rotation_gives_a_secret_its_first_value(deployed: Deployed) -> None:
    (told,) = json.loads(deployed.ok("rotate", "acme", "--json"))
    assert (told["tenant"], told["ok"]) == ("acme", True)
    assert deployed.issuer.accepts(deployed.read("acme"))
    assert deployed.state_of("acme")["state"] == "ok"
    (swept,) = json.loads(deployed.ok("rotations", "--json"))["issuers"]
    assert (swept["issuer"], swept["orphans"]) == ("sendgrid", 0), "the hourly sweep has counted"


def test_all_keys_of_an_issuer_are_listed_then_renewed_and_the_old_ones_go_on(deployed: Deployed) -> None:
    deployed.ok("rotate", "globex")
    before = {tenant: deployed.read(tenant) for tenant in ("acme", "globex")}
    listed = deployed.ok("rotate", "--issuer", "sendgrid", "--all", "--dry-run")
    assert "acme/external-api-key: would be renewed" in listed
    assert "initech" not in listed
    assert {tenant: deployed.read(tenant) for tenant in before} == before, "a dry run renews nothing"

    renewed = json.loads(deployed.ok("rotate", "--issuer", "sendgrid", "--all", "--json"))
    assert {each["tenant"] for each in renewed} == {"acme", "globex"}
    after = {tenant: deployed.read(tenant) for tenant in before}
    assert all(after[tenant] != before[tenant] for tenant in before)
    assert all(map(deployed.issuer.accepts, [*before.values(), *after.values()]))


def test_an_interrupted_emergency_goes_on_without_renewing_twice(deployed: Deployed) -> None:
    now = deployed.sandbox.now().strftime("%Y-%m-%dT%H:%M:%S")
    deployed.ok("rotate", "acme")
    left = deployed.ok("rotate", "--issuer", "sendgrid", "--all", "--dry-run", "--since", now)
    assert "globex" in left
    assert "acme" not in left


def test_a_leaked_key_ends_at_once_when_that_is_confirmed(deployed: Deployed) -> None:
    leaked = deployed.read("acme")
    asked = deployed.run("rotate", "acme", "--revoke-old-now", given="n\n")
    assert asked.returncode == 1
    assert "1 old keys at sendgrid will stop working" in asked.stderr
    assert deployed.read("acme") == leaked, "a no changes nothing"

    told = deployed.ok("rotate", "acme", "--revoke-old-now", "--yes")
    assert "the old key is revoked" in told
    assert not deployed.issuer.accepts(leaked)
    assert deployed.issuer.accepts(deployed.read("acme"))


def test_a_key_that_a_person_brought_is_used_after_its_function_has_tried_it(deployed: Deployed) -> None:
    first, second = (deployed.issuer.mint_by_hand(f"initech {which}") for which in ("first", "second"))
    refused = deployed.run("put-key", "initech", "--pending", given=first)
    assert refused.returncode == 2
    assert "puts a first one to use at once" in refused.stderr
    deployed.ok("put-key", "initech", given=first)

    deployed.ok("put-key", "initech", "--pending", given="SG.mistyped")
    deployed.sandbox.advance(minutes=5)
    assert deployed.read("initech") == first, "the issuer refuses what was brought"

    deployed.ok("put-key", "initech", "--pending", given=second)
    deployed.sandbox.advance(minutes=5)
    assert deployed.read("initech") == second
    mail = [each for each in deployed.sandbox.mails() if each["address"] == "it@initech.example"][-1]
    assert "renewed" in mail["subject"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rotate"], "which keys?"),
        (["rotate", "acme", "--all"], "which keys?"),
        (["rotate", "--all"], "which keys?"),
        (["rotate", "nobody"], "no key of dev is meant by that"),
        (["rotate", "initech"], "only a person can renew it"),
        (["rotate", "umbrella"], "only a person can renew it"),
        (["rotate", "acme", "--revoke-old-now", "--no-wait"], "leave --no-wait out"),
        (["put-admin", "pager"], "no issuer with an API"),
        (["put-key", "umbrella", "--pending"], "Leave --pending out"),
        (["resume", "nobody"], "is not declared"),
    ],
)
def test_what_can_not_be_done_is_refused_with_the_way_out(deployed: Deployed, arguments: list[str], says: str) -> None:
    done = deployed.run(*arguments, given="canary")
    assert done.returncode == 2
    assert says in done.stderr


def test_a_rotation_that_is_not_under_way_needs_no_resuming(deployed: Deployed) -> None:
    assert "no rotation is under way" in deployed.ok("resume", "acme")


def test_each_owner_hears_of_their_own_keys_alone_and_no_mail_holds_a_value(deployed: Deployed) -> None:
    deployed.ok("rotate", "globex")
    value = deployed.read("globex")
    deployed.sandbox.advance(minutes=1)
    mails = deployed.sandbox.mails()
    assert any("globex" in mail["text"] for mail in mails if mail["address"] == "it@globex.example")
    for mail in mails:
        tenant = next(name for name, each in TENANTS.items() if each["owner"] == mail["address"])
        others = TENANTS.keys() - {tenant}
        assert not [other for other in others if other in mail["subject"] + mail["text"]]
        assert value not in mail["text"]


def test_the_owner_of_an_old_key_without_an_api_is_reminded(deployed: Deployed) -> None:
    deployed.ok("put-key", "umbrella", given="canary-of-umbrella")
    deployed.sandbox.advance_to(deployed.sandbox.now() + timedelta(days=91), skips_repeats=True)
    mails = [each for each in deployed.sandbox.mails() if each["address"] == "it@umbrella.example"]
    assert "umbrella" in mails[-1]["text"], "at its daily look the key was 90 days old, and each week from then on"
    assert "canary" not in mails[-1]["text"]
