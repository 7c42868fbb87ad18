"""Python that a model's own computation goes back to on every step."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import architecture

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.model.model_facts import ModelFact

_WAYS_TO_PYTHON = ("numpy_function", "py_func", "py_function")
_COMPILED = (("loss", "loss"), ("metrics", "metric"), ("weighted_metrics", "metric"))


@dataclass(frozen=True, slots=True, eq=False)
class HostCall:
    """A ``py_function`` or ``numpy_function`` and the part of a trained model that goes through it."""

    record: CallRecord
    part: str
    used_at: Site

    @property
    def at(self) -> Site:
        """The name of what is called."""
        return self.record.name_site


def host_calls(evaluator: Evaluator, models: Iterable[ModelFact]) -> Iterator[HostCall]:
    """The ways back to Python in models that are trained, one for each place."""
    seen: set[Site] = set()
    for model in models:
        if model.is_trained:
            for found in (*_in_layers(evaluator, model), *_in_compiled(evaluator, model)):
                if found.at not in seen:
                    seen.add(found.at)
                    yield found


def _in_layers(evaluator: Evaluator, model: ModelFact) -> Iterator[HostCall]:
    for part in model.architecture.parts:
        for layer in part.layers:
            if layer.call is None:
                continue
            made = layer.call.result
            if layer.name == "Lambda":
                function = argument(layer.call, "function").value
                yield from _behind(evaluator, function, layer.call, "a Lambda layer")
            elif isinstance(made, Instance) and made is not model.model:
                method = attributes.class_attribute(evaluator, made.cls, "call")
                yield from _behind(evaluator, _bound(made, "call", method), layer.call, "a layer")


def _in_compiled(evaluator: Evaluator, model: ModelFact) -> Iterator[HostCall]:
    for record in model.methods("compile"):
        for name, part in _COMPILED:
            given = argument(record, name).value
            evaluator.state = evaluator.root
            for leaf in leaves(iteration.contents(evaluator, given)) if given is not None else ():
                for value in alternatives(leaf):
                    yield from _behind(evaluator, _function_of(evaluator, value), record, f"a {part}")


def _function_of(evaluator: Evaluator, value: Value) -> Value | None:
    """What Keras calls on each batch of a loss or metric."""
    if not isinstance(value, Instance):
        return value
    for name in ("update_state", "call", "__call__"):
        method = attributes.class_attribute(evaluator, value.cls, name)
        if isinstance(method, Function):
            return _bound(value, name, method)
    return None


def _bound(instance: Instance, name: str, method: Value | None) -> Value | None:
    return Method(instance, name, method) if isinstance(method, Function) else None


def _behind(evaluator: Evaluator, function: Value | None, user: CallRecord, part: str) -> Iterator[HostCall]:
    """The ways back to Python that a call of the function takes; nothing else stays of that call."""
    if not isinstance(function, (Function, Method, Partial)):
        return
    evaluator.state = evaluator.root
    count = 1 if part in ("a Lambda layer", "a layer") else 2
    given = Arguments(tuple(Tensor(None) for _ in range(count)))
    record = replace(
        user, arguments=given, inner=[], callee="", method="", receiver=None, frames=(), loops=()
    )
    with architecture.trial(evaluator):
        calls.call(evaluator, function, given, record)
        made = evaluator.records
    for each in made:
        if each.callee.startswith("tensorflow.") and each.callee.rpartition(".")[2] in _WAYS_TO_PYTHON:
            yield HostCall(each, part, user.name_site)
