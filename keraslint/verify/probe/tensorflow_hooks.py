"""Hooks in TensorFlow: compiled functions and sessions that Python runs, and datasets that it iterates over."""

from __future__ import annotations

import sys
import threading
import weakref
from typing import Any

from .session import Session
from .session import executing_eagerly
from .wrapping import wrap


class _Call:
    """A call from Python that is not part of another one."""

    def __init__(self) -> None:
        self.updates = False


class _Stack(threading.local):
    outermost: _Call | None = None


class Calls:
    """Calls of compiled functions and of models, and which of them update weights.

    An optimizer that a compiled function calls is seen while the function is traced, once; what
    was called from Python then is remembered.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = _Stack()
        self._latest: _Call | None = None
        self._updaters: weakref.WeakSet[Any] = weakref.WeakSet()

    def watch(self, original: Any, called: Any, *args: Any, **kwargs: Any) -> Any:
        """Call, and take it for a step if Python made the call itself."""
        if self._stack.outermost is not None or self._session.inside_keras or not executing_eagerly():
            return original(called, *args, **kwargs)
        call = self._stack.outermost = self._latest = _Call()
        began = self._session.timeline.now()
        try:
            result = original(called, *args, **kwargs)
        finally:
            self._stack.outermost = self._latest = None
        if call.updates:
            self._updaters.add(called)
        updates = called in self._updaters
        if updates and self._session.capture is not None:
            self._session.capture.call_ends(args, kwargs, result)
        self._session.timeline.step("custom" if updates else "call", began)
        return result

    def mark_update(self) -> bool:
        """Note an update in the call under way, if there is one."""
        # A distribution strategy traces in threads of its own.
        call = self._stack.outermost or (None if executing_eagerly() else self._latest)
        if call is not None:
            call.updates = True
        return call is not None


class TensorFlowHooks:
    """Watches compiled functions, gradient tapes and iterators."""

    def __init__(self, session: Session, calls: Calls) -> None:
        self._session = session
        self._calls = calls

    def function(self, module: Any) -> None:
        """Watch calls of what ``tf.function`` makes."""
        owner = getattr(module, "PolymorphicFunction", None) or getattr(module, "Function", None)
        wrap(owner, "__call__", self._calls.watch)

    def session(self, module: Any) -> None:
        """Watch what sessions of TensorFlow 1 run."""
        wrap(getattr(module, "BaseSession", None), "run", self._run)

    def _run(self, original: Any, session: Any, *args: Any, **kwargs: Any) -> Any:
        if self._session.inside_keras:
            return original(session, *args, **kwargs)
        began = self._session.timeline.now()
        result = original(session, *args, **kwargs)
        self._session.timeline.step("call", began)
        return result

    def tape(self, module: Any) -> None:
        """Note where the recording of gradients begins."""
        wrap(getattr(module, "GradientTape", None), "__enter__", self._enter)

    def _enter(self, original: Any, tape: Any) -> Any:
        if self._session.tape_entered is None:
            self._session.tape_entered = self._session.timeline.now()
        return original(tape)

    def iterator(self, module: Any) -> None:
        """Watch the elements that Python takes from a dataset."""
        wrap(getattr(module, "OwnedIterator", None), "_next_internal", self._next)

    def _next(self, original: Any, iterator: Any) -> Any:
        if not executing_eagerly():
            return original(iterator)
        began = self._session.timeline.now()
        element = original(iterator)
        # What fetches elements ahead of the training does so in threads of its own.
        if threading.current_thread() is threading.main_thread():
            self._session.timeline.wait(began)
        if self._session.inside_keras:
            return element
        if self._session.capture is not None:
            self._session.capture.add("iterate", element)
        self._session.timeline.step("iterate", began)
        return element

    def dataset(self, module: Any) -> None:
        """Let Python iterate over elements kept in memory, where the arm asks for it."""
        if self._session.memory is not None:
            wrap(getattr(module, "DatasetV2", None), "__iter__", self._iterate)

    def _iterate(self, original: Any, dataset: Any) -> Any:
        memory = self._session.memory
        if memory is None or self._session.inside_keras or not executing_eagerly():
            return original(dataset)
        # A dataset made anew on each pass is known by the line that iterates over it.
        frame = sys._getframe(2)
        with self._session.keras(), self._session.timeline.leaving_out():
            kept = memory.keep_for((frame.f_code.co_filename, frame.f_lineno), dataset)
        return original(kept)
