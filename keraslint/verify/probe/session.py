"""What the hooks of one process share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .timeline import Timeline

if TYPE_CHECKING:
    from .capture import Capture
    from .memory import Memory


class Session:
    """The timeline, the arms, and whether Keras or the script is at work."""

    def __init__(self, timeline: Timeline, memory: Memory | None, capture: Capture | None) -> None:
        self.timeline = timeline
        self.memory = memory
        self.capture = capture
        # When Keras calls a hooked function itself, that is no step of the script's own.
        self.inside_keras = 0
        self.tape_entered: float | None = None

    @contextmanager
    def keras(self) -> Iterator[None]:
        """Mark what happens as Keras's doing."""
        self.inside_keras += 1
        try:
            yield
        finally:
            self.inside_keras -= 1

    def update_began(self) -> float:
        """When the eager step that just ended began: where its gradients began to be recorded."""
        began, self.tape_entered = self.tape_entered, None
        return self.timeline.now() if began is None else began


def executing_eagerly() -> bool:
    """Whether operations run at once, and are not being traced into a graph."""
    stateless = sys.modules.get("keras.src.backend.common.stateless_scope")
    if stateless is not None and stateless.in_stateless_scope():
        return False
    context = sys.modules.get("tensorflow.python.eager.context")
    return context is None or bool(context.executing_eagerly())
