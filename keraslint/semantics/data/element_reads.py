"""Eager tensors that a Python loop reads one element at a time."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from functools import cache
from functools import cached_property
from itertools import chain

from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.bindings import own_names
from keraslint.semantics.evaluation.bindings import target_names
from keraslint.semantics.evaluation.bindings import uses_name
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.compiling import Compiling
from keraslint.semantics.evaluation.drawing import draws
from keraslint.semantics.evaluation.flow import path
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.walking import own_expressions
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

# Operations that give lists, tuples, dicts or nothing, and what is small: a shape, a row for each class.
_OTHER_RESULTS = """
    assert_equal confusion_matrix ctc_beam_search_decoder ctc_greedy_decoder decode_csv eig eigh lu
    max_pool_with_argmax moments parse_example parse_sequence_example parse_single_example
    parse_single_sequence_example print qr shape slogdet split sufficient_statistics svd top_k unique
    unique_with_counts unstack weighted_moments
"""
_OF_TENSORS = ("tensorflow.linalg.", "tensorflow.math.", "tensorflow.nn.")
_NO_TENSORS = (Kind.PYTHON, Kind.UNKNOWN)
_COUNTING = ("range", "enumerate", "tqdm")
_DEPTH = 8


@dataclass(frozen=True, eq=False)
class ElementRead:
    """A tensor that is read by element: where, how the program writes it, and in which loops.

    ``loops_of_one`` are those of the loops that read one and the same tensor; around them, others may make it anew.
    """

    at: Site
    name: str
    loop: Site
    loops: tuple[Loop, ...]
    loops_of_one: tuple[Loop, ...]
    is_iterated: bool


def element_reads(
    index: CallIndex,
    modules: ReadOnlyMapping[str, ir.Module],
    opened: ReadOnlyMapping[Site, tuple[Loop, ...]],
    compiling: Compiling,
) -> Iterator[ElementRead]:
    """Those of the code that certainly runs eagerly, in loops that draw nothing; each place once."""
    if any(name.endswith((".disable_eager_execution", ".disable_v2_behavior")) for name in index.callees):
        return
    found = dict(_reads_in(modules, index, opened))
    if not found:
        return
    site_of = cache(lambda frame: frame.function.site)
    graphs: set[Site] = set()
    plain: dict[int, bool] = {}
    leaves: dict[Site, bool] = {}
    for frames in index.ways:
        functions = found.keys() & map(site_of, frames)
        if functions <= graphs:
            continue
        for frame in frames:
            if id(frame) not in plain:
                plain[id(frame)] = _is_plain_call(frame, index, leaves)
        if not all(plain[id(frame)] for frame in frames) or not compiling.is_eager(frames):
            graphs.update(functions)
    for site, reads in found.items():
        if site not in graphs:
            yield from reads


def _reads_in(
    modules: ReadOnlyMapping[str, ir.Module],
    index: CallIndex,
    opened: ReadOnlyMapping[Site, tuple[Loop, ...]],
) -> Iterator[tuple[Site, list[ElementRead]]]:
    """The modules and functions that make tensors and read them so, whether or not these run eagerly."""
    blocks: dict[Site, tuple[str, ir.Block]] = {}
    for record in (*index.named(_gives_tensor), *index.compiled):
        if not record.frames:
            file = record.site.file
            blocks.setdefault(Site(file, -1), (file, modules[file].body))
            continue
        function = record.frames[-1].function
        if isinstance(function.node, ir.FunctionDef):
            blocks.setdefault(function.site, (function.file, function.node.body))
    for site, (file, block) in blocks.items():
        reads = list(_Reader(file, block, index, opened).reads())
        if reads:
            yield site, reads


def _is_plain_call(frame: Frame, index: CallIndex, leaves: dict[Site, bool]) -> bool:
    """Whether the program's own code runs a function: no package, which may make a graph of it.

    ``leaves`` is what is known of the places of calls so far.
    """
    call = frame.call
    if call is None or (called(call) is None and not isinstance(call.function, Class)):
        return False
    if call.site not in leaves:
        leaves[call.site] = any(record.callee for record in index.at(call.site))
    return not leaves[call.site]


@dataclass(eq=False)
class _OpenLoop:
    """A loop around what is read, with what is known of it."""

    node: ir.For
    site: Site
    _index: CallIndex
    _opened: ReadOnlyMapping[Site, tuple[Loop, ...]]

    @property
    def around(self) -> tuple[Loop, ...]:
        """The loops that are open in it, itself included."""
        return self._opened.get(self.site, ())

    @cached_property
    def changed(self) -> frozenset[str]:
        """The names that a pass binds."""
        return frozenset(assigned_names(self.node.body))

    @cached_property
    def draws(self) -> bool:
        """Whether a pass draws."""
        return draws(self._index.in_loop(self.site))

    @cached_property
    def _counters(self) -> frozenset[str]:
        """What it counts by, where it does."""
        iterable = self.node.iterable
        counts = isinstance(iterable, ir.Call) and path(iterable.func) in _COUNTING
        return frozenset(target_names(self.node.target)) if counts else frozenset()

    def counts_by(self, key: ir.Expression) -> bool:
        """Whether a subscript is the counter, alone or as one of several."""
        parts = key.items if isinstance(key, ir.Display) else (key,)
        return any(isinstance(part, ir.Name) and part.id in self._counters for part in parts)


class _Reader:
    """Looks for reads in one function or module."""

    def __init__(
        self, file: str, block: ir.Block, index: CallIndex, opened: ReadOnlyMapping[Site, tuple[Loop, ...]]
    ) -> None:
        self._file = file
        self._block = block
        self._index = index
        self._opened = opened

    @cached_property
    def _writers(self) -> dict[str, list[ir.Statement]]:
        """The statements that bind a name, those around them included."""
        found: dict[str, list[ir.Statement]] = {}
        _bound(self._block, found)
        return found

    def reads(self) -> Iterator[ElementRead]:
        """The reads in all loops of the block."""
        yield from self._found_in(self._block, ())

    def _found_in(self, block: ir.Block, loops: tuple[_OpenLoop, ...]) -> Iterator[ElementRead]:
        """The reads in a block with these loops around it."""
        for statement in block:
            for expression in own_expressions(statement) if loops else ():
                if isinstance(expression, ir.Subscript):
                    yield from self._subscripted(expression, loops)
                elif isinstance(expression, ir.Call):
                    yield from self._extending(expression, loops)
            if isinstance(statement, ir.For):
                loop = _OpenLoop(statement, Site(self._file, statement.place), self._index, self._opened)
                yield from self._iterated(loop)
                yield from self._found_in(statement.body, (*loops, loop))
                yield from self._found_in(statement.orelse, loops)
            else:
                for nested in nested_blocks(statement):
                    yield from self._found_in(nested, loops)

    def _iterated(self, loop: _OpenLoop) -> Iterator[ElementRead]:
        """The tensor that a loop goes over."""
        iterable = loop.node.iterable
        if self._is_tensor(iterable) and not loop.draws:
            at = Site(self._file, iterable.place)
            yield ElementRead(at, path(iterable), loop.site, loop.around, loop.around[-1:], True)

    def _subscripted(self, read: ir.Subscript, loops: tuple[_OpenLoop, ...]) -> Iterator[ElementRead]:
        """The tensor that is indexed by the counter of one of these loops."""
        if not isinstance(read.value, ir.Name):
            return
        name = read.value.id
        counting = [loop for loop in loops if loop.counts_by(read.key)]
        if not counting or not self._is_tensor(read.value):
            return
        loop = next((each for each in counting if name not in each.changed and not each.draws), None)
        if loop is not None:
            around = loops[-1].around
            lasting = {each.site for each in loops if name not in each.changed}
            of_one = tuple(each for each in around if each.site in lasting)
            yield ElementRead(Site(self._file, read.place), name, loop.site, around, of_one, False)

    def _extending(self, call: ir.Call, loops: tuple[_OpenLoop, ...]) -> Iterator[ElementRead]:
        """The tensor that a call extends a list by."""
        extends = isinstance(call.func, ir.Attribute) and call.func.attr == "extend"
        if not extends or len(call.arguments) != 1 or not self._is_tensor(call.arguments[0].value):
            return
        taken = call.arguments[0].value
        loop = next((each for each in loops if not each.draws), None)
        if loop is not None:
            at = Site(self._file, taken.place)
            yield ElementRead(at, path(taken), loop.site, loop.around, (), True)

    def _is_tensor(self, node: ir.Expression, depth: int = 0) -> bool:
        """Whether an expression certainly gives an eager tensor."""
        if depth > _DEPTH:
            return False
        if isinstance(node, ir.Name):
            written = self._writers.get(node.id, ())
            plain = [each for each in written if isinstance(each, ir.Assign)]
            simple = [
                each for each in written if not isinstance(each, (ir.If, ir.For, ir.While, ir.With, ir.Try))
            ]
            return (
                bool(plain)
                and len(plain) == len(simple)
                and all(self._gives_tensor(each, node, depth) for each in plain)
            )
        if isinstance(node, ir.Operation):
            return node.operator in ("+", "-", "*", "/", "@", "**") and any(
                self._is_tensor(each, depth + 1) for each in node.operands
            )
        if isinstance(node, ir.Subscript):
            return isinstance(node.key, ir.Slice) and self._is_tensor(node.value, depth + 1)
        if not isinstance(node, ir.Call):
            return False
        found = self._index.at(Site(self._file, node.place))
        return bool(found) and all(map(_makes_tensor, found))

    def _gives_tensor(self, statement: ir.Assign, name: ir.Name, depth: int) -> bool:
        is_plain = all(isinstance(target, ir.Name) for target in statement.targets)
        return (
            is_plain
            and (isinstance(statement.value, ir.Call) or not uses_name(statement.value, name.id))
            and self._is_tensor(statement.value, depth + 1)
        )


def _bound(block: ir.Block, writers: dict[str, list[ir.Statement]]) -> dict[str, None]:
    """Add the statements of a block to those that bind a name; return the names."""
    found: dict[str, None] = {}
    for statement in block:
        inner = [_bound(nested, writers) for nested in nested_blocks(statement)]
        names = dict.fromkeys((*own_names(statement), *chain.from_iterable(inner)))
        for name in names:
            writers.setdefault(name, []).append(statement)
        found.update(names)
    return found


def _makes_tensor(record: CallRecord) -> bool:
    """Whether a call gives one eager tensor."""
    function = called(record)
    if function is not None:
        return function.compiled is not None and isinstance(record.result, Tensor)
    return _gives_tensor(record.callee)


def _gives_tensor(callee: str) -> bool:
    """Whether what has a name in Keras or TensorFlow gives one eager tensor."""
    if callee == "keras.Model()" or (callee.startswith("keras.layers.") and callee.endswith("()")):
        return True
    # What a method of a result gives, as `.numpy()` does, is none.
    if (
        not callee.startswith("tensorflow.")
        or ")." in callee
        or callee.rsplit(".", 1)[-1] in _OTHER_RESULTS.split()
    ):
        return False
    return callee.startswith(_OF_TENSORS) or kind_of(callee) not in _NO_TENSORS
