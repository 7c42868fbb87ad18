"""The statements that build and compile a model, where one block of code holds them all."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model.architecture import ENDS
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_METHODS = ("add", "build", "compile", "load_weights")


@dataclass(frozen=True, slots=True)
class Building:
    """The first and the last statement of a block between which a model is built and compiled.

    ``parts`` are the same pairs with the definitions and imports between them left out, and ``start`` is the first
    statement, or the outermost loop of the function around it.
    """

    start: Site
    first: Site
    last: Site
    parts: tuple[tuple[Site, Site], ...]


def building_of(evaluator: Evaluator, call: TrainingCall) -> Building | None:
    """Where the model of a training call is built and compiled.

    None where that is not in the block of code that reaches the call, or where
    the training itself stands between those statements.
    """
    model = call.model
    if not isinstance(model, Model) or model.kind not in ("sequential", "functional"):
        return None
    depth = len(call.record.frames)
    sites = [_site_at(record, call.record, depth) for record in _records(evaluator, model)]
    known = [site for site in sites if site is not None]
    if len(known) != len(sites) or not known or any(site.file != call.at.file for site in known):
        return None
    body = evaluator.modules[call.at.file].body
    if depth:
        function = call.record.frames[-1].function.node
        if isinstance(function, ir.Lambda):
            return None
        body = function.body
    places = [site.place for site in known]
    block = _block_with(body, [*places, call.at.place])
    if block is None:
        return None
    first, last = (_statement_at(block, place) for place in (min(places), max(places)))
    if first is None or last is None or _statement_at(block, call.at.place) is None:
        return None
    if not _follows(block, last, call.at.place):
        return None
    building = {id(_statement_at(block, place)) for place in places}
    file = call.at.file
    parts = tuple((Site(file, each[0]), Site(file, each[-1])) for each in _runs(block, building))
    outside = call.record.frames[-1].loops if call.record.frames else 0
    begin = parts[0][0]
    around = [loop.site for loop in call.record.loops[outside:] if loop.site.file == file]
    start = next((loop for loop in around if loop.place < begin.place), begin)
    return Building(start, begin, parts[-1][1], parts)


def _records(evaluator: Evaluator, model: Model) -> list[CallRecord]:
    found = [model.call]
    found += [
        record for record in evaluator.records if record.method in _METHODS and record.receiver is model
    ]
    # An optimizer or a metric has variables of its own, which belong where the model's are.
    compiled = [record for record in found if record.method == "compile"]
    given = [leaf for record in compiled for value in record.arguments.values() for leaf in leaves(value)]
    found += [leaf.call for leaf in given if isinstance(leaf, External) and leaf.call is not None]
    ends = evaluator.root.get((model.ref, ENDS))
    pending: list[Value] = [] if ends is None else list(leaves(ends))
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if isinstance(value, Tensor) and value.producer is not None and id(value.producer) not in seen:
            producer = value.producer
            seen.add(id(producer))
            found.append(producer.call)
            found += _made(producer)
            pending.extend(producer.inputs)
    return found


def _made(producer: LayerCall) -> list[CallRecord]:
    layer = producer.layer
    return [layer.call] if isinstance(layer, (External, Model)) and layer.call is not None else []


def _site_at(record: CallRecord, reference: CallRecord, depth: int) -> Site | None:
    """Where a call happens as seen from the function of ``reference``: itself, or the call that leads to it."""
    if record.frames[:depth] != reference.frames[:depth]:
        return None
    if len(record.frames) == depth:
        return record.site
    call = record.frames[depth].call
    return None if call is None else call.site


def _block_with(block: ir.Block, places: Sequence[int]) -> ir.Block | None:
    """The innermost block that holds all places."""
    statements = {id(_statement_at(block, place)) for place in places}
    if len(statements) > 1:
        return block
    statement = _statement_at(block, places[0])
    if statement is None:
        return None
    for nested in nested_blocks(statement):
        if nested and all(nested[0].place <= place for place in places):
            found = _block_with(nested, places)
            if found is not None and all(_statement_at(found, place) is not None for place in places):
                return found
    return block


def _runs(block: ir.Block, building: Container[int]) -> Iterator[list[int]]:
    """The places of the statements that build, by what stands between two definitions or imports."""
    run: list[int] = []
    for statement in block:
        if id(statement) in building:
            run.append(statement.place)
        elif run and isinstance(statement, (ir.ClassDef, ir.FunctionDef, ir.Import, ir.ImportFrom)):
            yield run
            run = []
    if run:
        yield run


def _statement_at(block: ir.Block, place: int) -> ir.Statement | None:
    """The statement of a block that holds a place: places grow in the order of the text."""
    found = None
    for statement in block:
        if statement.place > place:
            break
        found = statement
    return found


def _follows(block: ir.Block, statement: ir.Statement, place: int) -> bool:
    """Whether a place of the block stands behind a statement, and not in it."""
    return any(statement.place < each.place <= place for each in block)
