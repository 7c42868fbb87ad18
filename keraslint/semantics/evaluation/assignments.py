"""Assignments that change an object of another package: they are recorded as the calls that Python makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

ENVIRONMENT = "os.environ"
# Attributes whose setting rules ask for; the others would only fill memory.
_WATCHED = frozenset(
    {"inter_op_parallelism_threads", "intra_op_parallelism_threads", "run_eagerly", "trainable"}
)


def note_attribute(evaluator: Evaluator, target: ir.Attribute, receiver: Value, value: Value) -> None:
    """Record ``receiver.attr = value`` as a call of ``__setattr__``."""
    if target.attr in _WATCHED:
        owners = {owner for part in alternatives(receiver) if (owner := _owner(part))}
        if owners:
            record = _record(evaluator, target, target.attr_place, receiver, Const(target.attr), value)
            record.callee, record.method = f"{min(owners)}.__setattr__", "__setattr__"
            evaluator.records.append(record)


def note_item(evaluator: Evaluator, target: ir.Subscript, receiver: Value, key: Value, value: Value) -> None:
    """Record ``os.environ[key] = value`` as a call of ``__setitem__``."""
    if isinstance(receiver, Symbol) and receiver.name == ENVIRONMENT:
        record = _record(evaluator, target, target.place, receiver, key, value)
        record.callee, record.method = f"{ENVIRONMENT}.__setitem__", "__setitem__"
        evaluator.records.append(record)


def _owner(value: Value) -> str:
    if isinstance(value, Model):
        return "keras.Model"
    if isinstance(value, External):
        return value.name
    if isinstance(value, Instance):
        bases = attributes.external_bases(value.cls)
        return bases[0].name if bases else ""
    return ""


def _record(
    evaluator: Evaluator,
    target: ir.Attribute | ir.Subscript,
    name_place: int,
    receiver: Value,
    key: Value,
    value: Value,
) -> CallRecord:
    return CallRecord(
        evaluator.site(target.place),
        evaluator.site(name_place),
        target,
        calls.spelled(target),
        "",
        Arguments((key, value)),
        evaluator.loops,
        evaluator.contexts,
        evaluator.frames,
        receiver,
    )
