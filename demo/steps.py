"""The steps of the demo, in order. Each does something as a person would, and checks what came of it."""

import json
from typing import Any

from demo.audit_steps import AUDIT_STEPS
from demo.rotation_steps import ROTATION_STEPS
from demo.story import Story
from demo.world import World, is_denied, refusal
from sandbox import stack_file
from sandbox.engine import Engine, EngineError
from tenant_keys import naming

NEW_TENANT = "initech"
_STACK = 1  # the engine counts the stack itself among the resources
NEW_ENTRY = {"owner": "it@initech.example", "keys": {naming.DEFAULT_KEY: {"rotate": "manual"}}}


def onboard_two_tenants(story: Story, world: World) -> None:
    """`pulumi up` of the staging environment."""
    with story.step("pulumi up --stack dev: acme and globex are onboarded"):
        world.dev.create_stack()
        stack_file.change(world.stack_file("dev"), lambda config: config.update(_issuers(world.issuer.base_url)))
        _up(story, world.dev)
        tenants = world.dev.outputs()["tenants"]
        story.check("both tenants have a secret, a KMS key and a reader of their own", holds=_apart(tenants))


def put_a_key_in(story: Story, world: World) -> None:
    """The operator's command, with the value on standard input."""
    with story.step("An operator puts acme's key in, from standard input"):
        story.tell("$ printf %s … | tenant-keys put-key acme")
        said = world.tenant_keys("put-key", "acme", given=world.value)
        story.show(said)
        story.check("the command tells version and time, and not the value", holds=world.value not in said)
        story.show(world.tenant_keys("status", columns=story.width))


def read_it_back(story: Story, world: World) -> None:
    """Who may read, and who may not."""
    with story.step("The backend reads it, and nobody else"):
        story.check("the backend reads acme's key, as acme's reader", holds=world.backend().get("acme") == world.value)
        secrets = {
            "acme's reader is refused globex's key": (world.reader("acme"), world.secret("globex")),
            "globex's reader is refused acme's key": (world.reader("globex"), world.secret("acme")),
            "the writer, who put it in, is refused acme's key": (world.writer(), world.secret("acme")),
            "the deployer, who made the secret, is refused acme's key": (
                world.client("dev-deployer"),
                world.secret("acme"),
            ),
            "an administrator of the account is refused acme's key": (
                world.client("dev-administrator"),
                world.secret("acme"),
            ),
        }
        for fact, (client, secret) in secrets.items():
            code = refusal(client.get_secret_value, SecretId=secret, VersionStage="AWSCURRENT")
            story.check(fact, holds=is_denied(code), because=code or "it was read")


def onboard_one_more(story: Story, world: World) -> None:
    """A one-entry change of the stack file, previewed and brought up."""
    with story.step(f"One entry more in Pulumi.dev.yaml: {NEW_TENANT} is onboarded"):
        stack_file.add_tenant(world.stack_file("dev"), NEW_TENANT, NEW_ENTRY)
        before = _urns(world.dev)
        changes = world.dev.changes()
        story.check(
            "the preview creates something and changes nothing that is there",
            holds=set(changes) == {"create", "same"} and changes["same"] == len(before) + _STACK,
            because=", ".join(f"{count} {kind}" for kind, count in sorted(changes.items())),
        )
        _up(story, world.dev, tree=False)
        new = set(_urns(world.dev)) - set(before)
        strangers = [urn for urn in new if NEW_TENANT not in urn.rsplit("::", 1)[-1]]
        story.check(
            f"what was created is {NEW_TENANT}'s, all of it",
            holds=len(new) == changes["create"] and not strangers,
            because=f"{len(new)} resources",
        )


def bring_prod_up(story: Story, world: World) -> None:
    """Production, in an account of its own."""
    with story.step("pulumi up --stack prod: the same tenants, in an account of their own"):
        world.prod.create_stack()
        _up(story, world.prod, tree=False)
        arns = json.dumps(world.prod.outputs())
        dev, prod = world.names("dev").account, world.names("prod").account
        story.check(f"everything is in account {prod}, nothing in {dev}", holds=prod in arns and dev not in arns)


def reach_for_prod(story: Story, world: World) -> None:
    """What the identities of staging can do there."""
    with story.step("Staging's identities reach for production"):
        names = world.names("prod")
        roles = {
            "readers": (names.reader_role_arn("acme"), naming.reader_session_name("acme")),
            "writers": (names.writer_role_arn(), "demo"),
            "deployers": (world.sandbox.settings["prod"].deploy_role, "demo"),
        }
        for who, profile in (
            ("backend", "dev-backend"),
            ("operator", "dev-operator"),
            ("CI", "dev-ci"),
            ("administrator", "dev-administrator"),
        ):
            sts = world.sandbox.session(profile).client("sts")
            codes = {
                role: refusal(sts.assume_role, RoleArn=arn, RoleSessionName=name) for role, (arn, name) in roles.items()
            }
            opened = [role for role, code in codes.items() if not is_denied(code)]
            fact = f"dev's {who} becomes none of prod's {', '.join(roles)}"
            story.check(fact, holds=not opened, because=f"became {', '.join(opened)}" if opened else "AccessDenied")


def deploy_prod_from_dev(story: Story, world: World) -> None:
    """A run of prod with the credentials of dev."""
    with story.step("pulumi up --stack prod, with dev's credentials by mistake"):
        mistaken = Engine(world.sandbox, "prod", profile="dev-ci")
        before = _urns(world.prod)
        said = _refusal_of_up(mistaken)
        dev, prod = world.names("dev").account, world.names("prod").account
        story.check("it is refused, and the message names both accounts", holds=dev in said and prod in said)
        story.check(
            "nothing was registered",
            holds="Nothing was registered" in said and _urns(world.prod) == before,
        )


def bring_both_up_again(story: Story, world: World) -> None:
    """A second `up` of what is there already."""
    with story.step("pulumi up of both environments once more"):
        for engine in (world.dev, world.prod):
            before = _urns(engine)
            said = engine.up()
            counts = said[said.rindex("Resources:") :].splitlines()[1]
            story.check(
                f"{engine.stack}: no change",
                holds=counts.strip() == f"{len(before) + _STACK} unchanged" and _urns(engine) == before,
                because=counts.strip(),
            )


def search_the_states(story: Story, world: World) -> None:
    """The value, looked for in everything that Pulumi keeps."""
    with story.step("The exported states of both environments are searched for the value"):
        for engine in (world.dev, world.prod):
            state = json.dumps(engine.state())
            size = f"{len(state) // 1024} KiB searched"
            story.check(f"{engine.stack}: the value is not in it", holds=world.value not in state, because=size)
        needle = world.value.encode()
        files = [path for path in (world.sandbox.folder / "state").rglob("*") if path.is_file()]
        found = [path.name for path in files if needle in path.read_bytes()]
        story.check(
            "nor in any file of the engine's backend, histories and backups included",
            holds=bool(files) and not found,
            because=f"{len(files)} files",
        )


STEPS = (
    onboard_two_tenants,
    put_a_key_in,
    read_it_back,
    *ROTATION_STEPS,
    *AUDIT_STEPS,
    onboard_one_more,
    bring_prod_up,
    reach_for_prod,
    deploy_prod_from_dev,
    bring_both_up_again,
    search_the_states,
)


def _issuers(base_url: str) -> dict[str, Any]:
    """What the stack file says of issuers, with a stand-in on this machine instead of the real one."""
    return {
        "tenant-keys:issuers": {
            "sendgrid": {"adapter": "sendgrid", "baseUrl": base_url, "options": {"scopes": ["mail.send"]}}
        }
    }


def _up(story: Story, engine: Engine, *, tree: bool = True) -> None:
    """Brings a stack up, visibly: the engine's live tree at a terminal, else its tree of the stack afterwards."""
    if story.console.is_terminal:
        engine.up_at_terminal()
        return
    said = engine.up()
    if tree:
        story.show(engine.tree())
    story.show(said[said.rindex("Resources:") :])


def _refusal_of_up(engine: Engine) -> str:
    try:
        engine.up()
    except EngineError as error:
        return str(error)
    return ""


def _urns(engine: Engine) -> list[str]:
    """The URNs in a stack's state, without the stack's own; a stack that was never up has none."""
    resources: list[dict[str, Any]] = engine.state()["deployment"].get("resources", [])
    return sorted(each["urn"] for each in resources if each["type"] != "pulumi:pulumi:Stack")


def _apart(tenants: dict[str, dict[str, Any]]) -> bool:
    """Whether no two tenants share anything that the stack exports."""
    everything = [
        arn
        for tenant in tenants.values()
        for arn in (tenant["kmsKeyArn"], tenant["readerRoleArn"], *tenant["secretArns"].values())
    ]
    return len(tenants) > 1 and len(set(everything)) == len(everything)
