"""Write the table of keras.applications: parameters, multiply-accumulates, output sizes.

Every model is built by the installed Keras, without weights of any kind (nothing is
downloaded, nothing is initialised), and costed layer by layer. With ``--check`` nothing
is written; the exit status is 1 if the table on disk differs.
"""

from __future__ import annotations

import argparse
import gc
import inspect
import json
import math
import os
import sys
from bisect import bisect_left
from collections.abc import Callable
from collections.abc import Iterator
from functools import cache
from functools import lru_cache
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras

from keraslint.semantics.layers import LayerCost
from keraslint.semantics.layers import Shape
from keraslint.semantics.layers import layer_cost

TABLE = Path(__file__).parents[1] / "keraslint" / "semantics" / "tables" / "applications.json"
LARGEST_INPUT = 1024
STRIDE = 32

# Sizes that stay odd as they are halved, the second after a first step without padding: a chain of
# halvings that rounds down where it should round up gives 6 for them and not 7, or the other way about.
PROBES = (6 * STRIDE + 1, 6 * STRIDE + 3)

# Operations of these models that are no public layers; they work number by number.
ELEMENTWISE = ("Add", "CustomScaleLayer", "LayerScale", "Multiply")


def main() -> int:
    """Write the table, or compare it with the one on disk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    text = text_of(table())
    if not check:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.is_file() or TABLE.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{TABLE.name} is not what keras {keras.__version__} gives: run {sys.argv[0]}\n")
        return 1
    return 0


def table() -> dict[str, Any]:
    """Everything that is written."""
    return {
        "generated_with": {"keras": keras.__version__},
        "largest_input": LARGEST_INPUT,
        "applications": dict(rows()),
    }


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """The figures of every application, by name."""
    # To look for garbage while a model is made takes longer than to make it, all the more through
    # the whole of TensorFlow: it is done once an application, among what has come since the imports.
    gc.freeze()
    gc.disable()
    for name, function in applications():
        yield name, row(function)
        gc.collect()


def text_of(table: dict[str, Any]) -> str:
    """The table as JSON, an application a line."""
    rows = table["applications"]
    head = json.dumps({**table, "applications": {}}, indent=1).removesuffix("{}\n}")
    lines = (f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
    return head + "{\n" + ",\n".join(lines) + "\n }\n}\n"


def applications() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of keras.applications that make a model."""
    for name in sorted(dir(keras.applications)):
        function = getattr(keras.applications, name)
        if inspect.isfunction(function):
            yield name, function


def row(function: Callable[..., Any]) -> dict[str, Any]:
    """The figures of one application."""
    whole = build(function)
    any_size = whole.input_shape[1] is None
    size = 224 if any_size else whole.input_shape[1]
    head = [layer for layer in whole.layers if layer.weights][-1]
    headless = build(function, include_top=False, input_shape=(size, size, 3))
    return {
        "input_size": size,
        "any_size": any_size,
        "flattens": not any_size and any(isinstance(layer, keras.layers.Flatten) for layer in whole.layers),
        "parameters_per_class": head.count_params() // whole.output_shape[-1],
        "whole": part(whole, size),
        "headless": part(headless, size),
        "channels": headless.output_shape[-1],
        "smallest_inputs": smallest_inputs(function, headless),
    }


def build(function: Callable[..., Any], **arguments: Any) -> Any:
    """A model without weights: in this scope, Keras only notes what they will be."""
    with keras.StatelessScope():
        model = function(weights=None, **arguments)
        # They would be made on leaving the scope, had Keras not forgotten them by then.
        keras.utils.clear_session(free_memory=False)
    return model


def part(model: Any, size: int) -> dict[str, int | None]:
    """What a model costs on images of this size."""
    _, costs = walk(model, (None, size, size, 3))
    macs = [cost.macs for _, cost in costs if cost.macs is not None]
    return {
        "parameters": model.count_params(),
        "non_trainable": weights(model.non_trainable_weights),
        "macs": sum(macs) if len(macs) == len(costs) else None,
    }


def weights(variables: list[Any]) -> int:
    """How many numbers these variables hold."""
    return sum(math.prod(variable.shape) for variable in variables)


def smallest_inputs(function: Callable[..., Any], headless: Any) -> list[int]:
    """For 1, 2, 3 ...: the smallest height of the input that gives an output of this height."""
    models = [headless, build(function, include_top=False, input_shape=(PROBES[0], PROBES[0], 3))]
    if fits(padded_size, models):
        return steps(padded_size)
    models.append(build(function, include_top=False, input_shape=(PROBES[1], PROBES[1], 3)))
    if fits(stemmed_size, models):
        return steps(stemmed_size)
    if all(paddings(model) == paddings(headless) for model in models):
        rule = cache(lambda size: walked_size(headless, size))
        if fits(rule, models):
            return steps(rule)
    raise SystemExit(f"{headless.name}: no rule gives the sizes that are seen")


def fits(rule: Callable[[int], int], models: list[Any]) -> bool:
    """Whether a rule gives the heights of these models' outputs."""
    return all(rule(model.input_shape[1]) == model.output_shape[1] for model in models)


def steps(rule: Callable[[int], int]) -> list[int]:
    """The sizes at which the height of the output grows."""
    sizes = range(1, LARGEST_INPUT + 1)
    return [1 + bisect_left(sizes, output, key=rule) for output in range(1, rule(sizes[-1]) + 1)]


def padded_size(size: int) -> int:
    """The height of the output where every halving rounds up."""
    return math.ceil(size / STRIDE)


def stemmed_size(size: int) -> int:
    """The height of the output where every halving rounds up but the first, by a window without padding."""
    return math.ceil((size - 1) // 2 / (STRIDE // 2))


def paddings(model: Any) -> list[Any]:
    """How much is added in a model, which for some depends on the size that it was built for."""
    return [layer.padding for layer in model.layers if isinstance(layer, keras.layers.ZeroPadding2D)]


def walked_size(model: Any, size: int) -> int:
    """The height of the output for an input of this height; 0 where there is none."""
    try:
        return walk(model, (None, size, size, 3))[0][1] or 0
    except ValueError:
        return 0


def walk(model: Any, shape: Shape) -> tuple[Shape, list[tuple[Any, LayerCost]]]:
    """The output that our costs give a model of one input and one output, and each layer's cost."""
    graph = model._functional if isinstance(model, keras.Sequential) else model
    shapes = {id(graph.inputs[0]): shape}
    costs: list[tuple[Any, LayerCost]] = []
    for operation in graph.operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        (node,) = operation._inbound_nodes[-1:]
        inputs = tuple(shapes[id(tensor)] for tensor in node.input_tensors)
        if isinstance(operation, keras.Model):
            output, inner = walk(operation, *inputs)
            costs += inner
        else:
            cost = cost_of(operation, inputs)
            if cost is None:
                raise ValueError(f"no cost is known of {operation.name} on {inputs}")
            output = cost.outputs[0]
            costs.append((operation, cost))
        shapes[id(node.output_tensors[0])] = output
    return shapes[id(graph.outputs[0])], costs


def cost_of(operation: Any, inputs: tuple[Shape, ...]) -> LayerCost | None:
    """What our layer costs say of one operation of a model."""
    if type(operation).__name__ in ELEMENTWISE:
        return layer_cost("keras.layers.Add", {}, inputs)
    return layer_cost(f"keras.layers.{type(operation).__name__}", config_of(operation), inputs)


@lru_cache(maxsize=1_000)
def config_of(operation: Any) -> dict[str, Any]:
    """A layer's configuration, which takes Keras longer to say than us to cost the layer."""
    config: dict[str, Any] = operation.get_config()
    return config


if __name__ == "__main__":
    sys.exit(main())
