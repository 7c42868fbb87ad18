"""When to lint: after a short silence, in a thread of its own, and nothing that is out of date."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic
from typing import ParamSpec
from typing import TypeVar

from keraslint.session import OutdatedError
from keraslint.source.stack import run_with_deep_stack

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

# A pause in typing that is long enough to say something.
SILENCE = 0.15
# Whoever types on without a pause is told something all the same.
_LONGEST_WAIT = 2.0


class Scheduler(Generic[T]):
    """Runs one piece of work at a time, again whenever something changed.

    ``prepare`` is called on the loop and returns the work, which gets a function that tells
    whether it is out of date; ``done`` gets what came of it, on the loop.
    """

    def __init__(
        self,
        prepare: Callable[[], Callable[[Callable[[], bool]], T]],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._prepare = prepare
        self._done = done
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, "keraslint")
        self._asked = 0
        self._answered = 0
        self._urgent = 0
        self._since: float | None = None
        self._due = 0.0
        self._changed = asyncio.Event()
        self._settled = asyncio.Condition()
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    def change(self, wait: float = SILENCE) -> None:
        """Have the work done again, once nothing else changes for so long."""
        now = self._loop.time()
        self._asked += 1
        self._since = now if self._since is None else self._since
        self._due = min(now + wait, self._since + _LONGEST_WAIT)
        self._changed.set()

    async def settled(self) -> None:
        """Wait until what is known now is worked in, and do that without waiting for silence."""
        asked = self._asked
        self._urgent = asked
        self._changed.set()
        async with self._settled:
            await self._settled.wait_for(lambda: self._answered >= asked)

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What a function returns that may only run between two pieces of work."""
        return await self._loop.run_in_executor(
            self._thread, lambda: run_with_deep_stack(function, *args, **kwargs)
        )

    async def _run(self) -> None:
        while True:
            await self._silence()
            asked = self._asked
            try:
                self._done(await self.call(self._prepare(), self._outdated(asked)))
            except OutdatedError:
                continue
            except Exception as error:
                self._failed(error)
            async with self._settled:
                self._answered = asked
                if self._asked == asked:
                    self._since = None
                self._settled.notify_all()

    def _outdated(self, asked: int) -> Callable[[], bool]:
        """Whether something changed since; of work that was put off for long, nobody says so."""
        overdue = self._since is not None and self._loop.time() >= self._since + _LONGEST_WAIT
        return lambda: not overdue and self._asked != asked

    async def _silence(self) -> None:
        """Wait until there is something to do and nothing more seems to come."""
        while self._answered == self._asked:
            self._changed.clear()
            await self._changed.wait()
        while self._urgent <= self._answered and (left := self._due - self._loop.time()) > 0:
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
