"""The call of a layer whose cost is asked for: its configuration, read with care."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import axis_of

REQUIRED: Final = object()
"""The default of a parameter that has none."""


@dataclass(frozen=True, slots=True)
class LayerCall:
    """A layer's configuration and the shapes that it is called on.

    Every reader raises :class:`UnsizedError` on a value that Keras would refuse.
    Readers of sizes and flags give None for a value that is not known; the others
    raise, since what is not known there leaves nothing to say.
    """

    kind: str
    """The last part of the layer's name, ``Conv2D``."""

    config: Mapping[str, object]
    inputs: tuple[Shape, ...]
    generation: int

    @property
    def dimensions(self) -> int:
        """The number of spatial axes that a name such as ``Conv2D`` speaks of."""
        return next(int(letter) for letter in self.kind if letter in "123")

    def input(self, *, rank: int | None = None, least: int = 1) -> Shape:
        """The shape of the only input, which has this rank, or at least that one."""
        if len(self.inputs) != 1:
            raise UnsizedError("one input is wanted")
        return self.first_input(rank=rank, least=least)

    def first_input(self, *, rank: int | None = None, least: int = 1) -> Shape:
        """As :meth:`input`, where others may follow."""
        if not self.inputs:
            raise UnsizedError("no input")
        shape = self.inputs[0]
        if len(shape) < least or (rank is not None and len(shape) != rank):
            raise UnsizedError(shape)
        return shape

    def raw(self, name: str, default: object = REQUIRED) -> object:
        """The value of a parameter, UNKNOWN where that is not known."""
        value = self.config.get(name, default)
        if value is REQUIRED:
            raise UnsizedError(name)
        return value

    def value(self, name: str, default: object = REQUIRED) -> object:
        """The value of a parameter, which must be known."""
        value = self.raw(name, default)
        if value is UNKNOWN:
            raise UnsizedError(name)
        return value

    def flag(self, name: str, default: bool) -> bool | None:
        """Whether a switch is on; anything may stand for a bool, as in Python."""
        value = self.raw(name, default)
        return None if value is UNKNOWN else bool(value)

    def settled(self, name: str, default: bool) -> bool:
        """A switch on which everything depends."""
        return bool(self.value(name, default))

    def word(self, name: str, default: str, allowed: tuple[str, ...], *, any_case: bool = False) -> str:
        """One of several words."""
        value = self.value(name, default)
        if isinstance(value, str) and any_case:
            value = value.lower()
        if not isinstance(value, str) or value not in allowed:
            raise UnsizedError(value)
        return value

    def size(self, name: str, default: object = REQUIRED, least: int = 1) -> Dim:
        """A whole number of at least 1 (or ``least``)."""
        return self._checked(self.raw(name, default), least)

    def sizes(self, name: str, count: int, default: object = REQUIRED, least: int = 1) -> tuple[Dim, ...]:
        """So many whole numbers; one number stands for as many equal ones."""
        value = self.raw(name, default)
        if isinstance(value, (tuple, list)):
            if len(value) != count:
                raise UnsizedError(value)
            return tuple(self._checked(part, least) for part in value)
        return (self._checked(value, least),) * count

    def axes(self, name: str, default: object, rank: int) -> tuple[int, ...]:
        """One axis or several, counted from the front."""
        value = self.value(name, default)
        written = value if isinstance(value, (tuple, list)) else (value,)
        return tuple(axis_of(axis, rank) for axis in written)

    def channels_first(self) -> bool:
        """Whether the axis after the batch holds the channels."""
        if self.value("data_format", None) is None:
            return False
        formats = ("channels_first", "channels_last")
        return self.word("data_format", "channels_last", formats, any_case=True) == "channels_first"

    def _checked(self, value: object, least: int) -> Dim:
        if value is UNKNOWN:
            return None
        if self.generation == 2 and isinstance(value, float) and math.isfinite(value):
            # Keras 2 cuts such a number, as in `Dense(width / 2)`.
            value = int(value)
        if type(value) is not int or value < least:
            raise UnsizedError(value)
        return value
