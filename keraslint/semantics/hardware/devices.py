"""Device scopes and distribution strategies, as rules read them."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import MODEL
from keraslint.semantics.training.training import TrainingCall

_DEVICE_SCOPES = ("tensorflow.device", "keras.device", "tensorflow.compat.v1.device")
_DISTRIBUTION = (
    "horovod.",
    "jax.pmap",
    "jax.sharding.",
    "keras.distribution.",
    "keras.utils.multi_gpu_model",
    "ray.",
    "tensorflow.compat.v1.distribute.",
    "tensorflow.distribute.",
    "tensorflow.experimental.dtensor.",
    "tensorflow.tpu.",
)
# What a layer or loss asks of the strategy that it may run under; it makes none.
_ASKING = (
    "tensorflow.distribute.ReduceOp",
    "tensorflow.distribute.ReplicaContext",
    "tensorflow.distribute.Strategy",
    "tensorflow.distribute.get_replica_context",
    "tensorflow.distribute.get_strategy",
    "tensorflow.distribute.has_strategy",
    "tensorflow.distribute.in_cross_replica_context",
)


@dataclass(frozen=True, slots=True, eq=False)
class DeviceScope:
    """A ``with tf.device(...)`` of a constant device around training or model building."""

    device: str
    call: CallRecord
    item: Site
    inside: Site
    doing: str
    trains: bool

    @property
    def at(self) -> Site:
        """The call that names the device."""
        return self.call.site

    @property
    def spelled(self) -> str:
        """How the program writes the scope."""
        return f'{self.call.spelled}("{self.device}")'

    @property
    def is_cpu(self) -> bool:
        """Whether it names a CPU."""
        return "cpu" in self.device.lower()

    @property
    def is_gpu(self) -> bool:
        """Whether it names a GPU."""
        return "gpu" in self.device.lower()


def device_scopes(index: CallIndex, calls: tuple[TrainingCall, ...]) -> Iterator[DeviceScope]:
    """The device scopes with training or model building inside, training first."""
    uses: list[tuple[CallRecord, str, bool]] = [
        (call.record, call.method, call.trains) for call in calls if call.trains
    ]
    building = [record for record in index.makers if isinstance(record.result, Model)]
    building += index.of(f"{MODEL}.compile")
    inside = index.in_order(record for record in building if record.contexts)
    uses += [(record, record.spelled, False) for record in inside]
    found: dict[Site, list[DeviceScope]] = {}
    for record, doing, trains in uses:
        for context in record.contexts:
            scope = _scope(context, record, doing, trains)
            if scope is not None:
                found.setdefault(context.site, []).append(scope)
    for scopes in found.values():
        # A scope that comes by with several devices compares them.
        if len({scope.device for scope in scopes}) == 1:
            yield scopes[0]


def _scope(context: Context, record: CallRecord, doing: str, trains: bool) -> DeviceScope | None:
    value = context.value
    if not isinstance(value, External) or value.made_by not in _DEVICE_SCOPES or value.call is None:
        return None
    given = value.call.arguments.positional
    device = given[0] if given else None
    if not isinstance(device, Const) or not isinstance(device.value, str):
        return None
    return DeviceScope(device.value, value.call, context.site, record.name_site, doing, trains)


def names_distribution(symbol: str) -> bool:
    """Whether a symbol is part of how TensorFlow, Keras or JAX spread work over several devices."""
    return symbol.startswith(_DISTRIBUTION) and not symbol.startswith(_ASKING)


def distributes(index: CallIndex, files: Container[str]) -> bool:
    """Whether a call in these files does something about several devices: a strategy, or scopes on several of them."""
    devices: set[object] = set()
    for callee in index.callees:
        distribution = names_distribution(callee)
        for record in index.of(callee) if distribution or callee in _DEVICE_SCOPES else ():
            if record.site.file not in files:
                continue
            if distribution:
                return True
            device = record.arguments.positional[0] if record.arguments.positional else None
            if device is not None and not isinstance(device, Const):
                devices.add(record.site)
            elif device is not None and "gpu" in str(device.value).lower():
                devices.add(device.value)
    return len(devices) > 1
