"""Compiled functions that are made anew each time they are called, and so traced each time."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass

from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model.subclasses import is_model
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions

_FUNCTION = "tensorflow.function"
_OF_OBJECT = "tensorflow.function()()"


@dataclass(frozen=True)
class Hoisting:
    """An assignment that can stand before its loop: where it is, and the name that it binds."""

    statement: Site
    name: str


@dataclass(eq=False)
class RemadeFunction:
    """A ``tf.function`` that is made (``made``) for each call of it, by a loop or for each request to a server."""

    made: CallRecord
    call: CallRecord
    loop: Loop | None
    request: Function | None
    hoisting: Hoisting | None

    @property
    def passes(self) -> int | None:
        """How often the loop runs, None where that is not known."""
        return None if self.loop is None else self.loop.passes


def remade_functions(
    records: ReadOnlySequence[CallRecord], repetitions: Repetitions
) -> Iterator[RemadeFunction]:
    """Those that are made and called on one and the same pass, each once."""
    uses: dict[Site, list[tuple[CallRecord, CallRecord]]] = {}
    for record in (*repetitions.index.compiled, *repetitions.index.of(_OF_OBJECT)):
        made = _making(record)
        if made is not None:
            uses.setdefault(made.site, []).append((made, record))
    if not uses:
        return
    steps = {record.site for record in records if record.inner and isinstance(record.result, Dataset)}
    for pairs in uses.values():
        made, call = pairs[0]
        if any(_is_in_graph(each, steps) for _, each in pairs) or not all(_is_once(*pair) for pair in pairs):
            continue
        around = repetitions.of(made)
        loop = around[-1] if around else None
        request = repetitions.request(made)
        if loop is None:
            if request is not None and not _is_under_a_test(made):
                yield RemadeFunction(made, call, None, request, None)
        elif not _is_under_a_test(made, loop) and not _makes_models(loop):
            yield RemadeFunction(made, call, loop.loop, None, _hoisting(made, loop))


def _making(record: CallRecord) -> CallRecord | None:
    """The call of ``tf.function`` that made what a call runs, None where it is another thing."""
    function = called(record)
    if function is not None and function.compiled is not None:
        return function.compiled if function.compiled.callee.startswith(_FUNCTION) else None
    if record.callee == _OF_OBJECT and isinstance(record.function, External):
        return record.function.call
    return None


def _is_in_graph(record: CallRecord, steps: Container[Site]) -> bool:
    """Whether a call becomes a part of the graph around it: of a compiled function, or of a step of a dataset."""
    return any(
        frame.function.compiled is not None or (frame.call is not None and frame.call.site in steps)
        for frame in record.frames
    )


def _is_once(made: CallRecord, call: CallRecord) -> bool:
    """Whether a function is called as often as it is made: nothing repeats the call alone."""
    return len(made.loops) == len(call.loops) and all(
        one is other for one, other in zip(made.loops, call.loops, strict=True)
    )


def _is_under_a_test(made: CallRecord, loop: Repetition | None = None) -> bool:
    """Whether something on the way to the making asks first, as for whether it is made already."""
    frames = made.frames if loop is None else loop.frames
    links = [frame.call.site.place for frame in frames if frame.call is not None]
    blocks = (
        []
        if loop is None or loop.node is None or isinstance(loop.node, ir.Comprehension)
        else [loop.node.body]
    )
    blocks += [
        frame.function.node.body for frame in frames if isinstance(frame.function.node, ir.FunctionDef)
    ]
    return any(
        isinstance(statement, (ir.If, ir.Try, ir.Match)) and holds(statement, place)
        for block, place in zip(blocks, [*links, made.site.place], strict=False)
        for statement in statements(block)
    )


def _makes_models(loop: Repetition) -> bool:
    """Whether the passes make models: then each has a function of its own."""
    return any(
        isinstance(record.result, Model) or (isinstance(record.result, Instance) and is_model(record.result))
        for record in loop.calls
    )


def _hoisting(made: CallRecord, loop: Repetition) -> Hoisting | None:
    """Where the loop itself binds a name to it, by a statement of its own that does the same on each pass."""
    node = made.node
    if not isinstance(loop.node, (ir.For, ir.While)) or loop.frames or not isinstance(node, ir.Call):
        return None
    defined = [each.name for each in statements(loop.node.body) if isinstance(each, ir.FunctionDef)]
    for statement in loop.node.body:
        if isinstance(statement, ir.Assign) and statement.value is node and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ir.Name) and not defined and not loop.changes(node.arguments):
                return Hoisting(Site(made.site.file, statement.place), target.id)
    return None
