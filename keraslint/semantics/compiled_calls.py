"""Calls of compiled functions (``tf.function``, ``jax.jit``) in loops: what they are given, what becomes of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from keraslint.semantics import ir
from keraslint.semantics.call_index import called
from keraslint.semantics.ir import Site
from keraslint.semantics.records import CallRecord
from keraslint.semantics.repetition import Repetition
from keraslint.semantics.repetition import Repetitions
from keraslint.semantics.values import Array
from keraslint.semantics.values import Value

_OF_NUMPY = ("keras.datasets.", "numpy.")


@dataclass(frozen=True, slots=True, eq=False)
class HostArray:
    """A NumPy array of known size that a compiled function is given, unchanged, on every pass of a loop."""

    written: str
    at: Site
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class CompiledCall:
    """A call of a compiled function in a loop; ``repetition`` is the innermost loop around it."""

    record: CallRecord
    name: str
    definition: Site
    repetition: Repetition

    @property
    def at(self) -> Site:
        """The name of what is called."""
        return self.record.name_site

    @property
    def same_arrays(self) -> tuple[HostArray, ...]:
        """The NumPy arrays among its arguments that no pass changes."""
        return tuple(self._same_arrays())

    def _same_arrays(self) -> Iterator[HostArray]:
        node = self.record.node
        if not isinstance(node, ir.Call) or any(each.star for each in node.arguments):
            return
        positional = iter(self.record.arguments.positional)
        for each in node.arguments:
            value = (
                next(positional, None)
                if each.keyword is None
                else self.record.arguments.keyword(each.keyword)
            )
            if _is_of_numpy(value) and not self.repetition.changes(each.value):
                assert isinstance(value, Array)
                assert value.shape is not None
                size = prod(axis or 0 for axis in value.shape)
                yield HostArray(_written(each.value), Site(self.record.site.file, each.value.place), size)


def compiled_calls(records: Iterable[CallRecord], repetitions: Repetitions) -> Iterator[CompiledCall]:
    """The calls of compiled functions in loops that are not compiled themselves."""
    for record in records:
        function = called(record)
        if function is None or function.compiled is None or not record.loops:
            continue
        if any(frame.function.compiled is not None for frame in record.frames):
            continue
        yield CompiledCall(record, function.name, function.site, repetitions.of(record)[-1])


def _is_of_numpy(value: Value | None) -> bool:
    return isinstance(value, Array) and value.shape is not None and value.function.startswith(_OF_NUMPY)


def _written(node: ir.Expression) -> str:
    if isinstance(node, ir.Name):
        return ir.plain(node.id)
    if isinstance(node, ir.Attribute):
        return f"{_written(node.value)}.{ir.plain(node.attr)}"
    return "an array"
