"""Where each generation of Keras and TensorFlow keeps what is hooked."""

from __future__ import annotations

from .imports import Hook
from .keras_hooks import KerasHooks
from .tensorflow_hooks import TensorFlowHooks

# Keras 2 by its own name before and after its modules moved, as tf_keras, and within TensorFlow.
_KERAS_2 = ("keras", "keras.src", "tf_keras.src", "tensorflow.python.keras")


def hooks_by_module(keras: KerasHooks, tensorflow: TensorFlowHooks) -> dict[str, Hook]:
    """What to call when which module has been imported."""
    hooks: dict[str, Hook] = {
        "keras.src.callbacks.callback_list": keras.callback_list,
        "keras.src.layers.layer": keras.layer,
        "keras.src.optimizers.base_optimizer": keras.optimizer,
        "keras.src.trainers.epoch_iterator": keras.epoch_iterator,
        "tensorflow.python.client.session": tensorflow.session,
        "tensorflow.python.data.ops.dataset_ops": tensorflow.dataset,
        "tensorflow.python.data.ops.iterator_ops": tensorflow.iterator,
        "tensorflow.python.eager.backprop": tensorflow.tape,
        "tensorflow.python.eager.def_function": tensorflow.function,
        "tensorflow.python.eager.polymorphic_function.polymorphic_function": tensorflow.function,
    }
    for backend in ("jax", "tensorflow", "torch"):
        hooks[f"keras.src.backend.{backend}.trainer"] = keras.trainer
    for root in _KERAS_2:
        hooks[root + ".callbacks"] = keras.callback_list
        hooks[root + ".engine.base_layer"] = keras.layer
        hooks[root + ".engine.data_adapter"] = keras.data_handler
        hooks[root + ".engine.training"] = keras.trainer
        for place in (
            "optimizer_v2.optimizer_v2",
            "optimizers.legacy.optimizer_v2",
            "optimizers.optimizer",
            "optimizers.optimizer_experimental.optimizer",
            "optimizers.optimizer_v2.optimizer_v2",
        ):
            hooks[f"{root}.{place}"] = keras.optimizer
    return hooks
