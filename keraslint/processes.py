"""A function over many items in several processes; what comes out never depends on how many."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.connection import wait
from typing import Any
from typing import TypeVar

from keraslint.source.stack import run_with_deep_stack

T = TypeVar("T")
R = TypeVar("R")

_SPAWN = multiprocessing.get_context("spawn")


def available_processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Runs functions over items; with one job in this very process.

    Processes are started once, and get one item at a time, the heaviest first.
    Functions and items travel to them, so they must be picklable.
    """

    def __init__(self, jobs: int) -> None:
        self._workers: list[_Worker] = []
        self._jobs = jobs

    def __enter__(self) -> Workers:
        if self._jobs > 1:
            self._workers = [_Worker() for _ in range(self._jobs)]
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for worker in self._workers:
            worker.end(at_once=kind is not None)

    def map(
        self,
        function: Callable[[T], R],
        items: Sequence[T],
        *,
        weight: Callable[[T], int],
        crashed: Callable[[T], R],
    ) -> Iterator[tuple[int, R]]:
        """Each result with the number of its item, as they are done.

        An item over which a process dies is tried once more; then ``crashed`` makes its result up.
        """
        if not self._workers:
            for number, item in enumerate(items):
                yield number, run_with_deep_stack(function, item)
            return
        waiting = deque(sorted(range(len(items)), key=lambda number: -weight(items[number])))
        tried_again: set[int] = set()
        busy: dict[Any, tuple[int, int]] = {}
        for place in range(len(self._workers)):
            self._feed(place, function, items, waiting, busy)
        while busy:
            for ready in wait(list(busy)):
                place, number = busy.pop(ready)
                answer = self._workers[place].answer()
                if answer is not None:
                    yield number, _result(answer)
                else:
                    self._workers[place] = _Worker()
                    if number in tried_again:
                        yield number, crashed(items[number])
                    else:
                        tried_again.add(number)
                        waiting.appendleft(number)
                self._feed(place, function, items, waiting, busy)

    def _feed(
        self,
        place: int,
        function: Callable[[T], R],
        items: Sequence[T],
        waiting: deque[int],
        busy: dict[Any, tuple[int, int]],
    ) -> None:
        if waiting:
            number = waiting.popleft()
            worker = self._workers[place]
            worker.give(function, items[number])
            busy[worker.connection] = place, number


class _Worker:
    """A process, and the line to it."""

    def __init__(self) -> None:
        self.connection, other = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._function: Callable[..., Any] | None = None

    def give(self, function: Callable[[T], R], item: T) -> None:
        """Send an item; the function goes with it where the process does not have it yet."""
        known = self._function is function
        self._function = function
        try:
            self.connection.send((None if known else function, item))
        except OSError:
            return  # it died; whoever waits for the answer will see

    def answer(self) -> tuple[bool, Any] | None:
        """Whether it went well, and the result or what was raised; None where the process died."""
        try:
            received: tuple[bool, Any] = self.connection.recv()
        except (EOFError, OSError):
            self.end(at_once=True)
            return None
        return received

    def end(self, *, at_once: bool) -> None:
        """Let the process go."""
        self.connection.close()
        if at_once:
            self._process.terminate()
        self._process.join()


def _result(answer: tuple[bool, Any]) -> Any:
    went_well, value = answer
    if not went_well:
        raise value
    return value


def _serve(connection: Connection) -> None:
    """Answer until nobody is at the other end of the line."""
    # Who interrupts the run from the keyboard means the process that started this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    run_with_deep_stack(_answer_all, connection)


def _end_with_parent() -> None:
    """End at once when the process is killed that started this one: nobody waits for the answer."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _answer_all(connection: Connection) -> None:
    function: Callable[[Any], Any] | None = None
    while True:
        try:
            sent, item = connection.recv()
        except (EOFError, OSError):
            return
        function = sent or function
        assert function is not None
        try:
            answer = (True, function(item))
        except Exception as error:
            answer = (False, error)
        connection.send(answer)
