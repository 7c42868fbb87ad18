"""Python loops over time steps that are copied into a graph, pass by pass."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Range
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import models
from keraslint.semantics.model import subclasses

FEW_STEPS = 10
_TRACED = ("call", "test_step", "train_step")
# What turns an output into the input of the next step, which no layer of Keras does by itself.
_SAMPLING = ("argmax", "categorical", "multinomial", "random_categorical", "sample", "top_k")


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledLoop:
    """A loop whose body calls one and the same layer for each step of a sequence."""

    loop: Loop
    call: CallRecord

    @property
    def at(self) -> Site:
        """The loop."""
        return self.loop.site

    @property
    def steps(self) -> int | None:
        """The number of passes, None where it is not known."""
        return self.loop.passes


def unrolled_loops(index: CallIndex, node_of: Callable[[Site], object]) -> Iterator[UnrolledLoop]:
    """The loops over time steps in what is traced: layers and compiled steps."""
    called: dict[tuple[Site, Site], list[CallRecord]] = {}
    loops: dict[Site, Loop] = {}
    is_traced = cache(_is_traced)
    inside = index.on_ways(lambda frames: any(map(is_traced, frames)))
    for record in index.in_order(each for each in inside if each.loops and _layer(each) is not None):
        loop = _own_loop(record)
        if loop is not None:
            loops[loop.site] = loop
            called.setdefault((loop.site, record.site), []).append(record)
    found: set[Site] = set()
    for (site, _), records in called.items():
        same = len({id(_layer(record)) for record in records}) == 1
        if same and site not in found and _is_over_steps(node_of(site), loops[site]):
            found.add(site)
            yield UnrolledLoop(loops[site], records[0])


def _layer(record: CallRecord) -> Value | None:
    """The layer, cell or model that a call applies."""
    applied = record.function
    if isinstance(applied, Model) or (isinstance(applied, External) and models.is_layer(applied)):
        return applied
    return applied if isinstance(applied, Instance) and subclasses.is_layer(applied) else None


def _own_loop(record: CallRecord) -> Loop | None:
    """The innermost loop around a call, where it stands in the function that makes the call."""
    own = record.loops[record.frames[-1].loops :] if record.frames else ()
    return own[-1] if own and own[-1].kind == "for" else None


def _is_traced(frame: Frame) -> bool:
    function = frame.function
    return function.compiled is not None or (
        function.owner is not None
        and function.name in _TRACED
        and attributes.derives_from(function.owner, subclasses.LAYER)
    )


def _is_over_steps(node: object, loop: Loop) -> bool:
    if not isinstance(node, ir.For) or (loop.passes is not None and loop.passes < FEW_STEPS):
        return False
    called = {_name(part.func) for part in _walk(node.body) if isinstance(part, ir.Call)}
    if not called.isdisjoint(_SAMPLING):
        return False
    if isinstance(loop.iterable, Range):
        return isinstance(node.target, ir.Name) and any(
            _takes_step(part, node.target.id) for part in _walk(node.body) if isinstance(part, ir.Subscript)
        )
    return isinstance(node.iterable, ir.Call) and _name(node.iterable.func) == "unstack"


def _takes_step(part: ir.Subscript, counter: str) -> bool:
    """``x[:, t]``: everything of the first axis, and one step of the second."""
    key = part.key
    if not isinstance(key, ir.Display) or len(key.items) < 2 or not isinstance(key.items[0], ir.Slice):
        return False
    step = key.items[1]
    return isinstance(step, ir.Name) and step.id == counter


def _name(node: ir.Expression) -> str:
    if isinstance(node, ir.Attribute):
        return node.attr
    return node.id if isinstance(node, ir.Name) else ""


def _walk(node: object) -> Iterator[object]:
    yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _walk(part)
