"""What Keras 3 takes batches from, with an arm in between."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

from .session import Session


class Adapter:
    """A data adapter of Keras 3 that serves batches from memory, or shows them to the capture.

    Keras asks an adapter for what its backend iterates over: a dataset, or a Python iterable.
    """

    def __init__(self, adapter: Any, session: Session, endless: bool) -> None:
        self._adapter = adapter
        self._session = session
        self._endless = endless
        self._kept: list[Any] | None = None
        self._count: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def get_tf_dataset(self) -> Any:
        """What the TensorFlow backend trains on."""
        memory = self._session.memory
        if memory is None:
            assert self._session.capture is not None
            return self._session.capture.tap(self._adapter.get_tf_dataset())
        return self._held(lambda: memory.keep(self._adapter.get_tf_dataset(), *self._size()))

    def get_jax_iterator(self) -> Iterable[Any]:
        """What the JAX backend trains on."""
        return self._iterable(self._adapter.get_jax_iterator)

    def get_torch_dataloader(self) -> Iterable[Any]:
        """What the torch backend trains on."""
        return self._iterable(self._adapter.get_torch_dataloader)

    def get_numpy_iterator(self) -> Iterable[Any]:
        """What the other backends train on."""
        return self._iterable(self._adapter.get_numpy_iterator)

    def _iterable(self, batches: Callable[[], Iterable[Any]]) -> Iterable[Any]:
        memory = self._session.memory
        if memory is None:
            assert self._session.capture is not None
            return self._session.capture.show(batches())
        if self._kept is None:
            self._kept, self._count = self._held(lambda: memory.hold(batches(), *self._size()))
        return memory.serve(self._kept, self._count)

    def _size(self) -> tuple[int | None, bool]:
        size = self._adapter.num_batches
        return size, size is None and self._endless

    def _held(self, hold: Callable[[], Any]) -> Any:
        # The epoch that Keras would begin starts the workers that the data may come from.
        with self._session.timeline.leaving_out():
            self._adapter.on_epoch_begin()
            try:
                return hold()
            finally:
                self._adapter.on_epoch_end()

    def on_epoch_begin(self) -> None:
        """Start the workers of the data, unless it lies in memory."""
        if self._session.memory is None:
            self._adapter.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Stop the workers of the data, unless it lies in memory."""
        if self._session.memory is None:
            self._adapter.on_epoch_end()
