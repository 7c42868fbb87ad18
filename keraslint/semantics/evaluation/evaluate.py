"""The abstract evaluator: what a run of a program knows, and where in the program it stands."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence as ReadOnlySequence
from contextlib import contextmanager
from itertools import count

from keraslint.semantics.evaluation import assignments
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import expressions
from keraslint.semantics.evaluation import imports
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import statements
from keraslint.semantics.evaluation import uncalled
from keraslint.semantics.evaluation.bounds import Bounds
from keraslint.semantics.evaluation.functions import Activation
from keraslint.semantics.evaluation.loops import OpenLoop
from keraslint.semantics.evaluation.members import attribute_writers
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.records import WeightRead
from keraslint.semantics.evaluation.state import Key
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir
from keraslint.semantics.model.architecture import Sizing


class Evaluator:
    """Runs lowered modules on abstract values and records every call of interest.

    One evaluator serves one connected part of a project. Statements, expressions,
    calls and imports are run by the modules of those names, each a set of functions
    over an evaluator.
    """

    def __init__(
        self, modules: ReadOnlyMapping[str, ir.Module], resolver: imports.Resolver, generation: int
    ) -> None:
        self.modules = modules
        self.resolver = resolver
        self.generation = generation
        self.root = State()
        self._state = self.root
        self.records: list[CallRecord] = []
        # What a record keeps of them is the same for all records of a call.
        self.frames: tuple[Frame, ...] = ()
        self.loops: tuple[Loop, ...] = ()
        self.contexts: tuple[Context, ...] = ()
        self.file = ""
        self.scopes: tuple[int, ...] = ()
        self.classes: list[Class] = []
        self.functions: list[Function] = []
        self.called: set[ir.Site] = set()
        # By identity: the modules keep their nodes.
        self.spellings: dict[int, str] = {}
        self.yielding_loops: set[ir.Site] = set()
        self.bounds = Bounds()
        self.framework_files: set[str] = set()
        self.sizing = Sizing()
        self.weight_reads: list[WeightRead] = []
        # What statements make and nothing takes.
        self.discarded: list[Dataset] = []
        self.opened_loops: dict[ir.Site, tuple[Loop, ...]] = {}
        self.capturing = 0
        self.owner: Class | None = None
        self.class_scopes: set[int] = set()
        self.closed_over: set[int] = set()
        self._comprehension_scopes: set[int] = set()
        self._attribute_writers: dict[int, ReadOnlyMapping[str, ReadOnlySequence[ir.FunctionDef]]] = {}
        self.activations: list[Activation] = []
        self.open_loops: list[OpenLoop] = []
        self.module_scopes: dict[str, int] = {}
        self.imported_files: dict[str, set[str]] = {}
        self.exports: dict[str, tuple[str, ...]] = {}
        self._refs = count(1)

    @property
    def state(self) -> State:
        """The layer of the state that is read and written now."""
        return self._state

    @state.setter
    def state(self, layer: State) -> None:
        layer.activate()
        self._state = layer

    # Running

    def run(self) -> None:
        """Evaluate every module, then every function and method that nothing called."""
        for file in sorted(self.modules):
            imports.module_scope(self, file)
        uncalled.run(self)

    def block(self, block: ir.Block) -> bool:
        """Run statements; False where no path reaches the end."""
        for statement in block:
            self.bounds.step()
            if not statements.STATEMENTS[type(statement)](self, statement):
                return False
        return True

    def expression(self, node: ir.Expression) -> Value:
        """The value of an expression."""
        return expressions.EXPRESSIONS[type(node)](self, node)

    def attribute_writers(self, cls: Class) -> ReadOnlyMapping[str, ReadOnlySequence[ir.FunctionDef]]:
        """The methods in the class's own body that assign ``self.attribute``, by attribute."""
        key = id(cls.node)
        if key not in self._attribute_writers:
            self._attribute_writers[key] = attribute_writers(cls.node.body)
        return self._attribute_writers[key]

    @contextmanager
    def detached(self, file: str, scopes: tuple[int, ...]) -> Iterator[None]:
        """Run on the root state, outside all loops, contexts and calls."""
        saved = (
            self.state,
            self.file,
            self.scopes,
            self.frames,
            self.loops,
            self.contexts,
            self.owner,
            self.activations,
            self.open_loops,
        )
        self.state, self.file, self.scopes = self.root, file, scopes
        self.frames, self.loops, self.contexts = (), (), ()
        self.owner, self.activations, self.open_loops = None, [], []
        try:
            yield
        finally:
            (
                self.state,
                self.file,
                self.scopes,
                self.frames,
                self.loops,
                self.contexts,
                self.owner,
                self.activations,
                self.open_loops,
            ) = saved

    @contextmanager
    def capture(self) -> Iterator[list[CallRecord]]:
        """Collect the records of what runs inside, operators included."""
        outer, self.records = self.records, []
        self.capturing += 1
        try:
            yield self.records
        finally:
            self.capturing -= 1
            outer.extend(self.records)
            self.records = outer

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Run on a layer of its own; neither the records, the returns nor the state of that run stay."""
        base, marks = self.state, [(len(each.returns), len(each.yields)) for each in self.activations]
        outer, self.records = self.records, []
        self.state = State(base)
        try:
            yield
        finally:
            self.state, self.records = base, outer
            for activation, (returns, yields) in zip(self.activations, marks, strict=True):
                del activation.returns[returns:], activation.yields[yields:]

    def new_ref(self) -> int:
        """A number for a scope or a heap object."""
        return next(self._refs)

    def site(self, place: int) -> ir.Site:
        """The site of a place in the file that is being evaluated."""
        return ir.Site(self.file, place)

    @contextmanager
    def comprehension(self) -> Iterator[None]:
        """Run in a scope of its own, as a comprehension does."""
        outer = self.scopes
        scope = self.new_ref()
        self._comprehension_scopes.add(scope)
        self.scopes = (scope, *outer)
        try:
            yield
        finally:
            self.scopes = outer

    @contextmanager
    def outside_comprehensions(self) -> Iterator[None]:
        """Run in the scope of the function or module around all comprehensions."""
        inner = self.scopes
        depth = next(i for i, scope in enumerate(inner) if scope not in self._comprehension_scopes)
        self.scopes = inner[depth:]
        try:
            yield
        finally:
            self.scopes = inner

    # Names

    def lookup(self, name: str) -> Value | None:
        """The value of a name where it stands, None where nothing binds it."""
        state = self._state
        for scope in self.scopes:
            value = state.get((scope, name))
            if value is not None:
                return value
        for scope in self.scopes:
            value = imports.starred(self, scope, name)
            if value is not None:
                return value
        return None

    def bind(self, name: str, value: Value) -> None:
        """Bind a name where Python would."""
        self.state.set(self.key_of(name), value)

    def key_of(self, name: str) -> Key:
        """Where Python would bind a name."""
        if self.activations:
            activation = self.activations[-1]
            if name in activation.globals:
                return (self.scopes[-1], name)
            if name in activation.nonlocals:
                for scope in self.scopes[1:]:
                    if self.state.get((scope, name)) is not None:
                        return (scope, name)
        return (self.scopes[0], name)

    def assign(self, target: ir.Expression, value: Value) -> None:
        """Assign to a name, attribute, item or nested tuple of those."""
        if isinstance(target, ir.Name):
            self.bind(target.id, value)
        elif isinstance(target, ir.Attribute):
            receiver = self.expression(target.value)
            assignments.note_attribute(self, target, receiver, value)
            attributes.assign(self, receiver, target.attr, value)
        elif isinstance(target, ir.Subscript):
            receiver, key = self.expression(target.value), self.expression(target.key)
            assignments.note_item(self, target, receiver, key, value)
            iteration.set_item(self, receiver, key, value)
        elif isinstance(target, ir.Display):
            starred = [i for i, item in enumerate(target.items) if isinstance(item, ir.Starred)]
            values = iteration.unpack(self, value, len(target.items), starred[0] if starred else None)
            for item, part in zip(target.items, values, strict=True):
                self.assign(item.value if isinstance(item, ir.Starred) else item, part)
