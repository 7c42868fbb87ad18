"""Room for deep programs: parsers recurse as deep as the code that they read nests."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from typing import ParamSpec
from typing import TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Address space, not memory: pages are taken only when the recursion reaches them.
_STACK_SIZES = (512 * 2**20, 64 * 2**20, 0)
_RECURSION_LIMIT = 200_000

_lock = threading.Lock()
_here = threading.local()
_running = 0
_usual_limit = 0


def run_with_deep_stack(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a thread with a large stack; return what it returns, raise what it raises."""
    if getattr(_here, "deep", False):
        return function(*args, **kwargs)
    outcome: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        _here.deep = True
        try:
            with _raised_recursion_limit():
                outcome.append(function(*args, **kwargs))
        except BaseException as error:
            failure.append(error)

    _started(work).join()
    if failure:
        raise failure[0]
    return outcome[0]


def _started(work: Callable[[], Any]) -> threading.Thread:
    """A running thread with the largest stack that the system gives."""
    for size in _STACK_SIZES:
        # A daemon, so that an interrupted run does not wait for it.
        thread = threading.Thread(target=work, daemon=True)
        # The size is that of the whole process's next thread.
        with _lock:
            usual = threading.stack_size(size)
            try:
                thread.start()
            except RuntimeError:
                if size == 0:
                    raise
                continue
            finally:
                threading.stack_size(usual)
        return thread
    raise AssertionError("the last size either starts or raises")


@contextmanager
def _raised_recursion_limit() -> Iterator[None]:
    """Lift the interpreter's limit while any deep call runs; it is one for all threads."""
    global _running, _usual_limit
    with _lock:
        if _running == 0:
            _usual_limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_usual_limit, _RECURSION_LIMIT))
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0:
                sys.setrecursionlimit(_usual_limit)
