"""Trainings that share the machine with others: those of a pool, or of a process for each device."""

from __future__ import annotations

from collections.abc import Container

from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.pools import runs_in_pool
from keraslint.semantics.training.training import TrainingCall

_OF_PROCESSES = (
    "horovod.",
    "tensorflow.distribute.MultiWorkerMirroredStrategy",
    "tensorflow.distribute.ParameterServerStrategy",
    "tensorflow.distribute.experimental.MultiWorkerMirroredStrategy",
    "tensorflow.distribute.experimental.ParameterServerStrategy",
)


def shares_machine(call: TrainingCall, index: CallIndex, files: Container[str]) -> bool:
    """Whether others may train beside a call, as what these files call says: several of them, on one machine."""
    return runs_in_pool(call.record.frames) or any(
        record.site.file in files for record in index.named(lambda callee: callee.startswith(_OF_PROCESSES))
    )
