"""The ready-made models of ``keras.applications``, from a table that is generated."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

_CLASSES = 1000
_STRUCTURAL = {"alpha": 1.0, "depth_multiplier": 1, "minimalistic": False}
"""Parameters that change the architecture, with the defaults that the table stands for."""


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of a model with or without its head, at the default input size."""

    parameters: int
    non_trainable: int
    macs: int


@dataclass(frozen=True, slots=True)
class Application:
    """One of the models of ``keras.applications``."""

    name: str
    input_size: int
    """Height and width that the model was made for."""

    any_size: bool
    """Whether the model with its head takes any size where the program names none."""

    flattens: bool
    """Whether the size of the head depends on the size of the input."""

    parameters_per_class: int
    whole: Part
    headless: Part
    channels: int
    """Channels of the output without a head."""

    smallest_inputs: tuple[int, ...]
    """The smallest height that gives an output of height 1, of height 2, and so on."""

    largest_input: int
    """The height up to which this is known."""

    def output_size(self, size: Dim) -> Dim:
        """The height of the output without a head, for an input of this height."""
        if size is None or not self.smallest_inputs[0] <= size <= self.largest_input:
            return None
        return bisect_right(self.smallest_inputs, size)


@dataclass(frozen=True, slots=True)
class Backbone:
    """A model that a program makes from an application."""

    application: Application
    input: Shape
    cost: LayerCost


@cache
def _table() -> dict[str, Application]:
    text = resources.files("keraslint.semantics.tables").joinpath("applications.json").read_text("utf-8")
    table = json.loads(text)
    return {
        name: Application(
            name=name,
            input_size=row["input_size"],
            any_size=row["any_size"],
            flattens=row["flattens"],
            parameters_per_class=row["parameters_per_class"],
            whole=Part(**row["whole"]),
            headless=Part(**row["headless"]),
            channels=row["channels"],
            smallest_inputs=tuple(row["smallest_inputs"]),
            largest_input=table["largest_input"],
        )
        for name, row in table["applications"].items()
    }


def application(name: str) -> Application | None:
    """The application of a canonical name: ``keras.applications.ResNet50``, or by its module."""
    package, _, kind = name.rpartition(".")
    if package != "keras.applications" and not package.startswith("keras.applications."):
        return None
    return _table().get(kind)


def backbone(name: str, config: Mapping[str, object], input_tensor: Shape | None = None) -> Backbone | None:
    """What a call such as ``ResNet50(include_top=False)`` makes.

    ``config`` holds the arguments by name, as for :func:`layer_cost`; ``input_tensor`` is
    the shape of the argument of that name. None where the call makes another architecture
    than the table's, or one that cannot be told.
    """
    known = application(name)
    if known is None:
        return None
    try:
        return _backbone(known, LayerCall(known.name, config, (), generation=3), input_tensor)
    except UnsizedError:
        return None


def _backbone(known: Application, call: LayerCall, input_tensor: Shape | None) -> Backbone:
    if any(call.value(name, default) != default for name, default in _STRUCTURAL.items()):
        raise UnsizedError("another architecture")
    whole = call.settled("include_top", True)
    batch, height, width, channels = shape = _input(known, call, whole, input_tensor)
    is_default = (height, width) == (known.input_size, known.input_size)
    is_counted = channels == 3 and (is_default or not whole or not known.flattens)
    part = known.whole if whole else known.headless
    parameters: Dim = part.parameters if is_counted else None
    macs: Dim = part.macs if is_counted and is_default else None
    if whole:
        classes = call.size("classes", _CLASSES)
        output: Shape = (batch, classes)
        others = None if classes is None else classes - _CLASSES
        parameters = total(parameters, product(known.parameters_per_class, others))
        macs = macs if others == 0 else None
    elif call.value("pooling", None) in ("avg", "max"):
        output = (batch, known.channels)
    elif call.value("pooling", None) is None:
        output = (batch, known.output_size(height), known.output_size(width), known.channels)
    else:
        raise UnsizedError("no such pooling")
    return Backbone(
        known,
        shape,
        priced(
            output,
            parameters=parameters,
            non_trainable=part.non_trainable if is_counted else None,
            macs=macs,
        ),
    )


def _input(known: Application, call: LayerCall, whole: bool, input_tensor: Shape | None) -> Shape:
    if input_tensor is not None:
        shape = input_tensor
    elif call.raw("input_tensor", None) is not None:
        raise UnsizedError("an input of which nothing is known")
    else:
        written = call.value("input_shape", None)
        if isinstance(written, (tuple, list)):
            shape = (None, *(_axis(size) for size in written))
        elif written is not None:
            raise UnsizedError(written)
        elif whole and not known.any_size:
            shape = (None, known.input_size, known.input_size, 3)
        else:
            shape = (None, None, None, 3)
    if len(shape) != 4:
        raise UnsizedError(shape)
    return shape


def _axis(size: object) -> Dim:
    if size is None or size is UNKNOWN:
        return None
    if type(size) is not int or size < 1:
        raise UnsizedError(size)
    return size
