"""Variables and heap cells, in layers that branches write to and joins merge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from keraslint.semantics.values import UNKNOWN
from keraslint.semantics.values import Value
from keraslint.semantics.values import join

Key: TypeAlias = tuple[int, str]


class State:
    """A layer of writes over a parent.

    A key is the number of a scope or of a heap object, and a name in it. Cost
    of a join is in proportion to what its branches wrote, not to what exists.
    ``reads``, where given, collects the keys that were looked for below the layer.
    """

    __slots__ = ("parent", "reads", "writes")

    def __init__(self, parent: State | None = None, reads: set[Key] | None = None) -> None:
        self.parent = parent
        self.writes: dict[Key, Value] = {}
        self.reads = reads

    def get(self, key: Key) -> Value | None:
        """The value under ``key``, None where nothing was written."""
        layer: State | None = self
        while layer is not None:
            value = layer.writes.get(key)
            if value is not None:
                return value
            if layer.reads is not None:
                layer.reads.add(key)
            layer = layer.parent
        return None

    def set(self, key: Key, value: Value) -> None:
        """Write to this layer."""
        self.writes[key] = value

    def writes_since(self, base: State) -> dict[Key, Value]:
        """All that was written in the layers above ``base``."""
        layers = []
        layer: State | None = self
        while layer is not None and layer is not base:
            layers.append(layer.writes)
            layer = layer.parent
        if len(layers) == 1:
            return layers[0]
        merged: dict[Key, Value] = {}
        for writes in reversed(layers):
            merged.update(writes)
        return merged

    def merge(self, branches: Iterable[dict[Key, Value]]) -> None:
        """Join the writes of alternative branches into this layer.

        A branch that did not write a key leaves the value from before; a name
        bound in some branches alone is taken as bound, else the program fails.
        """
        alternatives = list(branches)
        if len(alternatives) == 1:
            self.writes.update(alternatives[0])
            return
        keys: dict[Key, None] = {}
        for writes in alternatives:
            keys.update(dict.fromkeys(writes))
        for key in keys:
            before = self.get(key)
            values = [writes.get(key, before) for writes in alternatives]
            present = [value for value in values if value is not None]
            self.writes[key] = join(*present)

    def widen(self, keys: Iterable[Key]) -> None:
        """Make keys that have a value unknown beside it: a loop may have changed them."""
        for key in keys:
            before = self.get(key)
            if before is not None:
                self.writes[key] = join(before, UNKNOWN)
