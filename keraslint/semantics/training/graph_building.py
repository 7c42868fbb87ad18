"""Loops over a session of TensorFlow 1 that put nodes into its graph on every pass."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass

from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions

_SESSIONS = ("tensorflow.InteractiveSession()", "tensorflow.Session()")
_NEW_GRAPHS = (*_SESSIONS, "tensorflow.Graph()", "tensorflow.Graph().as_default()")
_RESETS = ("keras.backend.clear_session", "keras.utils.clear_session", "tensorflow.reset_default_graph")
_ASSIGNING = (".assign", ".assign_add", ".assign_sub")
_NO_NODES = (Kind.PYTHON, Kind.UNKNOWN)


@dataclass(eq=False)
class RepeatedNode:
    """An operation that a loop adds to a graph on each pass, and the call that runs the graph there."""

    record: CallRecord
    run: CallRecord
    repetition: Repetition

    @property
    def passes(self) -> int | None:
        """How often the loop adds it, None where that is not known."""
        return self.repetition.passes


def repeated_nodes(records: ReadOnlySequence[CallRecord], repetitions: Repetitions) -> Iterator[RepeatedNode]:
    """The first of these in each loop that runs a session."""
    runs = {record.loops[-1].site: record for record in records if record.loops and _runs(record)}
    found: set[Site] = set()
    for record in records:
        loop = next((each for each in reversed(record.loops) if each.site in runs), None)
        if (
            loop is None
            or loop.site in found
            or not _builds(record)
            or _is_anew(record, runs[loop.site], loop)
        ):
            continue
        repetition = next(each for each in repetitions.of(record) if each.loop is loop)
        if repetition.is_on_some_passes or repetition.is_where_missing:
            continue
        if not repetition.callees.isdisjoint(_RESETS):
            continue
        found.add(loop.site)
        yield RepeatedNode(record, runs[loop.site], repetition)


def _runs(record: CallRecord) -> bool:
    """Whether a call runs a part of a graph in a session."""
    if record.callee in [f"{session}.run" for session in _SESSIONS]:
        return True
    return record.method == "run" and record.arguments.keyword("feed_dict") is not None


def _builds(record: CallRecord) -> bool:
    """Whether a call puts a node into the graph."""
    if not record.callee.startswith("tensorflow."):
        return False
    return kind_of(record.callee) not in _NO_NODES or record.callee.endswith(_ASSIGNING)


def _is_anew(record: CallRecord, run: CallRecord, loop: Loop) -> bool:
    """Whether each pass has a graph or a session of its own."""
    receiver = run.receiver
    made = receiver.call if isinstance(receiver, External) else None
    if made is not None and _is_inside(made, loop):
        return True
    return any(
        isinstance(context.value, External)
        and context.value.name in _NEW_GRAPHS
        and context.value.call is not None
        and _is_inside(context.value.call, loop)
        for context in (*record.contexts, *run.contexts)
    )


def _is_inside(record: CallRecord, loop: Loop) -> bool:
    """Whether a call was reached inside of a loop, on whichever evaluation of it."""
    return any(each.site == loop.site for each in record.loops)
