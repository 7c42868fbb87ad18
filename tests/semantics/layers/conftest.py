"""Real Keras, of both generations, to compare costs with."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import pytest
import tf_keras

from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.layers import Shape
from keraslint.semantics.layers import layer_cost

PACKAGES = {2: tf_keras, 3: keras}
TAKE_TENSORS_APART = ("GroupQueryAttention", "MultiHeadAttention")
OF_THE_CALL = ("return_attention_scores", "reverse")

Figures = tuple[tuple[Shape, ...], int, int]


class RefusedError(Exception):
    """Keras does not build this."""


@pytest.fixture(scope="session")
def agrees() -> Callable[..., None]:
    """Assert that a layer's outputs, parameters and non-trainable parameters are those of real Keras."""

    def compare(
        kind: str,
        config: Mapping[str, Any],
        *shapes: Shape,
        generations: tuple[int, ...] = (3, 2),
        dtype: str = "float32",
    ) -> None:
        for generation in generations:
            try:
                real = real_figures(PACKAGES[generation], kind, config, shapes, dtype)
            except RefusedError:
                real = None
            cost = layer_cost(f"keras.layers.{kind}", config, shapes, generation)
            ours = cost and (cost.outputs, cost.parameters, cost.non_trainable)
            assert ours == real, f"Keras {generation}"

    return compare


def real_figures(
    package: Any, kind: str, config: Mapping[str, Any], shapes: tuple[Shape, ...], dtype: str
) -> Figures:
    """Build a layer, call it on inputs of these shapes, and read what it says of itself."""
    of_the_call = {name: value for name, value in config.items() if name in OF_THE_CALL}
    tensors = [package.Input(batch_shape=shape, dtype=dtype) for shape in shapes]
    try:
        layer = build(package, kind, {name: config[name] for name in config if name not in OF_THE_CALL})
        if len(tensors) == 1 or kind in TAKE_TENSORS_APART:
            output = layer(*tensors, **of_the_call)
        elif kind in ("GRU", "LSTM"):
            output = layer(tensors[0], initial_state=tensors[1:])
        else:
            output = layer(tensors, **of_the_call)
    except (LookupError, TypeError, ValueError) as error:
        raise RefusedError from error
    outputs = output if isinstance(output, (list, tuple)) else [output]
    return (
        tuple(tuple(tensor.shape) for tensor in outputs),
        layer.count_params(),
        sum(math.prod(weight.shape) for weight in layer.non_trainable_weights),
    )


def build(package: Any, kind: str, config: Mapping[str, Any]) -> Any:
    """A real layer, with the real layers that it holds."""
    return getattr(package.layers, kind)(**{name: made(package, value) for name, value in config.items()})


def made(package: Any, value: Any) -> Any:
    if isinstance(value, InnerLayer):
        return build(package, value.kind, value.config)
    if isinstance(value, list):
        return [made(package, part) for part in value]
    return value
