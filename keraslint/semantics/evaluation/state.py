"""Variables and heap cells, in layers that branches write to and joins merge."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import TypeAlias

from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import join

Key: TypeAlias = tuple[int, str]
_Cell: TypeAlias = tuple[Value, int]


class _Store:
    """What the active layer sees: each key's value, and the depth of the layer that wrote it."""

    __slots__ = ("active", "cells", "readers")

    def __init__(self, root: State) -> None:
        self.cells: dict[Key, _Cell] = {}
        self.active = root
        self.readers: list[State] = []


class State:
    """A layer of writes over a parent.

    A key is the number of a scope or of a heap object, and a name in it. Cost
    of a join is in proportion to what its branches wrote, not to what exists.
    Reading the active layer costs the same however many layers lie below it:
    activating another one undoes and redoes the writes between the two.
    ``reads``, where given, collects the keys that were looked for below the layer.
    """

    __slots__ = ("_depth", "_store", "_undo", "parent", "reads", "writes")

    def __init__(self, parent: State | None = None, reads: set[Key] | None = None) -> None:
        self.parent = parent
        self.writes: dict[Key, Value] = {}
        self.reads = reads
        self._undo: dict[Key, _Cell | None] = {}
        self._depth: int = 0 if parent is None else parent._depth + 1
        self._store: _Store = _Store(self) if parent is None else parent._store

    def activate(self) -> None:
        """Make this the layer that is read and written at full speed."""
        theirs, ours = self._store.active, self
        missing: list[State] = []
        while theirs is not ours:
            if theirs._depth >= ours._depth:
                theirs._leave()
                assert theirs.parent is not None
                theirs = theirs.parent
            else:
                missing.append(ours)
                assert ours.parent is not None
                ours = ours.parent
        for layer in reversed(missing):
            layer._enter()
        self._store.active = self

    def _leave(self) -> None:
        cells = self._store.cells
        for key, before in self._undo.items():
            if before is None:
                del cells[key]
            else:
                cells[key] = before
        if self.reads is not None:
            self._store.readers.remove(self)

    def _enter(self) -> None:
        cells = self._store.cells
        for key, value in self.writes.items():
            self._undo[key] = cells.get(key)
            cells[key] = (value, self._depth)
        if self.reads is not None:
            self._store.readers.append(self)

    def get(self, key: Key) -> Value | None:
        """The value under ``key``, None where nothing was written."""
        store = self._store
        if store.active is not self:
            return self._search(key)
        cell = store.cells.get(key)
        if store.readers:
            depth = -1 if cell is None else cell[1]
            for reader in store.readers:
                if reader._depth > depth and reader.reads is not None:
                    reader.reads.add(key)
        return None if cell is None else cell[0]

    def _search(self, key: Key) -> Value | None:
        layer: State | None = self
        while layer is not None:
            value = layer.writes.get(key)
            if value is not None:
                return value
            layer = layer.parent
        return None

    def set(self, key: Key, value: Value) -> None:
        """Write to this layer."""
        store = self._store
        active = store.active
        if active is not self:
            self.activate()
        if key not in self.writes:
            self._undo[key] = store.cells.get(key)
        self.writes[key] = value
        store.cells[key] = (value, self._depth)
        if active is not self:
            active.activate()

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
            self.update(alternatives[0])
            return
        keys: dict[Key, None] = {}
        for writes in alternatives:
            keys.update(dict.fromkeys(writes))
        joined: dict[Key, Value] = {}
        for key in keys:
            before = self.get(key)
            values = [writes.get(key, before) for writes in alternatives]
            joined[key] = join(*[value for value in values if value is not None])
        self.update(joined)

    def update(self, writes: Mapping[Key, Value]) -> None:
        """Write several keys."""
        store = self._store
        active = store.active
        if active is not self:
            self.activate()
        cells, own, undo, depth = store.cells, self.writes, self._undo, self._depth
        for key, value in writes.items():
            if key not in own:
                undo[key] = cells.get(key)
            own[key] = value
            cells[key] = (value, depth)
        if active is not self:
            active.activate()
