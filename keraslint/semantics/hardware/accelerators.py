"""Whether a program is known to run on a GPU."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.hardware.devices import DeviceScope
from keraslint.semantics.hardware.settings import Setting
from keraslint.semantics.target import Target

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_VISIBLE_DEVICES = ".set_visible_devices"
_OF_GPUS = (
    "tensorflow.config.experimental.set_memory_growth",
    "tensorflow.config.set_logical_device_configuration",
    "tensorflow.distribute.MirroredStrategy",
    "tensorflow.distribute.MultiWorkerMirroredStrategy",
)


def uses_gpu(
    target: Target, index: CallIndex, settings: Iterable[Setting], scopes: Sequence[DeviceScope]
) -> bool | None:
    """Whether a GPU will be used: the configuration or the code says so, or hides it; None where nobody says."""
    if target.devices is not None:
        return True
    chosen = [setting for setting in settings if setting.reached and not setting.is_conditional]
    if any(setting.hides_gpus for setting in chosen) or any(
        scope.is_cpu and scope.trains for scope in scopes
    ):
        return False
    known = (
        any(scope.is_gpu for scope in scopes)
        or any(setting.name == _VISIBLE and _numbers(setting.constant) for setting in chosen)
        or any(map(_concerns_gpus, index.named(_is_about_gpus)))
    )
    return True if known else None


def _numbers(constant: object) -> bool:
    return isinstance(constant, str) and constant.replace(",", "").strip().isdigit()


def _is_about_gpus(callee: str) -> bool:
    return callee in _OF_GPUS or callee.endswith(_VISIBLE_DEVICES)


def _concerns_gpus(record: CallRecord) -> bool:
    """Whether such a call is about GPUs, and about no other devices."""
    return not record.callee.endswith(_VISIBLE_DEVICES) or argument(record, "device_type").constant == "GPU"
