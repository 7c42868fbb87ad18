"""The abstract evaluator: statements, scopes, branches, loops and calls of the program's own functions."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence as ReadOnlySequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from functools import partial
from itertools import count
from typing import Any
from typing import Protocol

from keraslint.semantics import attributes
from keraslint.semantics import calls
from keraslint.semantics import expressions
from keraslint.semantics import ir
from keraslint.semantics import iteration
from keraslint.semantics import names
from keraslint.semantics.architecture import Sizing
from keraslint.semantics.bindings import assigned_names
from keraslint.semantics.bindings import bind_parameters
from keraslint.semantics.bindings import bound_names
from keraslint.semantics.members import attribute_writers
from keraslint.semantics.members import in_order_of_attributes
from keraslint.semantics.members import read_attributes
from keraslint.semantics.mentions import Mentions
from keraslint.semantics.records import Arguments
from keraslint.semantics.records import CallRecord
from keraslint.semantics.records import Context
from keraslint.semantics.records import Frame
from keraslint.semantics.records import Loop
from keraslint.semantics.state import Key
from keraslint.semantics.state import State
from keraslint.semantics.values import UNKNOWN
from keraslint.semantics.values import Class
from keraslint.semantics.values import Const
from keraslint.semantics.values import External
from keraslint.semantics.values import Function
from keraslint.semantics.values import Generator
from keraslint.semantics.values import Instance
from keraslint.semantics.values import ModuleValue
from keraslint.semantics.values import Sequence
from keraslint.semantics.values import Symbol
from keraslint.semantics.values import Value
from keraslint.semantics.values import join

MAX_DEPTH = 40
MAX_RECURSION = 2
MAX_UNROLLED = 64
MAX_UNROLLED_TOGETHER = 256
STEPS_PER_STATEMENT = 20_000
STEPS_PER_UNCALLED = 2_000
FREE_CALLS = 8
STEPS_PER_FUNCTION = 5_000
MAX_RECEIVERS = 4
STAR = "*"


class Resolver(Protocol):
    """How imports find files of the project."""

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        """The file of a module as ``importer`` would import it, None where the project has none."""


@dataclass(slots=True)
class _Activation:
    """A call under way: the state at its start and what its ``return`` statements gave."""

    base: State
    contexts: int
    returns: list[tuple[Value, dict[Key, Value]]] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    opened: tuple[Context, ...] = ()
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Spent:
    """What the calls of one function have cost so far, in statements, those of its callees included."""

    calls: int = 0
    steps: int = 0


@dataclass(slots=True)
class _OpenLoop:
    """A loop under way: the states below the loop and below the pass, and the paths that jumped."""

    base: State
    start: State
    breaks: list[dict[Key, Value]] = field(default_factory=list)
    continues: list[dict[Key, Value]] = field(default_factory=list)


class Evaluator:
    """Runs lowered modules on abstract values and records every call of interest.

    One evaluator serves one connected part of a project. Time is bounded: a
    statement at module level may take so many steps, and so may all calls of one
    function after the first few; calls beyond that (and beyond a depth) give
    ``UNKNOWN``.
    """

    def __init__(self, modules: ReadOnlyMapping[str, ir.Module], resolver: Resolver, generation: int) -> None:
        self.modules = modules
        self.resolver = resolver
        self.generation = generation
        self.root = State()
        self._state = self.root
        self.records: list[CallRecord] = []
        self.frames: list[Frame] = []
        self.loops: list[Loop] = []
        self.contexts: list[Context] = []
        self.file = ""
        self.scopes: tuple[int, ...] = ()
        self.classes: list[Class] = []
        self.functions: list[Function] = []
        self.called: set[ir.Site] = set()
        self.cuts = 0
        self.framework_files: set[str] = set()
        self.sizing = Sizing()
        self.capturing = 0
        self._owner: Class | None = None
        self._class_scopes: set[int] = set()
        self._closed_over: set[int] = set()
        self._comprehension_scopes: set[int] = set()
        self._alone: dict[ir.Site, int] = {}
        self._attribute_writers: dict[int, ReadOnlyMapping[str, ReadOnlySequence[ir.FunctionDef]]] = {}
        self._activations: list[_Activation] = []
        self._open_loops: list[_OpenLoop] = []
        self._module_scopes: dict[str, int] = {}
        self._exports: dict[str, tuple[str, ...]] = {}
        self._refs = count(1)
        self._steps = 0
        self._ticks = 0
        self._spent: dict[ir.Site, _Spent] = {}
        self.unrolled = 1

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
            self.module_scope(file)
        mentions = Mentions()
        for file in sorted(self.modules):
            mentions.add(self.modules[file])
        functions, classes = 0, 0
        while functions < len(self.functions) or classes < len(self.classes):
            new_functions, new_classes = self.functions[functions:], self.classes[classes:]
            functions, classes = len(self.functions), len(self.classes)
            plain = [function for function in new_functions if function.owner is None]
            # Those that nothing mentions come first, then the last ones: they are likely to call the others.
            first = [function for function in plain if _name(function) not in mentions.names]
            rest = [function for function in plain if _name(function) in mentions.names]
            for function in (*first, *reversed(rest)):
                if function.site not in self.called:
                    self._run_uncalled(function, ())
            for cls in new_classes:
                self._run_uncalled_methods(cls, mentions)

    def module_scope(self, file: str) -> int:
        """The scope of a module of the project, which is evaluated first if it was not yet."""
        scope = self._module_scopes.get(file)
        if scope is not None:
            return scope
        scope = self._module_scopes[file] = next(self._refs)
        with self._detached(file, (scope,)):
            self.state.set((scope, "__name__"), Const("__main__"))
            self.state.set((scope, "__file__"), Const(file))
            for statement in self.modules[file].body:
                self._steps = 0
                if not self.block((statement,)):
                    break
        return scope

    def _run_uncalled(self, function: Function, positional: tuple[Value, ...]) -> None:
        # Little is certain where the arguments are not known, and a library has thousands of such functions.
        self._steps = STEPS_PER_STATEMENT - STEPS_PER_UNCALLED
        with self._detached(function.file, function.scopes):
            self.state = State(self.root)
            self.call_function(function, Arguments(positional, open=True), None)
            writes = self.state.writes
        # Nobody knows whether and when it runs: what it leaves joins what was there.
        self.root.merge([{}, writes])

    def _run_uncalled_methods(self, cls: Class, mentions: Mentions) -> None:
        """Run the methods of a class that nothing calls on one unknown object.

        Methods of the project's bases that use what the class defines run as well:
        they may do something else here.
        """
        methods = attributes.methods(self, cls)
        own = [method for method in methods if method.owner is cls]
        names = {_name(method) for method in own}
        inherited = [
            method
            for method in methods
            if method.owner is not cls
            and 0 < self._alone.get(method.site, 0) < MAX_RECEIVERS
            and not names.isdisjoint(read_attributes(method.node))
        ]
        ordered = in_order_of_attributes([*inherited, *own])
        first = [method for method in ordered if _name(method) not in mentions.own]
        rest = [method for method in ordered if _name(method) in mentions.own]
        for method in (*first, *reversed(rest)):
            if method.site in self.called and method.owner is cls:
                continue
            self._alone[method.site] = self._alone.get(method.site, 0) + 1
            if method.kind == "staticmethod":
                self._run_uncalled(method, ())
            else:
                receiver = cls if method.kind == "classmethod" else self.unknown_instance(cls)
                self._run_uncalled(method, (receiver,))

    def attribute_writers(self, cls: Class) -> ReadOnlyMapping[str, ReadOnlySequence[ir.FunctionDef]]:
        """The methods in the class's own body that assign ``self.attribute``, by attribute."""
        key = id(cls.node)
        if key not in self._attribute_writers:
            self._attribute_writers[key] = attribute_writers(cls.node.body)
        return self._attribute_writers[key]

    def unknown_instance(self, cls: Class) -> Instance:
        """An object of ``cls`` made with unknown arguments: the same one for each class."""
        key = (cls.scope, "#instance")
        known = self.root.get(key)
        if isinstance(known, Instance):
            return known
        instance = Instance(self.new_ref(), cls, None)
        self.root.set(key, instance)
        with self._detached(cls.file, cls.scopes):
            self.state = State(self.root)
            calls.construct(self, instance, Arguments(open=True), None)
            writes = self.state.writes
        self.root.merge([{}, writes])
        return instance

    @contextmanager
    def _detached(self, file: str, scopes: tuple[int, ...]) -> Iterator[None]:
        """Run on the root state, outside all loops, contexts and calls."""
        saved = (
            self.state,
            self.file,
            self.scopes,
            self.frames,
            self.loops,
            self.contexts,
            self._owner,
            self._activations,
            self._open_loops,
        )
        self.state, self.file, self.scopes = self.root, file, scopes
        self.frames, self.loops, self.contexts = [], [], []
        self._owner, self._activations, self._open_loops = None, [], []
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
                self._owner,
                self._activations,
                self._open_loops,
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
        for scope in self.scopes:
            value = self.state.get((scope, name))
            if value is not None:
                return value
        for scope in self.scopes:
            starred = self.state.get((scope, STAR))
            if isinstance(starred, Sequence) and starred.items is not None:
                for module in reversed(starred.items):
                    if isinstance(module, Symbol) and names.exists(f"{module.name}.{name}"):
                        return attributes.get(self, module, name)
        return None

    def bind(self, name: str, value: Value) -> None:
        """Bind a name where Python would."""
        self.state.set(self._key(name), value)

    def _key(self, name: str) -> Key:
        if self._activations:
            activation = self._activations[-1]
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
            attributes.assign(self, self.expression(target.value), target.attr, value)
        elif isinstance(target, ir.Subscript):
            iteration.set_item(self, self.expression(target.value), self.expression(target.key), value)
        elif isinstance(target, ir.Display):
            starred = [i for i, item in enumerate(target.items) if isinstance(item, ir.Starred)]
            values = iteration.unpack(self, value, len(target.items), starred[0] if starred else None)
            for item, part in zip(target.items, values, strict=True):
                self.assign(item.value if isinstance(item, ir.Starred) else item, part)

    # Statements

    def block(self, statements: ir.Block) -> bool:
        """Run statements; False where no path reaches the end."""
        for statement in statements:
            self._steps += 1
            self._ticks += 1
            if not _STATEMENTS[type(statement)](self, statement):
                return False
        return True

    def expression(self, node: ir.Expression) -> Value:
        """The value of an expression."""
        return expressions.evaluate(self, node)

    def _alternatives(self, runs: list[Callable[[], bool]]) -> bool:
        base = self.state
        outcomes = []
        for run in runs:
            self.state = State(base)
            falls_through = run()
            if falls_through:
                outcomes.append(self.state.writes_since(base))
            self.state = base
        if outcomes:
            base.merge(outcomes)
        return bool(outcomes)

    def _expression_statement(self, node: ir.ExpressionStatement) -> bool:
        value = self.expression(node.value)
        return not (isinstance(value, External) and value.made_by in _EXITS)

    def _assign(self, node: ir.Assign) -> bool:
        value = self.expression(node.value)
        for target in node.targets:
            self.assign(target, value)
        return True

    def _augmented_assign(self, node: ir.AugmentedAssign) -> bool:
        current = self.expression(node.target)
        operand = self.expression(node.value)
        if node.operator == "+" and isinstance(current, Sequence) and current.ref:
            iteration.extend(self, current, operand)
            return True
        self.assign(node.target, expressions.operate(self, node, node.operator, (current, operand)))
        return True

    def _nothing(self, _: object) -> bool:
        return True

    def _return(self, node: ir.Return) -> bool:
        value = Const(None) if node.value is None else self.expression(node.value)
        if self._activations:
            activation = self._activations[-1]
            activation.returns.append((value, self.state.writes_since(activation.base)))
        return False

    def _raise(self, node: ir.Raise) -> bool:
        if node.exception is not None:
            self.expression(node.exception)
        return False

    def _assert(self, node: ir.Assert) -> bool:
        self.expression(node.test)
        return True

    def _delete(self, node: ir.Delete) -> bool:
        for target in node.targets:
            if isinstance(target, ir.Name):
                self.bind(target.id, UNKNOWN)
        return True

    def _jump(self, node: ir.Jump) -> bool:
        if self._open_loops:
            loop = self._open_loops[-1]
            if node.kind == "break":
                loop.breaks.append(self.state.writes_since(loop.base))
            else:
                loop.continues.append(self.state.writes_since(loop.start))
        return False

    def _scope(self, node: ir.Scope) -> bool:
        if self._activations:
            activation = self._activations[-1]
            (activation.globals if node.kind == "global" else activation.nonlocals).update(node.names)
        return True

    def _import(self, node: ir.Import) -> bool:
        if node.alias is not None:
            self.bind(node.alias, self.imported(node.module, 0))
        else:
            first = node.module.split(".")[0]
            self.bind(first, self.imported(first, 0))
            if first != node.module:
                self.imported(node.module, 0)
        return True

    def _import_from(self, node: ir.ImportFrom) -> bool:
        if node.module == "__future__":
            return True
        module = self.imported(node.module, node.level)
        for name, alias in node.names:
            if name == STAR:
                self._import_star(module)
                continue
            submodule = f"{node.module}.{name}" if node.module else name
            value = UNKNOWN
            if isinstance(module, (ModuleValue, Symbol)):
                value = attributes.get(self, module, name)
            # A folder without ``__init__.py`` is a package too.
            is_namespace = self.resolver.resolve(self.file, node.level, submodule) in self.modules
            if value is UNKNOWN or (is_namespace and not isinstance(module, ModuleValue)):
                value = self.imported(submodule, node.level) if is_namespace else UNKNOWN
            self.bind(alias or name, value)
        return True

    def imported(self, module: str, level: int) -> Value:
        """The module that an import names: one of the project, or another package's symbol."""
        file = self.resolver.resolve(self.file, level, module)
        if file is not None and file in self.modules:
            self.module_scope(file)
            if file in self.framework_files:
                self.framework_files.add(self.file)
            return ModuleValue(file)
        if level or file is not None:
            return UNKNOWN
        if module.split(".", 1)[0] in names.FRAMEWORKS:
            self.framework_files.add(self.file)
        return names.symbol(module)

    def _import_star(self, module: Value) -> None:
        if isinstance(module, ModuleValue):
            scope = self.module_scope(module.file)
            for name in self._star_names(module.file):
                value = self.state.get((scope, name))
                if value is not None:
                    self.bind(name, value)
            starred = self.state.get((scope, STAR))
            if isinstance(starred, Sequence) and starred.items is not None:
                for inner in starred.items:
                    self._import_star(inner)
        elif isinstance(module, Symbol):
            key = self._key(STAR)
            before = self.state.get(key)
            items = before.items if isinstance(before, Sequence) and before.items else ()
            self.state.set(key, Sequence("tuple", (*items, module)))

    def _star_names(self, file: str) -> tuple[str, ...]:
        """The names that ``import *`` takes from a module of the project."""
        known = self._exports.get(file)
        if known is not None:
            return known
        self._exports[file] = ()
        scope = self._module_scopes[file]
        listed = self.state.get((scope, "__all__"))
        names_of_all = None if listed is None else iteration.items(self, listed)
        found: dict[str, None] = {}
        if names_of_all is not None:
            found = {
                item.value: None
                for item in names_of_all
                if isinstance(item, Const) and isinstance(item.value, str)
            }
        else:
            for name, source in bound_names(self.modules[file].body):
                if name != STAR:
                    found[name] = None
                elif (inner := self.resolver.resolve(file, source[0], source[1])) in self._module_scopes:
                    assert inner is not None
                    found.update(dict.fromkeys(self._star_names(inner)))
            found = {name: None for name in found if not name.startswith("_")}
        self._exports[file] = tuple(found)
        return self._exports[file]

    def _if(self, node: ir.If) -> bool:
        runs: list[Callable[[], bool]] = []
        for branch in node.branches:
            truth = expressions.condition(self, branch.test)
            if truth is not False:
                runs.append(partial(self.block, branch.body))
            if truth is True:
                break
        else:
            runs.append(partial(self.block, node.orelse))
        return runs[0]() if len(runs) == 1 else self._alternatives(runs)

    def _for(self, node: ir.For) -> bool:
        iterable = self.expression(node.iterable)
        items = iteration.items(self, iterable)
        passes = iteration.length(self, iterable)
        loop = Loop(self.site(node.place), "for", iterable, passes)
        if items is None or not self.may_unroll(len(items)):
            element = iteration.element(self, iterable)
            return self._repeat(loop, node.body, node.orelse, lambda: self.assign(node.target, element))
        starts: list[Callable[[], None]] = [partial(self.assign, node.target, item) for item in items]
        return self._unroll(loop, node.body, node.orelse, starts)

    def may_unroll(self, passes: int) -> bool:
        """Whether a loop of so many passes may run pass by pass, with those that are open around it."""
        return passes <= MAX_UNROLLED and self.unrolled * passes <= MAX_UNROLLED_TOGETHER

    def _while(self, node: ir.While) -> bool:
        if expressions.condition(self, node.test) is False:
            return self.block(node.orelse)
        loop = Loop(self.site(node.place), "while", UNKNOWN, None)
        return self._repeat(loop, node.body, node.orelse, lambda: None)

    def _unroll(self, loop: Loop, body: ir.Block, orelse: ir.Block, starts: list[Callable[[], None]]) -> bool:
        base = self.state
        self.state = whole = State(base)
        self.loops.append(loop)
        self.unrolled *= max(1, len(starts))
        open_loop = _OpenLoop(base, whole)
        self._open_loops.append(open_loop)
        reaches_end = True
        for start in starts:
            self.state = State(whole)
            open_loop.continues = []
            start()
            outcomes = [self.state.writes] if self.block(body) else []
            outcomes += open_loop.continues
            self.state = whole
            if not outcomes:
                reaches_end = False
                break
            whole.merge(outcomes)
        self._open_loops.pop()
        self.unrolled //= max(1, len(starts))
        self.loops.pop()
        if reaches_end:
            reaches_end = self.block(orelse)
        self.state = base
        exits = ([whole.writes] if reaches_end else []) + open_loop.breaks
        if exits:
            base.merge(exits)
        return bool(exits)

    def _repeat(self, loop: Loop, body: ir.Block, orelse: ir.Block, start: Callable[[], None]) -> bool:
        base = self.state
        reads: set[Key] = set()
        first_inside = self.new_ref()
        self.state = once = State(base, reads)
        once.widen(self._key(name) for name in assigned_names(body))
        widened = set(once.writes)
        self.loops.append(loop)
        open_loop = _OpenLoop(base, base)
        self._open_loops.append(open_loop)
        start()
        outcomes = [self.state.writes_since(base)] if self.block(body) else []
        self._open_loops.pop()
        self.loops.pop()
        self.state = base
        outcomes += open_loop.continues + open_loop.breaks
        for writes in outcomes:
            # What a pass reads of an object and then changes is another thing for the next pass.
            for key in (writes.keys() & reads) - widened:
                before = base.get(key)
                is_older_list = key[1] == iteration.CONTENTS and key[0] < first_inside
                if before is not None or is_older_list:
                    writes[key] = iteration.after_many(before, writes[key])
        if not loop.passes:
            outcomes.append({})
        if not outcomes:
            return loop.kind == "while" and not self._activations
        base.merge(outcomes)
        return self.block(orelse)

    def _with(self, node: ir.With) -> bool:
        outer = len(self.contexts)
        for item in node.items:
            value = self.expression(item.context)
            self.contexts.append(Context(self.site(item.place), self.site(node.place), value))
            entered = value
            if isinstance(value, Generator):
                entered = value.element
                self.contexts.extend(value.contexts)
            elif isinstance(value, Instance):
                entered = self.call_special(value, "__enter__") or UNKNOWN
            if item.target is not None:
                self.assign(item.target, entered)
        falls_through = self.block(node.body)
        del self.contexts[outer:]
        return falls_through

    def _try(self, node: ir.Try) -> bool:
        base = self.state
        returned = len(self._activations[-1].returns) if self._activations else 0
        self.state = body = State(base)
        falls_through = self.block(node.body)
        attempted = dict(body.writes)
        if falls_through:
            falls_through = self.block(node.orelse)
        outcomes = [body.writes] if falls_through else []
        imports_only = all(isinstance(statement, (ir.Import, ir.ImportFrom)) for statement in node.body)
        for handler in node.handlers:
            self.state = branch = State(base)
            if not imports_only:
                branch.merge([{}, attempted])
            if handler.name is not None:
                self.bind(handler.name, UNKNOWN)
            if self.block(handler.body):
                # What a failed import falls back to matters only for names that the import did not bind.
                outcomes.append({**branch.writes, **attempted} if imports_only else branch.writes)
        self.state = base
        if node.final and self._activations and len(self._activations[-1].returns) > returned:
            self._finish_returns(node.final, returned)
        if outcomes:
            base.merge(outcomes)
        return self.block(node.final) and bool(outcomes)

    def _finish_returns(self, final: ir.Block, first: int) -> None:
        """Run a ``finally`` on the paths that leave its ``try`` by ``return``."""
        activation, current = self._activations[-1], self.state
        self.state = State(activation.base)
        self.state.merge([writes for _, writes in activation.returns[first:]])
        if self.block(final):
            writes = self.state.writes
            activation.returns[first:] = [(value, writes) for value, _ in activation.returns[first:]]
        self.state = current

    def _match(self, node: ir.Match) -> bool:
        self.expression(node.subject)

        def run(case: ir.Case) -> bool:
            for name in case.names:
                self.bind(name, UNKNOWN)
            return self.block(case.body)

        runs: list[Callable[[], bool]] = [partial(run, case) for case in node.cases]
        return self._alternatives([*runs, lambda: True])

    def _function_def(self, node: ir.FunctionDef) -> bool:
        function: Value = self.make_function(node)
        assert isinstance(function, Function)
        self.functions.append(function)
        for decorator in reversed(node.decorators):
            function = calls.decorate(self, function, self.expression(decorator), decorator)
        self.bind(node.name, function)
        return True

    def make_function(self, node: ir.FunctionDef | ir.Lambda) -> Function:
        """A function value that closes over the scopes at hand (class scopes are no closures)."""
        defaults = tuple(
            None if parameter.default is None else self.expression(parameter.default)
            for parameter in node.parameters
        )
        scopes = tuple(scope for scope in self.scopes if scope not in self._class_scopes)
        self._closed_over.update(scopes)
        owner = self._owner if self.scopes and self.scopes[0] in self._class_scopes else None
        return Function(node, self.file, scopes, defaults, owner)

    def _class_def(self, node: ir.ClassDef) -> bool:
        arguments = calls.arguments(self, node.arguments)
        scope = self.new_ref()
        bases = arguments.positional
        lineage = attributes.ancestors(bases)
        cls = Class(node, self.file, scope, self.scopes, bases, arguments.keywords, lineage)
        self.classes.append(cls)
        self._class_scopes.add(scope)
        owner, scopes = self._owner, self.scopes
        self._owner, self.scopes = cls, (scope, *scopes)
        self.block(node.body)
        self._owner, self.scopes = owner, scopes
        for decorator in node.decorators:
            self.expression(decorator)
        self.bind(node.name, cls)
        return True

    # Calls of the program's own functions

    def call_function(self, function: Function, arguments: Arguments, call: CallRecord | None) -> Value:
        """Evaluate a function of the project on its arguments; beyond the bounds it gives UNKNOWN."""
        depth = sum(frame.function.node is function.node for frame in self.frames)
        spent = self._spent.setdefault(function.site, _Spent())
        if (
            len(self.frames) >= MAX_DEPTH
            or depth >= MAX_RECURSION
            or self._steps > STEPS_PER_STATEMENT
            or (spent.calls > FREE_CALLS and spent.steps > STEPS_PER_FUNCTION)
        ):
            self.cuts += 1
            return UNKNOWN
        before = self._ticks
        self.called.add(function.site)
        values = bind_parameters(function, arguments, self.new_ref)
        saved = self.file, self.scopes, self._owner, self._open_loops, self.state
        base = self.state
        self.state = State(base)
        self.file, self._owner = function.file, function.owner
        self.scopes = (self.new_ref(), *function.scopes)
        self._open_loops = []
        self.frames.append(Frame(function, call, len(self.loops)))
        activation = _Activation(base, len(self.contexts))
        self._activations.append(activation)
        for name, value in values.items():
            self.state.set((self.scopes[0], name), value)
        if isinstance(function.node, ir.Lambda):
            result = self.expression(function.node.body)
            activation.returns.append((result, self.state.writes_since(base)))
        elif self.block(function.node.body):
            activation.returns.append((Const(None), self.state.writes_since(base)))
        self._activations.pop()
        self.frames.pop()
        spent.calls += 1
        spent.steps += self._ticks - before
        local = self.scopes[0]
        self.file, self.scopes, self._owner, self._open_loops, self.state = saved
        if activation.returns:
            paths = [writes for _, writes in activation.returns]
            if local not in self._closed_over:
                paths = [{key: value for key, value in path.items() if key[0] != local} for path in paths]
            base.merge(paths)
        if isinstance(function.node, ir.FunctionDef) and function.node.is_generator:
            element = join(*activation.yields) if activation.yields else UNKNOWN
            return Generator(function, element, call, activation.opened)
        return join(*(value for value, _ in activation.returns)) if activation.returns else UNKNOWN

    def call_special(self, instance: Instance, name: str, *arguments: Value) -> Value | None:
        """Call a special method of an object; None where the program does not define it."""
        function = attributes.class_attribute(self, instance.cls, name)
        if not isinstance(function, Function):
            return None
        return self.call_function(function, Arguments((instance, *arguments)), None)

    def run_method(self, method: Function, instance: Instance) -> list[CallRecord]:
        """What a method records on an object when it is called with unknown arguments."""
        self._steps = 0
        with self._detached(method.file, method.scopes), self.capture() as records:
            self.state = State(self.root)
            self.call_function(method, Arguments((instance,), open=True), None)
            found = list(records)
            records.clear()
        return found

    def attribute_after(self, method: Function, instance: Instance, key: Key) -> Value:
        """What is under ``key`` after a method ran with unknown arguments; nothing else stays of that run."""
        base, records, called = self.state, self.records, set(self.called)
        self.state, self.records = State(base), []
        self.call_function(method, Arguments((instance,), open=True), None)
        value = self.state.get(key)
        self.state, self.records, self.called = base, records, called
        return UNKNOWN if value is None else value

    def yielded(self, value: Value) -> None:
        """Note what a ``yield`` gives to its generator."""
        if self._activations:
            activation = self._activations[-1]
            activation.yields.append(value)
            activation.opened = tuple(self.contexts[activation.contexts :])


def _name(function: Function) -> str:
    """The name as the lowered program has it: private ones with their class."""
    return function.node.name if isinstance(function.node, ir.FunctionDef) else function.name


_EXITS = ("sys.exit", "os._exit", "builtins.exit", "builtins.quit")

_STATEMENTS: dict[type, Callable[[Evaluator, Any], bool]] = {
    ir.AnnotatedName: Evaluator._nothing,
    ir.Assert: Evaluator._assert,
    ir.Assign: Evaluator._assign,
    ir.AugmentedAssign: Evaluator._augmented_assign,
    ir.ClassDef: Evaluator._class_def,
    ir.Delete: Evaluator._delete,
    ir.ExpressionStatement: Evaluator._expression_statement,
    ir.For: Evaluator._for,
    ir.FunctionDef: Evaluator._function_def,
    ir.If: Evaluator._if,
    ir.Import: Evaluator._import,
    ir.ImportFrom: Evaluator._import_from,
    ir.Jump: Evaluator._jump,
    ir.Match: Evaluator._match,
    ir.Raise: Evaluator._raise,
    ir.Return: Evaluator._return,
    ir.Scope: Evaluator._scope,
    ir.Try: Evaluator._try,
    ir.While: Evaluator._while,
    ir.With: Evaluator._with,
}
