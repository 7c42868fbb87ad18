"""The same batches from a pipeline of tf.data: a Sequence that prepares sample by sample, written anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from keraslint.semantics.data.translating import Kind
from keraslint.semantics.data.translating import Term
from keraslint.semantics.data.translating import Translator
from keraslint.semantics.data.translating import UntranslatableError
from keraslint.semantics.data.translating import constant
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir

_MAKERS = ("array", "asarray", "stack")
_OVER_A_BATCH = ("expand_dims", "max", "mean", "min", "reshape", "std", "sum", "transpose")
_INDENT = " " * 4


@dataclass(frozen=True, slots=True)
class TensorPipeline:
    """A function that makes the pipeline: its name, its code with holes for ``symbols``, what differs in the results.

    ``parameters`` are those of the constructor that it takes, in order.
    """

    name: str
    code: str
    symbols: Mapping[str, str]
    differences: tuple[str, ...]
    parameters: tuple[str, ...]


def tensor_pipeline(
    cls: Class, constructor: ir.FunctionDef, getitem: ir.FunctionDef, records: Iterable[CallRecord]
) -> TensorPipeline:
    """The class as a pipeline; raises where something in it has no counterpart."""
    return _Pipeline(cls, constructor, getitem, records).written()


@dataclass
class _Sources:
    """The arrays whose rows are the samples, by the name of the attribute, each with the name of one row."""

    names: dict[str, str] = field(default_factory=dict)

    def sample(self, attribute: str) -> Term:
        plain = attribute.lstrip("_")
        one = plain[:-1] if plain.endswith("s") and len(plain) > 2 else f"one_{plain}"
        return Term(ast.Name(self.names.setdefault(attribute, one)))


class _Pipeline:
    def __init__(
        self,
        cls: Class,
        constructor: ir.FunctionDef,
        getitem: ir.FunctionDef,
        records: Iterable[CallRecord],
    ) -> None:
        self._cls = cls
        self._constructor = constructor
        self._getitem = getitem
        self._own = getitem.parameters[0].name
        self._values = dict(_assigned(constructor))
        self._sources = _Sources()
        self._taken: dict[str, None] = {}
        self._functions: dict[str, list[str]] = {}
        self._kinds: dict[str, Kind] = {}
        self._locals: dict[str, ir.Expression] = {}
        self._rows: set[str] = set()
        self._results: dict[str, Term] = {}
        self._lines: list[str] = []
        self._translator = Translator(
            {record.site.place: record for record in records if record.site.file == cls.file},
            {},
            self._name,
            self._attribute,
            self._call,
        )

    # The whole

    def written(self) -> TensorPipeline:
        body = _without_docstring(self._getitem.body)
        if not body or not isinstance(body[-1], ir.Return) or body[-1].value is None:
            raise UntranslatableError("a `__getitem__` that does not end in its one `return`")
        for statement in body[:-1]:
            self._read(statement)
        returned = body[-1].value
        parts = [returned]
        if isinstance(returned, ir.Display) and returned.kind == "tuple":
            parts = list(returned.items)
        results = [self._line_of(part) for part in parts]
        if not self._sources.names:
            raise UntranslatableError("where the samples come from")
        return self._composed(results)

    def _composed(self, results: Sequence[str]) -> TensorPipeline:
        data = [self._parameter(attribute) for attribute in self._sources.names]
        samples = list(self._sources.names.values())
        size = next(
            (name for name in self._values if re.fullmatch("_?(batch_?size|bs|batch)", name.lower())), None
        )
        batch = "batch_size" if size is None else ast.unparse(self._plain(size))
        if size is None:
            self._taken[batch] = None
        everything = f"({', '.join(data)})" if len(data) > 1 else data[0]
        pairs = {"data": "data.Dataset.from_tensor_slices", "autotune": "data.AUTOTUNE"}
        slices, autotune = (ast.unparse(self._translator.symbol(path)) for path in pairs.values())
        shuffled = f".shuffle(len({data[0]}))" if self._shuffles else ""
        given = f"({', '.join(results)})" if len(results) > 1 else results[0]
        name = _snake(self._cls.name)
        order = [each.name for each in self._constructor.parameters]
        taken = sorted(self._taken, key=lambda each: order.index(each) if each in order else len(order))
        lines = [
            f"def {name}({', '.join(taken)}):",
            f'    """What `{self._cls.name}` serves, from a pipeline of tf.data."""',
            "",
            *(
                f"{_INDENT}{line}" if line else ""
                for lines in self._functions.values()
                for line in [*lines, ""]
            ),
            f"    def load({', '.join(samples)}):",
            *(f"{_INDENT * 2}{line}" for line in self._lines),
            f"        return {given.removeprefix('(').removesuffix(')') if len(results) > 1 else given}",
            "",
            f"    dataset = {slices}({everything}){shuffled}",
            f"    dataset = dataset.map(load, num_parallel_calls={autotune})",
            f"    return dataset.batch({batch}).prefetch({autotune})",
        ]
        return TensorPipeline(
            name,
            "\n".join(lines) + "\n",
            self._translator.symbols,
            tuple(dict.fromkeys(self._translator.remarks)),
            tuple(taken),
        )

    @property
    def _shuffles(self) -> bool:
        """Whether the class puts its samples into another order after each epoch."""
        return any(
            isinstance(each, ir.FunctionDef) and each.name == "on_epoch_end" for each in self._cls.node.body
        )

    # What `__getitem__` does

    def _read(self, statement: ir.Statement) -> None:
        if isinstance(statement, ir.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ir.Name):
                self._locals[target.id] = statement.value
                return
            value = statement.value
            if isinstance(target, ir.Display) and isinstance(value, ir.Display):
                pairs = zip(target.items, value.items, strict=False)
                self._locals.update({one.id: each for one, each in pairs if isinstance(one, ir.Name)})
                return
        if isinstance(statement, ir.For) and not statement.orelse:
            self._keep_results()
            self._enter(statement.target, statement.iterable)
            for each in statement.body:
                self._gather(each)
            return
        raise UntranslatableError("what `__getitem__` does beside its loop")

    def _keep_results(self) -> None:
        """What a loop gave keeps a name of its own: the names of the next may be the same."""
        for name, term in self._results.items():
            if not (isinstance(term.code, ast.Name) and term.code.id == name):
                self._lines.append(f"{name} = {ast.unparse(term.code)}")
                self._results[name] = Term(ast.Name(name), term.kind)

    def _name(self, name: str) -> Term:
        """What a name means that the loop does not bind: another local of the method, or one of the module."""
        if name in self._locals:
            return self._translator.open_term(self._locals[name])
        if name in self._rows or any(name == each.name for each in self._getitem.parameters):
            raise UntranslatableError(f"`{name}`, which counts")
        return Term(ast.Name(name), Kind.FLOATS)

    def _enter(self, target: ir.Expression, iterable: ir.Expression) -> None:
        """A loop over the samples begins."""
        targets, iterables = [target], [self._resolved(iterable)]
        given = iterables[0]
        if isinstance(given, ir.Call) and isinstance(given.func, ir.Name) and isinstance(target, ir.Display):
            if given.func.id == "enumerate" and len(given.arguments) == 1 and len(target.items) == 2:
                self._rows |= _names(target.items[0])
                self._enter(target.items[1], given.arguments[0].value)
                return
            if given.func.id == "zip" and len(given.arguments) == len(target.items):
                targets, iterables = (
                    list(target.items),
                    [self._resolved(each.value) for each in given.arguments],
                )
        for one, source in zip(targets, iterables, strict=True):
            if not isinstance(one, ir.Name):
                raise UntranslatableError("the targets of the loop")
            attribute = self._rows_of(source)
            if attribute is None:
                self._rows.add(one.id)
            else:
                self._translator.known[one.id] = self._sources.sample(attribute)

    def _rows_of(self, node: ir.Expression) -> str | None:
        """The attribute whose rows an expression holds: ``self.x[...]``, or one row after the other."""
        if isinstance(node, ir.Comprehension) and node.kind == "list" and len(node.generators) == 1:
            node = node.element
        if isinstance(node, ir.Subscript) and not isinstance(node.key, ir.Constant):
            return self._own_attribute(node.value)
        return None

    def _gather(self, statement: ir.Statement) -> None:
        if isinstance(statement, ir.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ir.Name):
                term = self._remarked(statement.value)
                if not (isinstance(term.code, ast.Name) and term.code.id == target.id):
                    self._lines.append(f"{target.id} = {ast.unparse(term.code)}")
                self._translator.known[target.id] = replace(term, code=ast.Name(target.id))
                return
            if isinstance(target, ir.Subscript) and isinstance(target.value, ir.Name):
                self._results[target.value.id] = self._remarked(statement.value).settled
                return
        if isinstance(statement, ir.ExpressionStatement) and isinstance(statement.value, ir.Call):
            call = statement.value
            if (
                isinstance(call.func, ir.Attribute)
                and call.func.attr == "append"
                and len(call.arguments) == 1
            ):
                if isinstance(call.func.value, ir.Name):
                    self._results[call.func.value.id] = self._remarked(call.arguments[0].value).settled
                    return
        raise UntranslatableError("what the loop does with each sample")

    def _remarked(self, node: ir.Expression) -> Term:
        """The translation, with what differs in its results said on lines above it."""
        before = len(self._translator.remarks)
        term = self._translator.open_term(node)
        self._remark(before)
        return term

    def _remark(self, before: int) -> None:
        self._lines += [f"# {each}" for each in dict.fromkeys(self._translator.remarks[before:])]

    def _line_of(self, node: ir.Expression) -> str:
        before = len(self._translator.remarks)
        term = self._sample(node)
        self._remark(before)
        return ast.unparse(term.code)

    def _sample(self, node: ir.Expression) -> Term:
        """What an expression is for one sample; one over the whole batch stands for each of its rows."""
        node = self._resolved(node)
        if isinstance(node, ir.Name) and node.id in self._results:
            return self._results[node.id]
        attribute = self._rows_of(node)
        if attribute is not None and attribute != "":
            return self._sources.sample(attribute)
        if isinstance(node, ir.Comprehension) and node.kind == "list" and len(node.generators) == 1:
            generator = node.generators[0]
            if generator.conditions:
                raise UntranslatableError("the condition of a comprehension")
            self._enter(generator.target, generator.iterable)
            return self._translator.term(node.element)
        if isinstance(node, ir.Call):
            record = self._translator.records.get(node.place)
            last = "" if record is None else record.callee.rpartition(".")[2]
            inside = self._resolved(node.arguments[0].value) if node.arguments else None
            gathered = isinstance(inside, ir.Comprehension) or (
                isinstance(inside, ir.Name) and inside.id in self._results
            )
            if last in _MAKERS and inside is not None and (gathered or self._rows_of(inside) is not None):
                kind = next((each.value for each in node.arguments[1:]), None)
                term = self._sample(inside)
                if kind is None:
                    return term
                floats = getattr(kind, "value", getattr(kind, "attr", None)) in ("float32", "float64")
                if not floats:
                    raise UntranslatableError("the type of the batch")
                return Term(self._translator.floats(term), Kind.FLOATS)
            if gathered or last in _OVER_A_BATCH:
                raise UntranslatableError(f"`{record.spelled if record else '...'}` of a whole batch")
        if isinstance(node, ir.Operation) and len(node.operands) == 2:
            left, right = (
                self._sample(each) if self._is_of_batch(each) else self._translator.term(each)
                for each in node.operands
            )
            stand_in = {"_left": left, "_right": right}
            self._translator.known.update(stand_in)
            names = tuple(
                ir.Name(each.place, name) for each, name in zip(node.operands, stand_in, strict=True)
            )
            return self._translator.term(node._replace(operands=names))
        return self._translator.term(node)

    def _is_of_batch(self, node: ir.Expression) -> bool:
        return any(
            isinstance(each, ir.Name) and (each.id in self._locals or each.id in self._results)
            for each in within(node)
        ) or any(isinstance(each, ir.Comprehension) for each in within(node))

    def _resolved(self, node: ir.Expression) -> ir.Expression:
        """What a local name of the method stands for, unless the loop filled it."""
        while isinstance(node, ir.Name) and node.id in self._locals and node.id not in self._results:
            node = self._locals[node.id]
        return node

    # Attributes and functions

    def _own_attribute(self, node: ir.Expression) -> str | None:
        own = (
            isinstance(node, ir.Attribute) and isinstance(node.value, ir.Name) and node.value.id == self._own
        )
        return node.attr if own and isinstance(node, ir.Attribute) else None

    def _attribute(self, node: ir.Attribute) -> Term | None:
        name = self._own_attribute(node)
        return None if name is None else Term(self._plain(name), Kind.FLOATS)

    def _plain(self, attribute: str) -> ast.expr:
        """What ``__init__`` keeps as an attribute: a parameter, which the function then takes, or a constant."""
        value = self._values.get(attribute)
        if isinstance(value, ir.Constant):
            return constant(value.value)
        parameters = {each.name for each in self._constructor.parameters[1:] if not each.kind.startswith("*")}
        if isinstance(value, ir.Name) and value.id in parameters:
            self._taken[value.id] = None
            return ast.Name(value.id)
        raise UntranslatableError(f"`{self._own}.{ir.plain(attribute)}`")

    def _parameter(self, attribute: str) -> str:
        return ast.unparse(self._plain(attribute))

    def _call(self, node: ir.Call, record: CallRecord, translator: Translator) -> Term | None:
        function = record.function.function if isinstance(record.function, Method) else record.function
        if not isinstance(function, Function):
            return None
        definition = function.node
        if (
            not isinstance(definition, ir.FunctionDef)
            or function.file != self._cls.file
            or definition.is_generator
        ):
            raise UntranslatableError(f"`{record.spelled}`")
        parameters = list(definition.parameters)
        if function.owner is not None and function.kind != "staticmethod":
            parameters = parameters[1:]
        names = [each.name for each in parameters]
        terms = {
            each.keyword or names[index]: translator.term(each.value)
            for index, each in enumerate(node.arguments)
        }
        name = ir.plain(definition.name).lstrip("_")
        if name not in self._functions:
            self._functions[name] = []
            self._functions[name] = self._function(definition, name, parameters, terms)
        positional = [
            terms[each.keyword or names[i]].code for i, each in enumerate(node.arguments) if not each.keyword
        ]
        keywords = [
            ast.keyword(each.keyword, terms[each.keyword].code) for each in node.arguments if each.keyword
        ]
        return Term(ast.Call(ast.Name(name), positional, keywords), self._kinds[name])

    def _function(
        self,
        definition: ir.FunctionDef,
        name: str,
        parameters: Sequence[ir.Parameter],
        given: Mapping[str, Term],
    ) -> list[str]:
        """The lines of a function of the project, as straight as it is."""
        kinds = {
            each.name: given[each.name].kind if each.name in given else Kind.FLOATS for each in parameters
        }
        inner = Translator(
            self._translator.records,
            {each: Term(ast.Name(each), kind) for each, kind in kinds.items()},
            lambda name: Term(ast.Name(name), Kind.FLOATS),
            self._attribute,
            self._call,
            self._translator.symbols,
            self._translator.remarks,
        )
        shown = [
            each.name if each.default is None else f"{each.name}={ast.unparse(inner.term(each.default).code)}"
            for each in parameters
        ]
        lines = [f"def {name}({', '.join(shown)}):"]
        for statement in _without_docstring(definition.body):
            before = len(inner.remarks)
            if isinstance(statement, ir.Assign) and isinstance(statement.targets[0], ir.Name):
                target, value = statement.targets[0].id, statement.value
            elif isinstance(statement, ir.Return) and statement.value is not None:
                target, value = None, statement.value
            else:
                raise UntranslatableError(f"`{name}`, which does more than one thing after the other")
            term = inner.term(value) if target is None else inner.open_term(value)
            lines += [f"{_INDENT}# {each}" for each in dict.fromkeys(inner.remarks[before:])]
            code = ast.unparse(term.code)
            if target is None:
                self._kinds[name] = term.kind
                return [*lines, f"{_INDENT}return {code}"]
            lines.append(f"{_INDENT}{target} = {code}")
            inner.known[target] = replace(term, code=ast.Name(target))
        raise UntranslatableError(f"`{name}`, which returns nothing")


def _assigned(constructor: ir.FunctionDef) -> Iterable[tuple[str, ir.Expression]]:
    """The attributes that a constructor sets, by statements of its own block."""
    own = constructor.parameters[0].name
    for statement in constructor.body:
        if not isinstance(statement, ir.Assign) or len(statement.targets) != 1:
            continue
        target, value = statement.targets[0], statement.value
        pairs = [(target, value)]
        if isinstance(target, ir.Display) and isinstance(value, ir.Display):
            pairs = list(zip(target.items, value.items, strict=False))
        for each, one in pairs:
            if isinstance(each, ir.Attribute) and isinstance(each.value, ir.Name) and each.value.id == own:
                yield each.attr, one


def _without_docstring(body: ir.Block) -> ir.Block:
    first = body[0] if body else None
    return (
        body[1:]
        if isinstance(first, ir.ExpressionStatement) and isinstance(first.value, ir.Constant)
        else body
    )


def _names(node: ir.Expression) -> set[str]:
    return {each.id for each in within(node) if isinstance(each, ir.Name)}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
