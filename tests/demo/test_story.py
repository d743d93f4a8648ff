"""How the demo tells facts: each with a mark, and with an exit code that can't hide a broken one."""

import io

import pytest
from rich.console import Console

from demo.story import Story


@pytest.fixture
def story() -> Story:
    return Story(Console(file=io.StringIO(), width=100, force_terminal=False))


def told(story: Story) -> str:
    assert isinstance(story.console.file, io.StringIO)
    return story.console.file.getvalue()


def test_a_fact_that_holds_gets_a_mark_and_its_evidence(story: Story) -> None:
    story.check("the writer is refused", holds=True, because="AccessDenied")
    assert "✓ the writer is refused (AccessDenied)" in told(story)
    assert story.exit_code == 0


def test_one_broken_fact_among_others_makes_the_demo_fail_and_is_told_again_at_the_end(story: Story) -> None:
    with story.step("A step"):
        story.check("the first", holds=True)
        story.check("the second", holds=False)
        story.check("the third", holds=True)
    story.end()
    assert story.exit_code == 1
    assert told(story).count("✗ the second") == 2
    assert "1 of 3 facts do not hold" in told(story)


def test_a_demo_that_checked_nothing_has_not_succeeded(story: Story) -> None:
    assert story.exit_code == 1


def test_brackets_in_what_a_command_printed_are_shown_as_they_are(story: Story) -> None:
    story.show("[red]not a colour[/]\nsecond line")
    assert "   │ [red]not a colour[/]\n   │ second line" in told(story)


def test_each_step_is_timed(story: Story) -> None:
    moments = iter([10.0, 12.5, 20.0, 21.0])
    timed = Story(story.console, clock=lambda: next(moments))
    for title in ("One", "Two"):
        with timed.step(title):
            pass
    timed.end()
    assert [(step.title, step.seconds) for step in timed.steps] == [("One", 2.5), ("Two", 1.0)]
    assert "3.5" in told(story)
