"""Calls that stand in branches of which a run takes one."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnlyMapping

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site


def exclude_each_other(modules: ReadOnlyMapping[str, ir.Module], one: CallRecord, other: CallRecord) -> bool:
    """Whether a run that makes one of two calls does not make the other: ``if test: load() else: train()``."""
    if any(loop in other.loops for loop in one.loops):
        return False
    depth = 0
    while depth < min(len(one.frames), len(other.frames)) and one.frames[depth] is other.frames[depth]:
        depth += 1
    here, there = _entered(one, depth), _entered(other, depth)
    if here is None or there is None or here.file != there.file:
        return False
    if depth:
        node = one.frames[depth - 1].function.node
        block = node.body if isinstance(node, ir.FunctionDef) else ()
    else:
        block = modules[here.file].body
    return _are_apart(block, here.place, there.place)


def _entered(record: CallRecord, depth: int) -> Site | None:
    """Where the function at a depth goes on towards a call, None where nobody is known to call the next."""
    if depth == len(record.frames):
        return record.site
    call = record.frames[depth].call
    return None if call is None else call.site


def _are_apart(block: ir.Block, one: int, other: int) -> bool:
    both = next((each for each in block if holds(each, one) and holds(each, other)), None)
    if both is None or isinstance(both, (ir.For, ir.While, ir.FunctionDef, ir.ClassDef)):
        return False
    blocks = list(nested_blocks(both))
    here, there = _index(blocks, one), _index(blocks, other)
    if here is None or there is None:
        return False
    if here == there:
        return _are_apart(blocks[here], one, other)
    return isinstance(both, (ir.If, ir.Match))


def _index(blocks: Iterable[ir.Block], place: int) -> int | None:
    return next((index for index, block in enumerate(blocks) if holds(block, place)), None)
