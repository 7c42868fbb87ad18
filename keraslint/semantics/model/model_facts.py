"""The models that a program makes, and how it compiles, loads, trains and uses them."""

from __future__ import annotations

from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import branches
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import architecture
from keraslint.semantics.model import subclasses
from keraslint.semantics.model.architecture import Architecture

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.training.training import TrainingCall


@dataclass(frozen=True, slots=True, eq=False)
class Compilation:
    """One call of a model's ``compile``."""

    record: CallRecord

    @property
    def at(self) -> Site:
        """The name of the method."""
        return self.record.name_site

    @property
    def call(self) -> Site:
        """The whole call, as fixes name it."""
        return self.record.site

    def argument(self, name: str) -> Argument:
        """An argument of the call."""
        return argument(self.record, name)


@dataclass(eq=False)
class ModelFact:
    """A model that the program makes, and the calls that train it or use it."""

    model: Model | Instance
    evaluator: Evaluator = field(repr=False)
    index: CallIndex = field(repr=False)
    calls: list[TrainingCall] = field(default_factory=list)
    steps: ReadOnlySequence[CallRecord] = ()

    @property
    def at(self) -> Site:
        """The call that made the model."""
        assert self.model.call is not None
        return self.model.call.site

    @property
    def is_trained(self) -> bool:
        """Whether the program trains it: by a call, or by ``steps`` of its own that apply gradients."""
        return bool(self.steps) or any(call.trains for call in self.calls)

    @cached_property
    def architecture(self) -> Architecture:
        """Its layers with shapes and costs; the first data that it is trained on may tell its input."""
        self.evaluator.state = self.evaluator.root
        built = architecture.architecture(self.evaluator, self.model)
        if isinstance(self.model, Instance):
            if built is architecture.NOTHING_KNOWN:
                for call in self.calls:
                    built = subclasses.fitted(self.evaluator, self.model, call.data)
                    if built.complete:
                        break
            return built
        if self.model.kind == "sequential" and built.parameters is None:
            for call in self.calls:
                shape = architecture.fitted_input(call.data)
                if shape is not None:
                    return architecture.architecture(self.evaluator, self.model, (shape,))
        return built

    @property
    def is_certain(self) -> bool:
        """Whether every call that uses the model gets this very one."""
        return all(call.model is self.model for call in self.calls)

    @property
    def loads_weights(self) -> bool:
        """Whether weights from a file are loaded into it before it is trained here, in one and the same run."""
        trainings = [*(call.record for call in self.calls if call.trains), *self.steps]
        loads = [
            load
            for load in self.methods("load_weights")
            if not trainings
            or not all(branches.exclude_each_other(self.evaluator.modules, load, each) for each in trainings)
        ]
        if not loads:
            return False
        order = self.index.order
        first = min(order[id(record)] for record in loads)
        return all(first <= order.get(id(record), first) for record in trainings)

    @property
    def is_frozen(self) -> bool:
        """Whether part of it is certainly or maybe not trained."""
        return any(layer.nested is not None for layer in self.architecture.layers)

    @property
    def accumulates_gradients(self) -> bool:
        """Whether its optimizer adds up the gradients of several steps, or may do so."""
        return any(
            isinstance(part, Instance)
            or (
                isinstance(part, External)
                and part.call is not None
                and part.call.arguments.keyword("gradient_accumulation_steps") is not None
            )
            for compiled in self.compilations
            for part in alternatives(compiled.argument("optimizer").value or UNKNOWN)
        )

    @property
    def compilations(self) -> tuple[Compilation, ...]:
        """The calls of ``compile`` on this model."""
        return tuple(Compilation(record) for record in self.methods("compile"))

    def methods(self, name: str) -> list[CallRecord]:
        """The calls of a method on this model."""
        return [
            record
            for record in self.index.of_method(name)
            if record.receiver is not None
            and any(part is self.model for part in alternatives(record.receiver))
        ]
