"""Models that a loop over a dataset asks op by op: with no gradients, and with nothing that compiles them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.compiling import Compiling
from keraslint.semantics.evaluation.compiling import functions_in
from keraslint.semantics.evaluation.drawing import draws
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model.subclasses import is_layer
from keraslint.semantics.model.subclasses import is_model
from keraslint.semantics.training.gradient_steps import passes_of
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.training import loop_datasets

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_FEW = 20


@dataclass(eq=False)
class EagerEvaluation:
    """A call of a model on each batch of a dataset, and the function that holds it, where the loop calls one."""

    record: CallRecord
    repetition: Repetition
    function: Function | None
    evaluations: list[Frame] = field(default_factory=list)

    @property
    def is_decorable(self) -> bool:
        """Whether that function is a ``def`` that a plain call runs."""
        if self.function is None or not isinstance(self.function.node, ir.FunctionDef):
            return False
        return all(frame.call is not None and called(frame.call) is not None for frame in self.evaluations)


def eager_evaluations(
    evaluator: Evaluator, repetitions: Repetitions, compiling: Compiling, training: Collection[Site]
) -> Iterator[EagerEvaluation]:
    """Those calls, each once; loops that ``training`` names update weights eagerly anyway."""
    found: dict[Site, EagerEvaluation] = {}
    compiled: set[Site] = set()
    for record in evaluator.records:
        model = record.function
        if not record.loops or not isinstance(model, (Instance, Model)):
            continue
        if not _asks_model(evaluator, record, model, compiling):
            continue
        frame = record.frames[-1] if record.frames and record.frames[-1].loops == len(record.loops) else None
        key = record.site if frame is None else frame.function.site
        if not compiling.is_eager(record.frames):
            compiled.add(key)
        elif key in found:
            found[key].evaluations += [frame] if frame is not None else []
        elif _repeats(record, training):
            loop = repetitions.of(record)[-1]
            if not loop.is_on_some_passes and not _shows(loop):
                function = None if frame is None else frame.function
                found[key] = EagerEvaluation(record, loop, function, [] if frame is None else [frame])
    yield from (evaluation for key, evaluation in found.items() if key not in compiled)


def _asks_model(
    evaluator: Evaluator, record: CallRecord, model: Instance | Model, compiling: Compiling
) -> bool:
    """Whether a call of a model or object runs a model forward, for itself and not as a part of another one."""
    if isinstance(model, Instance) and not is_model(model):
        return False
    if any(
        isinstance(c.value, External) and c.value.made_by == "tensorflow.GradientTape"
        for c in record.contexts
    ):
        return False
    if any(_is_inside_layer(frame) for frame in record.frames):
        return False
    if evaluator.state.get((model.ref, "call")) is not None:
        return False
    forward = (
        attributes.class_attribute(evaluator, model.cls, "call") if isinstance(model, Instance) else None
    )
    return forward is None or not any(compiling.compiles(each) for each in functions_in(forward))


def _is_inside_layer(frame: Frame) -> bool:
    owner = frame.function.owner
    return owner is not None and frame.function.name == "call" and is_layer(Instance(0, owner, None))


def _repeats(record: CallRecord, training: Collection[Site]) -> bool:
    """Whether the innermost loop takes many batches from a dataset, and trains on none of them eagerly."""
    loop = record.loops[-1]
    if not loop_datasets(loop) or loop.site in training:
        return False
    passes = passes_of((loop,))
    return passes is None or passes > _FEW


def _shows(loop: Repetition) -> bool:
    """Whether a loop ends early, or draws what it gets: then a few batches are looked at."""
    body = loop.node.body if isinstance(loop.node, (ir.For, ir.While)) else ()
    ends = any(
        isinstance(each, (ir.Jump, ir.Return)) and getattr(each, "kind", "") != "continue"
        for each in statements(body)
    )
    return ends or draws(loop.calls)
