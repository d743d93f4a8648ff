"""How the demo speaks: numbered steps with their time, and a mark for each fact that was checked."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_MARGIN = "   │ "


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that was told: its title and how many seconds it took."""

    title: str
    seconds: float


class Story:
    """Tells steps and facts on a console, and remembers which facts did not hold."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.steps: list[Step] = []
        self.broken: list[str] = []
        self.held = 0
        self._clock = clock

    @property
    def exit_code(self) -> int:
        """0 if every fact that was checked holds, and at least one was."""
        return 0 if self.held and not self.broken else 1

    @property
    def width(self) -> int:
        """How many columns are left to what `show` shows."""
        return self.console.width - len(_MARGIN)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Tells what comes, and afterwards knows how long it took."""
        self.console.print(f"\n[bold cyan]{len(self.steps) + 1}. {escape(title)}[/]")
        begun = self._clock()
        yield
        self.steps.append(Step(title=title, seconds=self._clock() - begun))

    def tell(self, sentence: str) -> None:
        """Says something that is not checked."""
        self.console.print(f"   [dim]{escape(sentence)}[/]")

    def show(self, text: str) -> None:
        """Shows what a command printed."""
        for line in text.rstrip().splitlines():
            self.console.print(f"{_MARGIN}{escape(line)}", style="dim", soft_wrap=True)

    def check(self, fact: str, *, holds: bool, because: str = "") -> None:
        """Marks a fact as true or as broken; `because` is the evidence, in a few words."""
        mark = "[bold green]✓[/]" if holds else "[bold red]✗[/]"
        self.console.print(f"   {mark} {escape(fact)}" + (f" [dim]({escape(because)})[/]" if because else ""))
        if holds:
            self.held += 1
        else:
            self.broken.append(fact)

    def end(self) -> None:
        """Tells the timings and the verdict."""
        table = Table(title="How long it took", title_justify="left", box=box.SIMPLE)
        table.add_column("step", overflow="fold")
        table.add_column("seconds", justify="right", no_wrap=True)
        for number, step in enumerate(self.steps, 1):
            table.add_row(f"{number:2}. {escape(step.title)}", f"{step.seconds:.1f}")
        table.add_section()
        table.add_row("all", f"{sum(step.seconds for step in self.steps):.1f}")
        self.console.print("\n", table)
        if self.broken:
            self.console.print(
                f"\n[bold red]{len(self.broken)} of {self.held + len(self.broken)} facts do not hold:[/]"
            )
            for fact in self.broken:
                self.console.print(f"   ✗ {escape(fact)}")
        else:
            self.console.print(f"\n[bold green]All {self.held} facts hold.[/]")
