"""`make demo`, as a person runs it, and when what it claims is not true."""

import re
import subprocess
import sys

import pytest

from demo import steps
from demo.issuer import FakeIssuer
from demo.story import Story
from demo.world import World
from sandbox import Sandbox
from tests.recording import ROOT

pytestmark = pytest.mark.engine


def test_the_demo_tells_its_story_and_every_fact_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"All (\d+) facts hold\.", done.stdout)
    assert found
    assert done.stdout.count("✓") == int(found[1])
    assert not re.search(r"SG\.[\w-]{8}", done.stdout + done.stderr), "the demo shows no value either"


def test_the_demo_notices_when_the_wrong_one_can_read(deployed: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The same step with a writer that is the reader in truth."""
    from rich.console import Console  # noqa: PLC0415 - bound to the captured output

    class Careless(World):
        def writer(self):  # noqa: ANN202 - as in World
            return self.reader("acme")

    world = Careless(deployed, FakeIssuer(deployed.folder), "SG.demo-canary")
    world.tenant_keys("put-key", "acme", given=world.value)
    story = Story(Console())
    steps.read_it_back(story, world)
    assert story.broken == ["the writer, who put it in, is refused acme's key"]
    assert "✗ the writer" in capsys.readouterr().out
