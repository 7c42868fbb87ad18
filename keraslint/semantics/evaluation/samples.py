"""How many samples a call gets: along the first axis of its data, whatever the other axes are.

Where the value does not have its shape, the count is read off the code that made it, back through names and
the functions that lead to the call: ``np.expand_dims(x, 0)``, ``x[None]``, ``x.reshape(1, -1)``, ``[x]``, ``x[i : i + 8]``.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnlyMapping

from keraslint.semantics.evaluation.bindings import target_names
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.definitions import Definition
from keraslint.semantics.evaluation.definitions import Definitions
from keraslint.semantics.evaluation.flow import path
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

MAX_DEPTH = 20
_KEEPING = (
    "absolute",
    "asarray",
    "ascontiguousarray",
    "astype",
    "cast",
    "clip",
    "convert_to_tensor",
    "copy",
    "float32",
    "float64",
    "nan_to_num",
    "numpy",
    "preprocess_input",
    "uint8",
)
_FILLING = ("empty", "full", "ones", "random", "zeros")
_LISTING = (
    "array",
    "asarray",
    "constant",
    "convert_to_tensor",
    "pad_sequences",
    "stack",
    "texts_to_sequences",
)
_PREDICTING = ("predict", "predict_on_batch")


class Samples:
    """Counts the samples that the calls of a program get."""

    def __init__(self, index: CallIndex, modules: ReadOnlyMapping[str, ir.Module]) -> None:
        self._index = index
        self._modules = modules
        self._traced: dict[tuple[Site, int], int | None] = {}
        self._definitions: dict[int, Definitions] = {}

    def count(self, record: CallRecord, data: Value) -> int | None:
        """How many samples the first argument of a call has at most, None where that is not known."""
        known = _by_value(data)
        if known is not None or not isinstance(record.node, ir.Call):
            return known
        # On every pass of a loop the way back is the same.
        key = record.site, id(record.frames[-1]) if record.frames else 0
        if key not in self._traced:
            self._traced[key] = self._by_code(record, record.node)
        return self._traced[key]

    def _by_code(self, record: CallRecord, node: ir.Call) -> int | None:
        first = next((each for each in node.arguments if each.keyword in (None, "x")), None)
        if first is None or first.star:
            return None
        trace = _Trace(self._index, self._modules, self._definitions_in, record)
        return trace.inputs(first.value, len(record.frames), record.site.place)

    def _definitions_in(self, body: ir.Block) -> Definitions:
        if id(body) not in self._definitions:
            self._definitions[id(body)] = Definitions(body, _predicts_from)
        return self._definitions[id(body)]


def _inputs(node: ir.Expression) -> list[ir.Expression]:
    """The arrays in what a model gets: Keras takes a list for one array for each input."""
    if isinstance(node, ir.Display) and node.items:
        return [each for item in node.items for each in _inputs(item)]
    if isinstance(node, ir.Operation) and node.operator == "+" and any(map(_is_list, node.operands)):
        return [each for operand in node.operands for each in _inputs(operand)]
    return [node]


def _is_list(node: ir.Expression) -> bool:
    return isinstance(node, ir.Display) and node.kind == "list"


def _of_one_call(counts: list[int | None]) -> int | None:
    """The count of a call with several inputs: Keras asks that all have as many samples."""
    return max((count for count in counts if count is not None), default=None)


def _largest(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return max(known) if known and len(known) == len(counts) else None


def _by_value(data: Value) -> int | None:
    return _largest(
        [_of_one_call([_first_axis(leaf) for leaf in leaves(part)]) for part in alternatives(data)]
    )


def _first_axis(value: Value) -> int | None:
    return value.shape[0] if isinstance(value, (Array, Tensor)) and value.shape else None


class _Trace:
    """The way back from the argument of one call."""

    def __init__(
        self,
        index: CallIndex,
        modules: ReadOnlyMapping[str, ir.Module],
        definitions: Callable[[ir.Block], Definitions],
        record: CallRecord,
    ) -> None:
        self._index = index
        self._modules = modules
        self._definitions = definitions
        self._record = record
        self._seen: set[int] = set()

    def inputs(self, node: ir.Expression, depth: int, place: int) -> int | None:
        """The count of what a model gets, which may be an array for each of several inputs."""
        return _of_one_call([self.count(each, depth, place) for each in _inputs(node)])

    def count(self, node: ir.Expression, depth: int, place: int) -> int | None:
        """The count of an expression in the function at a depth of the frames, as it stands at a place."""
        if len(self._seen) > MAX_DEPTH:
            return None
        if isinstance(node, ir.Name):
            return self._of_name(node.id, depth, place)
        if isinstance(node, ir.Subscript):
            return _of_subscript(node)
        if isinstance(node, ir.Operation) and node.operator in ("+", "-", "*", "/", "**") and node.operands:
            others = node.operands[1:]
            return self.count(node.operands[0], depth, place) if all(map(_is_number, others)) else None
        if isinstance(node, ir.Call):
            return self._of_call(node, depth, place)
        return None

    def _of_call(self, node: ir.Call, depth: int, place: int) -> int | None:
        records = self._index.at(Site(self._file(depth), node.place))
        if not records or any(each.star for each in node.arguments):
            return None
        of_package = isinstance(records[0].function, Symbol)
        name = records[0].callee.rpartition(".")[2] if of_package else records[0].method
        given = [each.value for each in node.arguments if each.keyword is None]
        named = {each.keyword: each.value for each in node.arguments if each.keyword}
        array = given[0] if of_package and given else None
        if isinstance(node.func, ir.Attribute) and not of_package:
            array = node.func.value
        if name == "expand_dims":
            axis = given[1] if len(given) > 1 else named.get("axis")
            return 1 if isinstance(axis, ir.Constant) and axis.value == 0 else None
        if name == "reshape":
            shape = named.get("shape") or named.get("newshape")
            return _of_sizes(given[1:] if of_package else given) if shape is None else _of_sizes([shape])
        if name in _PREDICTING and given:
            return self.inputs(given[0], depth, place)
        if name in _FILLING and of_package and given:
            return _of_sizes(given)
        if name in _LISTING and given and isinstance(given[0], ir.Display) and given[0].kind == "list":
            return len(given[0].items)
        if name == "pad_sequences" and given:
            return self.count(given[0], depth, place)
        return self.count(array, depth, place) if name in _KEEPING and array is not None else None

    def _of_name(self, name: str, depth: int, place: int) -> int | None:
        found = self._definitions(self._body(depth)).reaching(name, place, MAX_DEPTH)
        if not found:
            return self._of_parameter(name, depth)
        if len(found) > MAX_DEPTH:
            return None
        counts = []
        for value in (value for statement in found for value in _values(statement, name)):
            if value is None:
                return None
            if value.place not in self._seen:
                self._seen.add(value.place)
                counts.append(self.count(value, depth, value.place))
        return _largest(counts)

    def _of_parameter(self, name: str, depth: int) -> int | None:
        """The count of what the call of the function gives for a parameter."""
        frame = self._record.frames[depth - 1] if depth else None
        if frame is None or frame.call is None or not isinstance(frame.call.node, ir.Call):
            return None
        names = [parameter.name for parameter in frame.function.node.parameters]
        if name not in names or any(each.star for each in frame.call.node.arguments):
            return None
        bound = frame.function.owner is not None and frame.function.kind != "staticmethod"
        position = names.index(name) - bound
        positional = [each.value for each in frame.call.node.arguments if each.keyword is None]
        named = {each.keyword: each.value for each in frame.call.node.arguments if each.keyword}
        given = positional[position] if position < len(positional) else named.get(name)
        return None if given is None else self.count(given, depth - 1, frame.call.site.place)

    def _file(self, depth: int) -> str:
        frames = self._record.frames
        if depth:
            return frames[depth - 1].function.file
        first = frames[0].call if frames else self._record
        return self._record.site.file if first is None else first.site.file

    def _body(self, depth: int) -> ir.Block:
        if not depth:
            return self._modules[self._file(0)].body
        node = self._record.frames[depth - 1].function.node
        return node.body if isinstance(node, ir.FunctionDef) else ()


def _of_sizes(sizes: list[ir.Expression]) -> int | None:
    """The first size that ``reshape`` gets, where it is a number."""
    first = sizes[0] if sizes else None
    if isinstance(first, ir.Display) and first.items:
        first = first.items[0]
    known = isinstance(first, ir.Constant) and isinstance(first.value, int) and first.value > 0
    return int(str(first.value)) if known and isinstance(first, ir.Constant) else None


def _of_subscript(node: ir.Subscript) -> int | None:
    """``x[None]``, ``x[np.newaxis, ...]``, ``x[i : i + 8]``, ``x[:8]``."""
    key = node.key.items[0] if isinstance(node.key, ir.Display) and node.key.items else node.key
    if isinstance(key, ir.Constant) and key.value is None:
        return 1
    if path(key).rpartition(".")[2] == "newaxis":
        return 1
    if not isinstance(key, ir.Slice) or key.step is not None or key.upper is None:
        return None
    if isinstance(key.upper, ir.Constant) and (key.lower is None or isinstance(key.lower, ir.Constant)):
        return _whole(key.upper, 0) - (0 if key.lower is None else _whole(key.lower, 0)) or None
    if isinstance(key.upper, ir.Operation) and key.upper.operator == "+" and key.lower is not None:
        start, step = key.upper.operands
        return _whole(step, 0) or None if path(start) and path(start) == path(key.lower) else None
    return None


def _predicts(node: ir.Expression) -> bool:
    return isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute) and node.func.attr in _PREDICTING


def _predicts_from(node: ir.Expression, name: str) -> bool:
    """Whether an expression predicts from a name."""
    if not isinstance(node, ir.Call) or not _predicts(node) or not node.arguments:
        return False
    return any(isinstance(each, ir.Name) and each.id == name for each in _inputs(node.arguments[0].value))


def _whole(node: ir.Expression, otherwise: int) -> int:
    is_whole = isinstance(node, ir.Constant) and type(node.value) is int
    return int(str(node.value)) if is_whole and isinstance(node, ir.Constant) else otherwise


def _is_number(node: ir.Expression) -> bool:
    return isinstance(node, ir.Constant) and isinstance(node.value, (int, float))


def _values(statement: Definition, name: str) -> list[ir.Expression | None]:
    """The values that a statement gives to a name, None for one that is not plain."""
    if not isinstance(statement, ir.Assign):
        return [None]
    found: list[ir.Expression | None] = []
    for target in statement.targets:
        if isinstance(target, ir.Name) and target.id == name:
            found.append(statement.value)
        elif isinstance(target, ir.Display) and name in tuple(target_names(target)):
            # Each of several outputs has the samples that the model was given.
            found.append(statement.value if _predicts(statement.value) else None)
    return found
