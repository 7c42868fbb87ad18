"""What of a program a compiler makes a graph of: ``tf.function``, ``jax.jit``, and Keras by itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

COMPILERS = ("jax.jit", "tensorflow.function")
_CALLED = (*COMPILERS, *(f"{name}()" for name in COMPILERS))
# What Keras runs inside of a function that it compiles itself.
_RUN_BY_KERAS = ("call", "compute_loss", "compute_metrics", "predict_step", "test_step", "train_step")
_KEEPING = ("abstractmethod", "classmethod", "cached_property", "property", "staticmethod")


class Compiling:
    """The functions of a program that are compiled anywhere, by ``def``."""

    def __init__(self, index: CallIndex) -> None:
        self._index = index
        # By identity: the records keep their frames, and many have the same.
        self._frames: dict[int, bool] = {}

    @cached_property
    def _compiled(self) -> frozenset[Site]:
        return frozenset(
            function.site
            for compiler in _CALLED
            for record in self._index.of(compiler)
            for value in record.arguments.values()
            for function in functions_in(value)
        )

    def compiles(self, function: Function) -> bool:
        """Whether a function is compiled somewhere, or may be."""
        node = function.node
        return (
            function.compiled is not None
            or function.site in self._compiled
            or (isinstance(node, ir.FunctionDef) and any(map(_may_compile, node.decorators)))
        )

    def is_eager(self, frames: Iterable[Frame]) -> bool:
        """Whether nothing on the way to a call is compiled, neither by the program nor by Keras."""
        return not any(map(self._leaves_python, frames))

    def _leaves_python(self, frame: Frame) -> bool:
        known = self._frames.get(id(frame))
        if known is None:
            known = self._frames[id(frame)] = self.compiles(frame.function) or _is_run_by_keras(frame)
        return known


def functions_in(value: Value) -> Iterable[Function]:
    """The project's functions that a value may be."""
    for part in alternatives(value):
        if isinstance(part, Function):
            yield part
        elif isinstance(part, Method) and part.function is not None:
            yield part.function
        elif isinstance(part, Partial):
            yield from functions_in(part.function)


def _may_compile(decorator: ir.Expression) -> bool:
    """Whether a decorator is any other than those of Python that leave a function what it is."""
    name = decorator.attr if isinstance(decorator, ir.Attribute) else None
    return (decorator.id if isinstance(decorator, ir.Name) else name) not in _KEEPING


def _is_run_by_keras(frame: Frame) -> bool:
    function = frame.function
    return frame.call is None and function.owner is not None and function.name in _RUN_BY_KERAS
