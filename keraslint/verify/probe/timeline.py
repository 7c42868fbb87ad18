"""When each step of a training ended."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable

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
        self.ended = 0.0
        self.cpu = 0.0
        self.times = array("d")

    def add(self, kind: str, began: float, ended: float, cpu: float, count: int) -> None:
        """Note a call that took ``count`` steps."""
        if not self.kinds:
            self.began = began
            self.first_ended = ended
            self.first_cpu = cpu
        elif count == 1:
            self.times.append(ended - self.ended)
        else:
            self.times.extend([(ended - self.ended) / count] * count)
        self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.ended = ended
        self.cpu = cpu

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
        # What to do about a script that catches Cut again and again.
        self.when_defied: Callable[[], None] | None = None
        self._process = os.getpid()
        self._by_family = [Steps() for _ in FAMILIES]
        self._family = {
            kind: self._by_family[place] for place, kinds in enumerate(FAMILIES) for kind in kinds
        }

    def step(self, kind: str, began: float, count: int = 1) -> None:
        """Note that a call of ``count`` steps has just ended; raises Cut where the script is to end."""
        ended = time.perf_counter()
        if os.getpid() != self._process:
            return
        steps = self._family[kind]
        if not self.is_cut:
            steps.add(kind, began, ended, time.process_time(), count)
            if not (self._untrained or steps is self._by_family[0]):
                return
            self.is_cut = (
                (self._steps is not None and len(steps.times) >= self._steps)
                or (self._seconds is not None and ended - steps.first_ended >= self._seconds)
                or (self._until is not None and ended >= self._until and bool(steps.times))
            )
        if self.is_cut:
            self._raised += 1
            if self._raised > _SWALLOWED and self.when_defied is not None:
                self.when_defied()
            raise Cut

    def extend(self, kind: str) -> None:
        """Let the last step last until now: its call had an end of its own to come to."""
        if not self.is_cut and self._family[kind].kinds and os.getpid() == self._process:
            self._family[kind].extend(time.perf_counter(), time.process_time())

    @property
    def steps(self) -> Steps | None:
        """The steps by which the program is timed."""
        return next((steps for steps in self._by_family if steps.kinds), None)
