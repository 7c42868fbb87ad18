"""A progress bar, for runs that take long enough to wonder."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

_PATIENCE_SECONDS = 1.0


class ProgressBar:
    """Shows nothing off a terminal, and nothing in the first second."""

    def __init__(self, console: Callable[[], Console], *, wanted: bool) -> None:
        self._console = console
        self._wanted = wanted
        self._start = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Take note of how far the run has come."""
        if not self._wanted:
            return
        if self._bar is None:
            if time.monotonic() - self._start < _PATIENCE_SECONDS:
                return
            console = self._console()
            if not console.is_terminal:
                self._wanted = False
                return
            from rich.progress import BarColumn
            from rich.progress import MofNCompleteColumn
            from rich.progress import Progress as Bar
            from rich.progress import TextColumn
            from rich.progress import TimeRemainingColumn

            columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=console, transient=True)
            self._bar.add_task("", total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)
