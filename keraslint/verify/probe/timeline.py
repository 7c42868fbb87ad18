"""When each step of a training ended."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager

# A program is timed by the first of these of which it made any step.
FAMILIES = (("train", "train_on_batch", "custom"), ("predict", "evaluate"), ("call",), ("iterate",))

_SWALLOWED = 3


class Cut(BaseException):
    """Ends the script: it ran for as long as it was asked to."""


class Steps:
    """Steps of one family; in arrays, since a program may take millions."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.began = 0.0
        self.first_ended = 0.0
        self.first_cpu = 0.0
        self.first_waited = 0.0
        self.ended = 0.0
        self.cpu = 0.0
        self.waited = 0.0
        self.times = array("d")

    def add(self, kind: str, began: float, ended: float, cpu: float, waited: float, count: int) -> None:
        """Note a call that took ``count`` steps; Python has waited so long for elements since its start."""
        if not self.kinds:
            self.began = began
            self.first_ended = ended
            self.first_cpu = cpu
            self.first_waited = waited
        elif count == 1:
            self.times.append(ended - self.ended)
        else:
            self.times.extend([(ended - self.ended) / count] * count)
        self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.ended = ended
        self.cpu = cpu
        self.waited = waited

    def extend(self, ended: float, cpu: float) -> None:
        """Let the last step end later."""
        if self.times:
            self.times[-1] += ended - self.ended
        else:
            self.first_ended = ended
            self.first_cpu = cpu
        self.ended = ended
        self.cpu = cpu

    @property
    def kind(self) -> str:
        """What most of the steps were."""
        return max(self.kinds, key=lambda kind: self.kinds[kind])

    @property
    def waited_before(self) -> float:
        """How long Python waited for elements before the first step; one that is an element waits itself."""
        return 0.0 if self.kind == "iterate" else self.first_waited


class Timeline:
    """All steps of the process, and where the script is cut."""

    def __init__(
        self, steps: int | None, seconds: float | None, untrained: bool, wall: float | None = None
    ) -> None:
        self.is_cut = False
        self._until = None if wall is None else time.perf_counter() + wall
        self._steps = steps
        self._seconds = seconds
        self._untrained = untrained
        self._raised = 0
        self._waited = 0.0
        self._left_out = 0.0
        # What to do about a script that catches Cut again and again.
        self.when_defied: Callable[[], None] | None = None
        self._process = os.getpid()
        self._by_family = [Steps() for _ in FAMILIES]
        self._family = {
            kind: self._by_family[place] for place, kinds in enumerate(FAMILIES) for kind in kinds
        }

    def now(self) -> float:
        """The time, without what is no part of the training."""
        return time.perf_counter() - self._left_out

    @contextmanager
    def leaving_out(self) -> Iterator[None]:
        """Take what happens for no part of the training: it fills the memory that it then trains from."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._left_out += time.perf_counter() - began

    def step(self, kind: str, began: float, count: int = 1) -> None:
        """Note that a call of ``count`` steps has just ended; raises Cut where the script is to end."""
        ended = self.now()
        if os.getpid() != self._process:
            return
        if not self.is_cut:
            self._family[kind].add(kind, began, ended, time.process_time(), self._waited, count)
            self.is_cut = self._is_over(ended)
        if self.is_cut:
            self._raised += 1
            if self._raised > _SWALLOWED and self.when_defied is not None:
                self.when_defied()
            raise Cut

    def _is_over(self, now: float) -> bool:
        # A loop that calls a model several times for each update is cut by its updates.
        steps = self.steps
        if steps is None or not (self._untrained or steps is self._by_family[0]):
            return False
        return (
            (self._steps is not None and len(steps.times) >= self._steps)
            or (self._seconds is not None and now - steps.first_ended >= self._seconds)
            or (self._until is not None and now >= self._until and bool(steps.times))
        )

    def wait(self, began: float) -> None:
        """Note that Python waited until now for an element of a dataset."""
        self._waited += self.now() - began

    def extend(self, kind: str) -> None:
        """Let the last step last until now: its call had an end of its own to come to."""
        if not self.is_cut and self._family[kind].kinds and os.getpid() == self._process:
            self._family[kind].extend(self.now(), time.process_time())

    @property
    def steps(self) -> Steps | None:
        """The steps by which the program is timed."""
        return next((steps for steps in self._by_family if steps.kinds), None)
