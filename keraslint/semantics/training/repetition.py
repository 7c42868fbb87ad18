"""What the loops around a call repeat: which passes reach it, and what is another thing on each of them.

``Repetitions.of(record)`` gives one :class:`Repetition` for each loop around a recorded call, outermost first,
loops in the functions that lead to it included. It tells

- what a pass changes (``changes``): an expression of the call that may differ from pass to pass. Not changed is
  what is certainly the same: unknown calls, random draws and attributes written in the loop count as changes;
- what comes from the loop's item (``comes_from_item``): ``x[i]`` for ``i``, an element, what is computed of it;
- what is made anew inside of the loop (``makes``), and all that a pass calls (``calls``);
- whether the call is reached on some passes alone (``is_on_some_passes``): every so many, or the last.

``Repetitions.request(record)`` gives the function of a web server that leads to a call (see ``requests``).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from functools import cached_property
from functools import partial
from typing import Any
from typing import TypeVar

from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.flow import Flow
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.requests import handles_requests
from keraslint.semantics.evaluation.samples import Samples
from keraslint.semantics.evaluation.stores import carried_on
from keraslint.semantics.evaluation.stores import read_by
from keraslint.semantics.evaluation.stores import rebound_by
from keraslint.semantics.evaluation.stores import stored_attributes
from keraslint.semantics.evaluation.stores import stored_by
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.walking import holder
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.some_passes import counter_of
from keraslint.semantics.training.some_passes import first_skip
from keraslint.semantics.training.some_passes import is_on_some_passes
from keraslint.semantics.training.some_passes import is_where_missing

T = TypeVar("T")

_LoopNode = ir.For | ir.While | ir.Comprehension


@dataclass(eq=False)
class Repetition:
    """A loop around a call."""

    record: CallRecord
    loop: Loop
    frames: tuple[Frame, ...]
    node: _LoopNode | None = field(repr=False)
    program: Repetitions = field(repr=False)

    @property
    def passes(self) -> int | None:
        """The number of passes, None where it is not known."""
        return self.loop.passes

    @property
    def calls(self) -> ReadOnlySequence[CallRecord]:
        """What the passes call, in the functions that they lead to as well."""
        return self.program.index.in_loop(self.loop.site)

    @property
    def methods(self) -> frozenset[str]:
        """The methods that the passes call, of any object."""
        return self.program.shared(
            ("methods", self.loop.site), lambda: frozenset(each.method for each in self.calls)
        )

    @property
    def callees(self) -> frozenset[str]:
        """The names of what the passes call."""
        return self.program.shared(
            ("callees", self.loop.site), lambda: frozenset(each.callee for each in self.calls)
        )

    @property
    def waits_for_a_person(self) -> bool:
        """Whether the passes ask somebody at the keyboard, beside whom nothing takes long."""
        return "builtins.input" in self.callees

    def changes(self, node: object) -> bool:
        """Whether an expression in the function around the call may differ from pass to pass."""
        return self._changed.reaches(node)

    def changes_argument(self, *names: str | int) -> bool:
        """Whether one of these arguments may; those that the call does not have are left out."""
        if not isinstance(self.record.node, ir.Call):
            return True
        return any(self.changes(each.value) for each in _arguments(self.record.node, names))

    def statements_with(self, records: Iterable[CallRecord]) -> tuple[Site, ...]:
        """The statements of the loop's own block that hold these calls, in order; none where one stands deeper."""
        found: set[int] = set()
        block = self.node.body if isinstance(self.node, (ir.For, ir.While)) else ()
        for record in records:
            in_file = record.site.file == self.loop.site.file
            index = holder(block, record.site.place) if in_file else None
            if index is None or not isinstance(block[index], (ir.Assign, ir.ExpressionStatement)):
                return ()
            found.add(block[index].place)
        return tuple(Site(self.loop.site.file, place) for place in sorted(found))

    def comes_from_item(self, node: object) -> bool:
        """Whether an expression in the function around the call is made from the loop's item."""
        return self._of_item.reaches(node)

    @property
    def at(self) -> Site:
        """The call itself, or the call in the loop of the function that leads to it."""
        link = self.frames[0].call if self.frames else None
        return self.record.site if link is None else link.site

    @property
    def body(self) -> ir.Block:
        """The statements of the loop; none of a comprehension."""
        return self.node.body if isinstance(self.node, (ir.For, ir.While)) else ()

    @cached_property
    def stores(self) -> frozenset[str]:
        """The attributes, of any object, that a pass assigns or changes in place."""
        return self.program.shared(("stores", self.loop.site), self._find_stores)

    def _find_stores(self) -> frozenset[str]:
        stored = stored_attributes(self.body)
        for function in self.program.index.functions(self.calls):
            stored |= stored_by(function)
        return frozenset(stored)

    @property
    def data(self) -> ir.Expression | None:
        """The first argument of the call as it is written."""
        node = self.record.node
        return node.arguments[0].value if isinstance(node, ir.Call) and node.arguments else None

    @property
    def data_comes_from_item(self) -> bool:
        """Whether the first argument does."""
        return self.comes_from_item(self.data)

    @property
    def data_is_carried_on(self) -> bool:
        """Whether the first argument is made from what an earlier pass left."""
        return self._carried_on.reaches(self.data)

    def definitions(self, node: ir.Expression | None) -> list[ir.Expression]:
        """An expression of the call, and what is assigned to it where it is a name of the same function."""
        if not isinstance(node, ir.Name):
            return [] if node is None else [node]
        assigned = self.program.shared(("assigned", id(self._block)), partial(_assigned, self._block))
        return assigned.get(node.id, [])

    @property
    def receiver_comes_from_item(self) -> bool:
        """Whether the object whose method is called does."""
        node = self.record.node
        return (
            isinstance(node, ir.Call)
            and isinstance(node.func, ir.Attribute)
            and self.comes_from_item(node.func.value)
        )

    def makes(self, value: Value | None) -> bool:
        """Whether a value, or what it may be, is made on the passes themselves."""
        return value is not None and any(
            part.call is not None and self.loop in part.call.loops
            for part in alternatives(value)
            if isinstance(part, (External, Instance, Model))
        )

    @property
    def is_on_some_passes(self) -> bool:
        """Whether only some passes reach the call: every tenth, the last, those that fail."""
        test = self.node.test if isinstance(self.node, ir.While) else None
        counter = counter_of(self.node)

        def find() -> bool:
            return any(
                is_on_some_passes(
                    block,
                    place,
                    index == 0 and bool(self.node),
                    test,
                    counter if index == 0 else None,
                    self._first_skip,
                )
                for index, (block, place) in enumerate(self._way)
            )

        return self.program.shared(("on some passes", self.record.site, *self._path), find)

    def _first_skip(self, block: ir.Block) -> int:
        return self.program.shared(("first skip", id(block)), partial(first_skip, block))

    @cached_property
    def is_where_missing(self) -> bool:
        """Whether the way to the call asks first whether something is there, which an earlier pass may have made."""
        return any(is_where_missing(block, place) for block, place in self._way)

    @cached_property
    def _way(self) -> tuple[tuple[ir.Block, int], ...]:
        """The blocks on the way from the loop down to the call, each with the place where it goes on."""
        places = [frame.call.site.place for frame in self.frames if frame.call is not None]
        links = [*places, self.record.site.place]
        blocks: list[ir.Block] = [] if not isinstance(self.node, (ir.For, ir.While)) else [self.node.body]
        if not blocks:
            links = links[1:]
        for frame in self.frames:
            node = frame.function.node
            blocks.append(node.body if isinstance(node, ir.FunctionDef) else ())
        return tuple(zip(blocks, links, strict=False))

    @property
    def _changed(self) -> Flow:
        def find() -> Flow:
            names = {name for each in self.program.index.functions(self.calls) for name in rebound_by(each)}
            return self._flow(self.stores, names | carried_on(self.body), strict=True)

        return self.program.shared(("changed", *self._path), find)

    @property
    def _carried_on(self) -> Flow:
        def find() -> Flow:
            return self._flow(self.stores, carried_on(self.body), strict=False, items=False)

        return self.program.shared(("carried on", *self._path), find)

    @property
    def _block(self) -> ir.Block:
        """The code around the call: the function's, or the loop's where both stand in one."""
        if self.frames:
            node = self.frames[-1].function.node
            return node.body if isinstance(node, ir.FunctionDef) else ()
        return self.body

    @property
    def _of_item(self) -> Flow:
        find = partial(self._flow, frozenset(), set(), strict=False)
        return self.program.shared(("of item", *self._path), find)

    @cached_property
    def _path(self) -> tuple[object, ...]:
        """What the flow from the loop down to the call depends on: other calls have the same."""
        links = (
            (id(frame.function.node), None if frame.call is None else frame.call.site)
            for frame in self.frames
        )
        return (self.loop.site, *links)

    def _flow(self, attributes: frozenset[str], names: set[str], strict: bool, items: bool = True) -> Flow:
        """The flow through the loop and down the functions that lead from it to the call."""
        flow = Flow(
            names, attributes, self.program.starts(self.loop.site.file, attributes) if strict else None
        )
        if isinstance(self.node, (ir.For, ir.While)):
            if isinstance(self.node, ir.For) and items:
                flow.assign(self.node.target)
            flow.run(self.node.body)
        elif isinstance(self.node, ir.Comprehension):
            for generator in self.node.generators:
                if generator.place == self.loop.site.place or flow.reaches(generator.iterable):
                    flow.assign(generator.target)
        for frame in self.frames:
            starts = self.program.starts(frame.function.file, attributes) if strict else None
            entered = Flow(self._entered(flow, frame, strict), attributes, starts)
            if isinstance(frame.function.node, ir.FunctionDef):
                entered.run(frame.function.node.body)
            flow = entered
        return flow

    def _entered(self, flow: Flow, frame: Frame, strict: bool) -> set[str]:
        """The names that are reached where a function begins: parameters, and what it closes over."""
        parameters = [parameter.name for parameter in frame.function.node.parameters]
        link = frame.call
        if link is not None and link.site == self.loop.site:
            # The function that `map` runs on each item.
            return set(parameters)
        if link is None or not isinstance(link.node, ir.Call):
            return {*parameters, *flow.names} if strict else set()
        entered = flow.names - set(parameters)
        positional = [each.value for each in link.node.arguments if each.keyword is None]
        if frame.function.owner is not None and frame.function.kind != "staticmethod":
            positional = [link.node.func, *positional]
        keywords = {each.keyword: each.value for each in link.node.arguments if each.keyword}
        is_open = any(each.star for each in link.node.arguments)
        for index, name in enumerate(parameters):
            given = positional[index] if index < len(positional) else keywords.get(name, ())
            if flow.reaches(given) or (is_open and any(flow.reaches(a.value) for a in link.node.arguments)):
                entered.add(name)
        return entered


class Repetitions:
    """The loops and web servers of a program, and what they repeat."""

    def __init__(
        self, records: ReadOnlySequence[CallRecord], modules: ReadOnlyMapping[str, ir.Module]
    ) -> None:
        self.index = CallIndex(records)
        self._modules = modules
        self.samples = Samples(self.index, modules)
        self._nodes: dict[str, dict[int, _LoopNode]] = {}
        self._shared: dict[object, Any] = {}

    def shared(self, key: object, find: Callable[[], T]) -> T:
        """What ``find`` gives, once for everything that has the same key."""
        if key not in self._shared:
            self._shared[key] = find()
        found: T = self._shared[key]
        return found

    def of(self, record: CallRecord) -> tuple[Repetition, ...]:
        """The loops around a call, outermost first."""
        found = []
        for index, loop in enumerate(record.loops):
            inside = tuple(frame for frame in record.frames if frame.loops > index)
            found.append(Repetition(record, loop, inside, self.node(loop.site), self))
        return tuple(found)

    def request(self, record: CallRecord) -> Function | None:
        """The function that a web server runs for each request and that leads to a call, None without one."""
        for frame in record.frames:
            if handles_requests(frame.function, self.index):
                return frame.function
        return None

    def is_kept(self, record: CallRecord, handler: Function) -> bool:
        """Whether what a call makes for a request is kept for the next: it is made where it is missing."""
        functions = [frame.function for frame in record.frames]
        start = next(index for index, each in enumerate(functions) if each.node is handler.node)
        links = [frame.call.site.place for frame in record.frames[start + 1 :] if frame.call is not None]
        for function, place in zip(functions[start:], [*links, record.site.place], strict=False):
            node = function.node
            if isinstance(node, ir.FunctionDef) and (_is_cached(node) or is_where_missing(node.body, place)):
                return True
        return False

    def starts(self, file: str, attributes: frozenset[str]) -> Callable[[ir.Call], bool]:
        """What tells, of a call in a file, whether its result may differ with the same arguments."""

        def differs(site: Site) -> bool:
            if not self.index.is_steady(site):
                return True
            inside = self.index.functions([*self.index.at(site), *self.index.inside(site)])
            return any(not attributes.isdisjoint(read_by(function)) for function in inside)

        known = cache(differs)
        return lambda node: known(Site(file, node.place))

    def node(self, site: Site) -> _LoopNode | None:
        """The loop at a place as the program writes it."""
        if site.file not in self._nodes:
            self._nodes[site.file] = dict(_loops(self._modules[site.file].body))
        return self._nodes[site.file].get(site.place)


def _assigned(block: ir.Block) -> dict[str, list[ir.Expression]]:
    """What is assigned to the names in a block, by name."""
    found: dict[str, list[ir.Expression]] = {}
    for statement in statements(block):
        if isinstance(statement, ir.Assign):
            for name in {target.id for target in statement.targets if isinstance(target, ir.Name)}:
                found.setdefault(name, []).append(statement.value)
    return found


def _is_cached(node: ir.FunctionDef) -> bool:
    """Whether a decorator keeps what the function gives: ``lru_cache``, ``cache_resource`` and their like."""
    names = (each for decorator in node.decorators for each in within(decorator))
    return any(
        "cache" in (each.attr if isinstance(each, ir.Attribute) else each.id)
        for each in names
        if isinstance(each, (ir.Attribute, ir.Name))
    )


def _loops(block: ir.Block) -> Iterator[tuple[int, _LoopNode]]:
    """The loops in a block, each with the place that it is recorded under."""
    pending: list[Any] = [block]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is ir.Name or kind is ir.Constant:
            continue
        if kind is ir.For or kind is ir.While:
            yield node.place, node
        elif kind is ir.Comprehension:
            yield from ((generator.place, node) for generator in node.generators)
        pending += [part for part in node if isinstance(part, tuple)]


def _arguments(call: ir.Call, names: ReadOnlySequence[str | int]) -> Iterator[ir.Argument]:
    for position, each in enumerate(call.arguments):
        if each.star or each.keyword in names or (each.keyword is None and position in names):
            yield each
