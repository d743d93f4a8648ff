import io

from rich.console import Console

from toolchain.progress import TerminalReport


def test_without_a_terminal_a_count_is_a_plain_line_every_fifteen_seconds() -> None:
    output, now = io.StringIO(), 0.0
    report = TerminalReport(Console(file=output), clock=lambda: now)
    with report.count("packages", 100) as update:
        for step in range(1, 41):
            now = float(step)
            update(step)
    assert output.getvalue() == "  packages: 15 of 100\n  packages: 30 of 100\n"


def test_on_a_terminal_a_count_is_a_bar_that_goes_away() -> None:
    output = io.StringIO()
    report = TerminalReport(Console(file=output, force_terminal=True, width=100))
    with report.count("packages", 100) as update:
        update(42)
    assert "42/100" in output.getvalue()


def test_what_is_said_is_not_taken_for_markup_or_wrapped() -> None:
    output = io.StringIO()
    sentence = "found [red] " + "x" * 200
    TerminalReport(Console(file=output, width=40)).say(sentence)
    assert output.getvalue() == sentence + "\n"
