"""Hooks in Keras: its training loops, whatever the generation and the backend, and its optimizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .adapters import Adapter
from .session import Session
from .session import executing_eagerly
from .tensorflow_hooks import Calls
from .wrapping import wrap


class KerasHooks:
    """Watches the classes of Keras by which every model is trained, evaluated and asked."""

    def __init__(self, session: Session, calls: Calls) -> None:
        self._session = session
        self._calls = calls
        self._began = 0.0
        self._begin_batch = 0
        self._predict_entered: float | None = None

    def callback_list(self, module: Any) -> None:
        """Take what Keras tells its callbacks: the compiled function runs between begin and end."""
        owner = getattr(module, "CallbackList", None)
        for kind, word in (("train", "train"), ("evaluate", "test"), ("predict", "predict")):
            wrap(owner, f"on_{word}_batch_begin", self._batch_begins)
            wrap(owner, f"on_{word}_batch_end", self._batch_ends(kind))
        if self._session.capture is not None:
            wrap(owner, "on_epoch_begin", self._epoch_begins)
            wrap(owner, "on_epoch_end", self._epoch_ends)

    def _batch_begins(self, original: Any, callbacks: Any, batch: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(callbacks, batch, *args, **kwargs)
        self._begin_batch = int(batch)
        self._began = self._session.timeline.now()
        return result

    def _batch_ends(self, kind: str) -> Callable[..., Any]:
        def ends(original: Any, callbacks: Any, batch: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._session.inside_keras:
                # A loop of the script's own keeps a list of callbacks; its updates are seen elsewhere.
                return original(callbacks, batch, *args, **kwargs)
            # Several steps run in one execution, the last of which may hold fewer.
            end = int(batch) + 1
            total = (getattr(callbacks, "params", None) or {}).get("steps")
            if kind == "train" and total:
                end = min(end, int(total))
            began = self._began
            if kind == "predict" and self._predict_entered is not None:
                began, self._predict_entered = self._predict_entered, None
            count = max(1, end - self._begin_batch)
            if kind == "train" and self._session.capture is not None:
                self._session.capture.steps += count
            self._session.timeline.step(kind, began, count)
            return original(callbacks, batch, *args, **kwargs)

        return ends

    def _epoch_begins(self, original: Any, callbacks: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(callbacks, *args, **kwargs)
        assert self._session.capture is not None
        self._session.capture.epoch_begins()
        return result

    def _epoch_ends(self, original: Any, callbacks: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(callbacks, *args, **kwargs)
        assert self._session.capture is not None
        logs = args[1] if len(args) > 1 else kwargs.get("logs")
        self._session.capture.epoch_ends(logs)
        return result

    def trainer(self, module: Any) -> None:
        """Watch the methods of a model that train it, evaluate it and ask it."""
        for name in ("TensorFlowTrainer", "JAXTrainer", "TorchTrainer", "Model"):
            owner = getattr(module, name, None)
            wrap(owner, "fit", self._fit)
            wrap(owner, "evaluate", self._kept_inside)
            wrap(owner, "predict", self._predict)
            wrap(owner, "train_on_batch", self._on_batch("train_on_batch"))
            wrap(owner, "test_on_batch", self._on_batch("evaluate"))
            wrap(owner, "predict_on_batch", self._on_batch("predict"))

    def _kept_inside(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        with self._session.keras():
            return original(*args, **kwargs)

    def _fit(self, original: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        if self._session.capture is not None:
            self._session.capture.fit_begins(model)
        with self._session.keras():
            return original(model, *args, **kwargs)

    def _predict(self, original: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        outermost = not self._session.inside_keras
        self._predict_entered = self._session.timeline.now()
        with self._session.keras():
            result = original(model, *args, **kwargs)
        self._session.timeline.extend("predict")
        if outermost and self._session.capture is not None:
            self._session.capture.add("predict", result)
        return result

    def _on_batch(self, kind: str) -> Callable[..., Any]:
        def on_batch(original: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
            if self._session.inside_keras:
                return original(model, *args, **kwargs)
            began = self._session.timeline.now()
            with self._session.keras():
                result = original(model, *args, **kwargs)
            if self._session.capture is not None:
                self._session.capture.batch_ends(kind, model, args, kwargs, result)
            self._session.timeline.step(kind, began)
            return result

        return on_batch

    def optimizer(self, module: Any) -> None:
        """Watch updates, which a loop of the script's own makes itself or in a function that it traces."""
        wrap(getattr(module, "BaseOptimizer", None), "apply", self._update)
        for name in ("_BaseOptimizer", "OptimizerV2"):
            wrap(getattr(module, name, None), "apply_gradients", self._update)

    def _update(self, original: Any, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        given = list(args[0]) if args else []
        result = original(optimizer, *((given, *args[1:]) if args else args), **kwargs)
        if self._session.inside_keras:
            return result
        if self._session.capture is not None:
            self._session.capture.updates(given, args[1:])
        if not self._calls.mark_update() and executing_eagerly():
            self._session.timeline.step("custom", self._session.update_began())
        return result

    def layer(self, module: Any) -> None:
        """Watch a model that the script calls like a function."""
        wrap(getattr(module, "Layer", None), "__call__", self._call)

    def _call(self, original: Any, layer: Any, *args: Any, **kwargs: Any) -> Any:
        # A model called on a symbol is being built into another one.
        if (
            self._session.inside_keras
            or not args
            or type(args[0]).__name__ == "KerasTensor"
            or not hasattr(layer, "fit")
        ):
            return original(layer, *args, **kwargs)
        return self._calls.watch(original, layer, *args, **kwargs)

    def epoch_iterator(self, module: Any) -> None:
        """Stand between Keras 3 and the data that it adapted, where an arm asks for it."""
        if self._session.memory is not None or self._session.capture is not None:
            wrap(getattr(module, "EpochIterator", None), "__init__", self._adapt)

    def _adapt(self, original: Any, iterator: Any, *args: Any, **kwargs: Any) -> None:
        original(iterator, *args, **kwargs)
        capture = self._session.capture
        if not self._session.inside_keras or (capture is not None and not capture.takes_data()):
            return
        iterator.data_adapter = Adapter(
            iterator.data_adapter, self._session, endless=bool(iterator.steps_per_epoch)
        )

    def data_handler(self, module: Any) -> None:
        """Do the same in Keras 2."""
        if self._session.memory is not None or self._session.capture is not None:
            wrap(
                getattr(module, "DataHandler", None), "_configure_dataset_and_inferred_steps", self._configure
            )

    def _configure(self, original: Any, handler: Any, strategy: Any, x: Any, steps: Any, *rest: Any) -> None:
        adapter = handler._adapter
        dataset = adapter.get_dataset()
        if not self._session.inside_keras:
            # A preprocessing layer adapts to all of its data.
            pass
        elif self._session.memory is not None:
            # One iterator goes over all epochs unless a new one is made for each.
            size = adapter.get_size()
            endless = bool(steps) or (size is not None and not adapter.should_recreate_iterator())
            with self._session.timeline.leaving_out():
                dataset = self._session.memory.keep(dataset, None if endless else size, endless)
            adapter.get_dataset = lambda: dataset
        elif self._session.capture is not None and self._session.capture.takes_data():
            dataset = self._session.capture.tap(dataset)
            adapter.get_dataset = lambda: dataset
        original(handler, strategy, x, steps, *rest)
