"""How far a measurement has come: which rule, and what of it."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import SpinnerColumn
from rich.progress import TextColumn
from rich.progress import TimeElapsedColumn


class MeasuringBar:
    """Shows nothing off a terminal."""

    def __init__(self, console: Console, rules: int) -> None:
        columns = (
            SpinnerColumn(),
            MofNCompleteColumn(),
            BarColumn(20),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=rules)
        self._rule = ""

    def __enter__(self) -> MeasuringBar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, rule: str) -> None:
        """The next rule."""
        self._rule = rule
        self.tell("")

    def tell(self, words: str) -> None:
        """What of the rule is being measured."""
        self._progress.update(self._task, description=f"{self._rule}: {words}" if words else self._rule)

    def end(self) -> None:
        """The rule is measured."""
        self._progress.advance(self._task)
