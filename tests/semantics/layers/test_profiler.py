"""TensorFlow's profiler counts a multiplication and an addition where we count one step."""

import keras
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from keraslint.semantics.layers import layer_cost


def operations(layer, shape):
    """What the profiler counts in a layer's graph, for one sample."""
    layer.build(shape)
    function = tf.function(lambda tensor: layer(tensor)).get_concrete_function(tf.TensorSpec((1, *shape[1:])))
    graph = convert_variables_to_constants_v2(function).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder(
        tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    )
    return tf.compat.v1.profiler.profile(
        graph=graph, options=options.with_empty_output().build()
    ).total_float_ops


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Dense", {"units": 7}, (None, 5)),
        ("Dense", {"units": 7}, (None, 3, 5)),
        ("Conv1D", {"filters": 6, "kernel_size": 3, "strides": 2}, (None, 9, 4)),
        ("Conv2D", {"filters": 6, "kernel_size": 3}, (None, 9, 8, 4)),
        ("Conv2D", {"filters": 6, "kernel_size": (3, 1), "strides": 2, "padding": "same"}, (None, 9, 8, 4)),
        ("Conv3D", {"filters": 6, "kernel_size": 3}, (None, 9, 5, 5, 4)),
        (
            "Conv2DTranspose",
            {"filters": 6, "kernel_size": 3, "strides": 2, "padding": "same"},
            (None, 9, 5, 4),
        ),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, (None, 9, 5, 4)),
        ("SeparableConv2D", {"filters": 6, "kernel_size": 3}, (None, 9, 5, 4)),
    ],
)
def test_multiply_accumulates(kind, config, shape):
    config = {"use_bias": False, **config}
    cost = layer_cost(f"keras.layers.{kind}", config, (shape,))
    assert 2 * cost.macs == operations(getattr(keras.layers, kind)(**config), shape)
