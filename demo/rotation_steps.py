"""The demo's second half: keys are renewed, on request and by themselves, and nothing is ever out of order."""

from datetime import timedelta
from typing import Any

from demo.story import Story
from demo.world import World

_DAY = timedelta(days=1)
_DUE = timedelta(hours=2)
_GRACE = timedelta(hours=25)  # acme's is 24 hours, and the revocation is a job of its own


def renew_on_request(story: Story, world: World) -> None:
    """From a key that people have seen to one that nobody has."""
    with story.step("acme's key is renewed on request, at its issuer, over HTTP"):
        story.tell("$ printf %s … | tenant-keys put-admin sendgrid")
        story.show(world.tenant_keys("put-admin", "sendgrid", given=world.issuer.admin))
        story.tell("$ tenant-keys rotate acme")
        said = world.tenant_keys("rotate", "acme")
        story.show(said)
        new = world.read("acme")
        story.check("the backend reads another key than the one that was put in", holds=new != world.value)
        story.check("the issuer accepts it", holds=world.issuer.accepts(new))
        story.check("the command told no value", holds=new not in said and world.value not in said)


def let_a_month_pass(story: Story, world: World) -> None:
    """The schedule, without anyone's doing."""
    with story.step("A month passes: acme's key is renewed by itself"):
        old = world.read("acme")
        world.wait_until_due("acme")
        story.check("it is not renewed before its day", holds=world.read("acme") == old)
        world.advance(_DUE)
        story.tell(f"Nobody did anything. It was renewed at {world.rotations('acme')[-1]['endedAt']}.")
        new = world.read("acme")
        story.check("the backend reads a new key", holds=new != old)
        story.check("the issuer accepts the new key", holds=world.issuer.accepts(new))
        story.check("and the old one, which some process may still hold", holds=world.issuer.accepts(old))
        world.advance(_GRACE)
        story.check("after the grace of 24 hours the old one is gone", holds=not world.issuer.accepts(old))
        story.check("the new one still works", holds=world.issuer.accepts(world.read("acme")))
        mail = world.mails("acme")[-1]
        story.tell(f"Mail to {mail['address']}:")
        story.show(f"{mail['subject']}\n\n{mail['text']}")
        story.check("acme's owner was told, and the mail holds no value", holds=_tells(mail, "acme", [old, new]))
        told = [each for each in world.sandbox.mails() if each["topic"] == mail["topic"]]
        others = [each for each in told if each["address"] != mail["address"]]
        story.check("no other owner was", holds=not any("acme" in each["text"] for each in others))


def let_the_issuer_fail(story: Story, world: World) -> None:
    """A rotation that can't be done, and the next one, which can."""
    with story.step("The issuer fails for a while"):
        old = world.read("acme")
        world.wait_until_due("acme")
        world.issuer.fail("503")
        world.advance(_DAY)
        mail = world.mails("acme")[-1]
        story.tell(f"Mail to {mail['address']}: {mail['subject']}")
        story.check("acme's owner was told of the failure", holds="could not be renewed" in mail["subject"])
        story.check("the key in use did not change, and works", holds=world.read("acme") == old)
        story.show(world.tenant_keys("rotations", columns=story.width))
        world.issuer.fail(None)
        story.check("it works at the issuer, too", holds=world.issuer.accepts(old))
        story.tell("The issuer is well again; the stuck rotation is resumed:")
        story.tell("$ tenant-keys resume acme")
        world.tenant_keys("resume", "acme")
        world.advance(_DAY)
        new = world.read("acme")
        story.check("the key is renewed", holds=new != old and world.issuer.accepts(new))
        ours = [name for name in world.issuer.names() if name.startswith("tk-")]
        world.advance(_GRACE)
        story.check(
            "no key is left over at the issuer: one of ours lives, the current one",
            holds=len([name for name in world.issuer.names() if name.startswith("tk-")]) == 1,
            because=f"{len(ours)} during the grace",
        )


ROTATION_STEPS = (renew_on_request, let_a_month_pass, let_the_issuer_fail)


def _tells(mail: dict[str, Any], tenant: str, values: list[str]) -> bool:
    """Whether a mail tells of a tenant, and of no value."""
    text = f"{mail['subject']} {mail['text']}"
    return tenant in text and not any(value in text for value in values)
