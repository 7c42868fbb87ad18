"""How far the evaluation of a program goes: depth, repetition, and time counted in statements."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.lowering.ir import Site

MAX_DEPTH = 40
MAX_RECURSION = 2
MAX_CLOSURES = 8
MAX_UNROLLED = 64
MAX_UNROLLED_TOGETHER = 256
STEPS_PER_STATEMENT = 20_000
STEPS_PER_UNCALLED = 2_000
FREE_CALLS = 8
MAX_TRIED_TOGETHER = 2
STEPS_PER_FUNCTION = 5_000
STEPS_PER_LOOK = 200

_look: ContextVar[Callable[[], None] | None] = ContextVar("look", default=None)


@contextmanager
def interrupted_by(look: Callable[[], None]) -> Iterator[None]:
    """Have evaluations inside call a function every now and then: where it raises, they end."""
    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


@dataclass(slots=True)
class _Spent:
    """What the calls of one function have cost so far, in statements, those of its callees included."""

    calls: int = 0
    steps: int = 0


class Bounds:
    """What one evaluation may still do.

    A statement at module level may take so many steps, and so may all calls of
    one function after the first few; ``ticks`` counts all statements, ``cuts`` the calls that were not
    followed.
    """

    def __init__(self) -> None:
        self.cuts = 0
        self._steps = 0
        self.ticks = 0
        self._unrolled = 1
        self._tried = 0
        self._spent: dict[Site, _Spent] = {}
        self._look = _look.get()

    def begin_statement(self) -> None:
        """A statement at module level begins."""
        self._steps = 0

    def begin_uncalled(self) -> None:
        """A function that nothing calls begins: little is certain there, and a library has thousands."""
        self._steps = STEPS_PER_STATEMENT - STEPS_PER_UNCALLED

    def step(self) -> None:
        """One statement runs."""
        self._steps += 1
        self.ticks += 1
        if self._look is not None and self.ticks % STEPS_PER_LOOK == 0:
            self._look()

    def may_call(self, function: Function, frames: Sequence[Frame]) -> bool:
        """Whether a call may be followed; one that may not is counted."""
        same = [frame.function for frame in frames if frame.function.node is function.node]
        # One that another call made closes over other things: it calls itself less than it seems to.
        depth = sum(each.scopes == function.scopes for each in same)
        spent = self._spent.get(function.site)
        if (
            len(frames) >= MAX_DEPTH
            or depth >= MAX_RECURSION
            or len(same) >= MAX_CLOSURES
            or self._steps > STEPS_PER_STATEMENT
            or (spent is not None and spent.calls > FREE_CALLS and spent.steps > STEPS_PER_FUNCTION)
        ):
            self.cuts += 1
            return False
        return True

    @contextmanager
    def call(self, function: Function) -> Iterator[None]:
        """Charge what runs inside to a function."""
        before = self.ticks
        yield
        spent = self._spent.setdefault(function.site, _Spent())
        spent.calls += 1
        spent.steps += self.ticks - before

    def may_try(self) -> bool:
        """Whether the passes of a loop may be tried: loops inside loops multiply what that costs."""
        return self._tried < MAX_TRIED_TOGETHER and self._steps < STEPS_PER_STATEMENT // 4

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Passes of a loop are tried inside."""
        self._tried += 1
        yield
        self._tried -= 1

    def may_unroll(self, passes: int) -> bool:
        """Whether a loop of so many passes may run pass by pass, with those that are open around it."""
        return passes <= MAX_UNROLLED and self._unrolled * passes <= MAX_UNROLLED_TOGETHER

    @contextmanager
    def unrolling(self, passes: int) -> Iterator[None]:
        """A loop runs pass by pass inside."""
        around = self._unrolled
        self._unrolled *= max(1, passes)
        yield
        self._unrolled = around
