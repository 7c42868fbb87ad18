"""What calls of other packages' symbols give, one small function for each kind that matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import api
from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import builtin_functions
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import command_line
from keraslint.semantics.evaluation import data_frames
from keraslint.semantics.evaluation import datasets
from keraslint.semantics.evaluation import elements
from keraslint.semantics.evaluation import imports
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import standard_library
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.model import models
from keraslint.semantics.model import symbolic

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_COPIED = 8
_Handler = Callable[["Evaluator", Arguments, CallRecord], Value]


def call(evaluator: Evaluator, symbol: Symbol, given: Arguments, record: CallRecord) -> Value:
    """Call a symbol of another package."""
    name = symbol.name
    package, _, rest = name.partition(".")
    if package == "builtins":
        return builtin_functions.call(evaluator, rest, given, record)
    handler = _HANDLERS.get(name)
    if handler is not None:
        return handler(evaluator, given, record)
    if name.endswith(".__init__") and given.positional and isinstance(given.positional[0], Instance):
        calls.initialise_base(evaluator, given.positional[0], replace(given, positional=given.positional[1:]))
        return Const(None)
    for family in (datasets.construct, models.construct, arrays.construct):
        value = family(evaluator, symbol, given, record)
        if value is not None:
            return value
    computed = symbolic.call(evaluator, name, given, record)
    if computed is None:
        computed = elements.call(evaluator, name, record)
    if computed is not None:
        return computed
    if any(isinstance(leaf, Tensor) for value in given.values() for leaf in leaves(value)):
        return tensor_result(evaluator, given)
    return External(f"{name}()", record, evaluator.new_ref())


def tensor_result(_: Evaluator, given: Arguments) -> Tensor:
    """A tensor of unknown shape, made from tensors among the arguments."""
    element = any(
        isinstance(leaf, Tensor) and leaf.element for value in given.values() for leaf in leaves(value)
    )
    return Tensor(None, None, None, element)


def call_attribute(evaluator: Evaluator, callee: External, given: Arguments, record: CallRecord) -> Value:
    """Call an external object, or a method of one."""
    if callee.name == "tensorflow.function()" and given.positional:
        return compiled(evaluator, given.positional[0], callee.call or record)
    if callee.path in ("run", "experimental_run_v2") and given.positional and callee.base is not None:
        inner = given.positional[1:]
        arguments = given.keyword("args")
        if arguments is not None:
            inner = iteration.items(evaluator, arguments) or (UNKNOWN,)
        if isinstance(given.positional[0], (Function, Method, Partial)):
            return calls.call(evaluator, given.positional[0], Arguments(inner), replace(record, callee=""))
    if callee.made_by in ("keras.activations.deserialize", "keras.activations.get"):
        activated = symbolic.activated(evaluator, given, record)
        if activated is not None:
            return activated
    dataset = datasets.construct_by_method(evaluator, callee.base or callee, callee.path, given, record)
    if dataset is not None:
        return dataset
    framed = data_frames.call_method(evaluator, callee, given, record)
    if framed is not None:
        return framed
    if callee.path == "add_argument" and callee.base is not None:
        command_line.add_argument(evaluator, callee.base, given)
    if callee.path in ("map", "imap", "starmap", "submit", "apply_async", "map_async") and given.positional:
        _call_in_pool(evaluator, callee, given, record)
    if any(isinstance(leaf, Tensor) for value in given.values() for leaf in leaves(value)):
        return tensor_result(evaluator, given)
    drawn = arrays.draw(evaluator, callee, given)
    if drawn is not None:
        return drawn
    return External(f"{callee.name}()", record, evaluator.new_ref())


def _call_in_pool(evaluator: Evaluator, callee: External, given: Arguments, record: CallRecord) -> None:
    function, *rest = given.positional
    if not isinstance(function, (Function, Method, Partial)):
        return
    if callee.path in ("submit", "apply_async"):
        arguments = tuple(rest)
    else:
        arguments = tuple(iteration.element(evaluator, value) for value in rest[:1])
    calls.call(evaluator, function, Arguments(arguments), replace(record, inner=[]))


def decorate(
    evaluator: Evaluator, function: Value, decorator: Symbol | External, record: CallRecord
) -> Value | None:
    """Apply a decorator of another package; None keeps the function as it is."""
    name = decorator.made_by if isinstance(decorator, External) else decorator.name
    if name in ("tensorflow.function", "jax.jit"):
        record.callee = name
        if isinstance(decorator, External) and decorator.call is not None:
            record.arguments = replace(record.arguments, keywords=decorator.call.arguments.keywords)
        evaluator.records.append(record)
        return compiled(evaluator, function, record)
    if isinstance(decorator, External) and name in ("tensorflow.numpy_function", "tensorflow.py_function"):
        return Partial(Symbol(name), (function,), ())
    return None


def compiled(evaluator: Evaluator, function: Value, record: CallRecord) -> Value:
    """``tf.function(function)``."""
    if isinstance(function, Function):
        return replace(function, compiled=record)
    if isinstance(function, Method) and function.function is not None:
        return replace(function, function=replace(function.function, compiled=record))
    return External("tensorflow.function()()", record, evaluator.new_ref())


def argument(bound: api.Bound[Value], name: str) -> Value | None:
    """A bound argument as a value: given, default, or None where it is missing."""
    value = bound.get(name)
    if isinstance(value, api.Default):
        return Const(value.value) if value.is_constant else UNKNOWN
    if isinstance(value, Value):
        return value
    return UNKNOWN if bound.is_unknown(name) else None


def _partial(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    if not given.positional:
        return UNKNOWN
    function, *positional = given.positional
    return Partial(function, tuple(positional), given.keywords)


def _function(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    function = given.positional[0] if given.positional else given.keyword("func")
    if function is None:
        return External("tensorflow.function()", record, evaluator.new_ref())
    return compiled(evaluator, function, record)


def _whole_number(*_: object) -> Value:
    return Some("int")


def _text(*_: object) -> Value:
    return Some("str")


def _same(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    return given.positional[0] if given.positional else UNKNOWN


def _wraps(evaluator: Evaluator, _: Arguments, record: CallRecord) -> Value:
    return External("functools.wraps()", record, evaluator.new_ref())


def _called_elsewhere(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    """A function given to Python-calling code: it runs, with arguments that are not known."""
    for value in given.values():
        if isinstance(value, (Function, Method)):
            calls.call(evaluator, value, Arguments(open=True), replace(record, inner=[], callee=""))
    return Tensor(None, None, None, True)


def _called_by_graph(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    """``py_function`` and its kind, on a function or on an object that can be called."""
    function = given.positional[0] if given.positional else given.keyword("func")
    if function is None:
        # The form of a decorator: what it decorates comes later.
        return External(f"{record.callee}()", record, evaluator.new_ref())
    if isinstance(function, (Function, Instance, Method, Partial)):
        calls.call(evaluator, function, Arguments(open=True), replace(record, inner=[], callee=""))
    return Tensor(None, None, None, True)


def _tree_map(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    if not given.positional:
        return UNKNOWN
    rest = given.positional[1:]
    return calls.call(evaluator, given.positional[0], Arguments(rest), replace(record, inner=[], callee=""))


def _copy(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    return iteration.copied(evaluator, given.positional[0], depth=1) if given.positional else UNKNOWN


def _deep_copy(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    return iteration.copied(evaluator, given.positional[0], depth=MAX_COPIED) if given.positional else UNKNOWN


def _arithmetic(function: Callable[..., float], kind: str) -> _Handler:
    def compute(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
        numbers = [value.value for value in given.positional if isinstance(value, Const)]
        if len(numbers) == len(given.positional) and not given.keywords and not given.open:
            try:
                return Const(function(*numbers))
            except (ArithmeticError, TypeError, ValueError):
                return UNKNOWN
        return Some(kind) if all(isinstance(value, (Const, Some)) for value in given.positional) else UNKNOWN

    return compute


def _reduce(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    items = iteration.items(evaluator, given.positional[1]) if len(given.positional) > 1 else None
    if items is None or not evaluator.bounds.may_unroll(len(items)):
        return UNKNOWN
    function, start = given.positional[0], given.positional[2:]
    result, *rest = (*start, *items) or (UNKNOWN,)
    for item in rest:
        inner = replace(record, inner=[], callee="")
        result = calls.call(evaluator, function, Arguments((result, item)), inner)
    return result


def _import_module(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    name = given.positional[0] if given.positional else given.keyword("name")
    if isinstance(name, Const) and isinstance(name.value, str) and not name.value.startswith("."):
        return imports.imported(evaluator, name.value, 0)
    return UNKNOWN


def _is_keras_tensor(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    first = given.positional[0] if given.positional else UNKNOWN
    return Const(True) if isinstance(first, Tensor) and first.producer is not None else Some("bool")


def _namespace(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    namespace = External(f"{record.callee}()", record, evaluator.new_ref())
    for name, value in given.keywords:
        evaluator.state.set((namespace.ref, name), value)
    return namespace


_HANDLERS: dict[str, _Handler] = {
    "argparse.Namespace": _namespace,
    "asyncio.run": _same,
    "absl.app.run": _called_elsewhere,
    "collections.deque": standard_library.deque,
    "collections.namedtuple": standard_library.named_tuple,
    "copy.copy": _copy,
    "copy.deepcopy": _deep_copy,
    "fire.Fire": _called_elsewhere,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "functools.wraps": _wraps,
    "importlib.import_module": _import_module,
    "keras.config.image_data_format": lambda *_: Const("channels_last"),
    "keras.utils.is_keras_tensor": _is_keras_tensor,
    "jax.jit": _function,
    "math.ceil": _arithmetic(math.ceil, "int"),
    "math.exp": _arithmetic(math.exp, "float"),
    "math.floor": _arithmetic(math.floor, "int"),
    "math.log": _arithmetic(math.log, "float"),
    "math.log2": _arithmetic(math.log2, "float"),
    "math.pow": _arithmetic(math.pow, "float"),
    "math.sqrt": _arithmetic(math.sqrt, "float"),
    "multiprocessing.cpu_count": _whole_number,
    "numba.prange": lambda _, given, __: builtin_functions.BUILTINS["range"](_, given, __),
    "os.cpu_count": _whole_number,
    "os.getenv": _text,
    "os.path.abspath": _text,
    "os.path.basename": _text,
    "os.path.dirname": _text,
    "os.path.join": _text,
    "random.choice": standard_library.chosen,
    "random.choices": standard_library.sampled,
    "random.sample": standard_library.sampled,
    "tensorflow.function": _function,
    "tensorflow.map_fn": _tree_map,
    "tensorflow.compat.v1.py_func": _called_by_graph,
    "tensorflow.numpy_function": _called_by_graph,
    "tensorflow.py_func": _called_by_graph,
    "tensorflow.py_function": _called_by_graph,
    "tensorflow.vectorized_map": _tree_map,
    "tqdm.auto.tqdm": _same,
    "tqdm.notebook.tqdm": _same,
    "tqdm.std.tqdm": _same,
    "tqdm.tqdm": _same,
    "types.SimpleNamespace": _namespace,
    "wandb.agent": _called_elsewhere,
    "typing.NamedTuple": standard_library.named_tuple,
    "tqdm.trange": lambda _, given, __: builtin_functions.BUILTINS["range"](_, given, __),
}
