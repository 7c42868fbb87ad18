"""Settings that a program makes for all of TensorFlow, for a model, or for its process, and what they reach."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.assignments import ENVIRONMENT
from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.bindings import uses_name
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.imports import reached_files
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Sequence as Values
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.walking import holder
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_CONFIG = "tensorflow.config"
# What a call sets, by the call's canonical name, and the parameter that has the value (of "" the call is enough).
_CALLS = {
    f"{_CONFIG}.run_functions_eagerly": ("eager", "run_eagerly"),
    f"{_CONFIG}.experimental_run_functions_eagerly": ("eager", "run_eagerly"),
    f"{_CONFIG}.threading.set_intra_op_parallelism_threads": ("intra", "num_threads"),
    f"{_CONFIG}.threading.set_inter_op_parallelism_threads": ("inter", "num_threads"),
    f"{_CONFIG}.experimental.enable_op_determinism": ("determinism", ""),
    "tensorflow.data.experimental.enable_debug_mode": ("tf.data debug mode", ""),
    "tensorflow.debugging.enable_check_numerics": ("numeric checks", ""),
    "tensorflow.debugging.experimental.enable_dump_debug_info": ("debug dumps", ""),
    "tensorflow.debugging.set_log_device_placement": ("placement log", "enabled"),
    "tensorflow.disable_eager_execution": ("graph mode", ""),
}
_UNDONE = {"tensorflow.debugging.disable_check_numerics": "numeric checks"}
_THREADS = {"intra_op_parallelism_threads": "intra", "inter_op_parallelism_threads": "inter"}
_SESSION_CONFIG = "ConfigProto"
_ENVIRONMENT_CALLS = (f"{ENVIRONMENT}.__setitem__", f"{ENVIRONMENT}.setdefault", "os.putenv")
_VISIBLE = ".set_visible_devices"
_METHODS = ("__setattr__", "compile")
_FUNCTIONS = {*_CALLS, *_UNDONE, *_ENVIRONMENT_CALLS}
_DEFINITIONS = (ir.ClassDef, ir.FunctionDef)
_BY_END = (f".{_SESSION_CONFIG}", _VISIBLE)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One setting: what is set, by which call or assignment, to which value.

    ``argument`` is the keyword argument that sets it, where the call is made for more than that.
    ``reached`` are the calls that train with it. A setting ``is_conditional`` where an ``if`` decides.
    """

    name: str
    record: CallRecord
    value: Value
    argument: str = ""
    reached: tuple[TrainingCall, ...] = ()
    is_conditional: bool = False

    @property
    def at(self) -> Site:
        """The name of what is called or assigned."""
        return self.record.name_site

    @property
    def statement(self) -> Site:
        """The call or the assigned target."""
        return self.record.site

    @property
    def constant(self) -> object:
        """The value where it is a constant; ``...`` where it is not known."""
        return self.value.value if isinstance(self.value, Const) else Ellipsis

    @property
    def is_empty(self) -> bool:
        """Whether the value is an empty list."""
        return isinstance(self.value, Values) and self.value.items == ()

    @property
    def hides_gpus(self) -> bool:
        """Whether it leaves the program without any GPU."""
        if self.name == "CUDA_VISIBLE_DEVICES":
            return isinstance(self.constant, str) and self.constant.strip() in ("", "-1")
        return self.name == "visible GPUs" and self.is_empty

    @property
    def is_of_session(self) -> bool:
        """Whether it is one of the sessions that TensorFlow runs graphs in, and nothing to eager TensorFlow."""
        return self.record.method == "__setattr__" or self.record.callee.endswith(f".{_SESSION_CONFIG}")

    @property
    def spelled(self) -> str:
        """How the program writes what sets it."""
        return self.record.spelled


def settings(evaluator: Evaluator, index: CallIndex, calls: Iterable[TrainingCall]) -> Iterator[Setting]:
    """Every setting of the program, with the training that comes after it and before it is made otherwise."""
    setting = list(_may_set(index))
    if not setting:
        return
    order = index.order
    training = [(order[id(call.record)], call) for call in calls if call.trains and id(call.record) in order]
    records = {order[id(record)]: record for record in setting}
    found = [(place, *each) for place in sorted(records) for each in _made_by(records[place])]

    @cache
    def imported_by(script: str) -> set[str]:
        return reached_files(evaluator, script)

    @cache
    def is_decided(site: Site) -> bool:
        return _is_in_branch(evaluator.modules[site.file].body, site.place, main=False)

    @cache
    def is_main(site: Site) -> bool:
        return _is_in_branch(evaluator.modules[site.file].body, site.place, main=True)

    def comes_before(setting: CallRecord, call: TrainingCall) -> bool:
        """Whether the process that trains has made the setting: the same script, or a module that it imports."""
        site, other = _origin(setting), _origin(call.record)
        if setting.frames and setting.frames[0].call is None:
            return site == other
        return site.file == other.file or (site.file in imported_by(other.file) and not is_main(site))

    for begin, name, record, value, keyword in found:
        others = [
            place
            for place, other, changed, made, *_ in found
            if other == name and _same_object(changed, record) and not _says_the_same(made, value)
        ]
        end = min((place for place in others if place > begin), default=len(order))
        reached = tuple(
            call
            for place, call in training
            if begin < place < end and _concerns(name, record, call) and comes_before(record, call)
        )
        leading = [frame.call.site for frame in record.frames if frame.call is not None]
        is_conditional = any(map(is_decided, (record.site, *leading)))
        yield Setting(name, record, value, keyword, reached, is_conditional)


def _origin(record: CallRecord) -> Site:
    """Where a call begins: the statement of a script that leads to it, or the function that nothing calls."""
    if not record.frames:
        return record.site
    first = record.frames[0]
    return first.function.site if first.call is None else first.call.site


def _may_set(index: CallIndex) -> Iterator[CallRecord]:
    """The calls that are asked what they set: of the functions above, and what sets something on a model."""
    for method in _METHODS:
        yield from index.of_method(method)
    yield from index.named(lambda callee: callee in _FUNCTIONS or callee.endswith(_BY_END))


def _made_by(record: CallRecord) -> Iterator[tuple[str, CallRecord, Value, str]]:
    if record.callee.endswith(f".{_SESSION_CONFIG}"):
        for keyword, name in _THREADS.items():
            value = record.arguments.keyword(keyword)
            if value is not None:
                yield name, record, value, keyword
    else:
        single = _setting(record)
        if single is not None:
            yield single


def _setting(record: CallRecord) -> tuple[str, CallRecord, Value, str] | None:
    if record.callee in _CALLS:
        name, parameter = _CALLS[record.callee]
        value = _first(record, parameter) if parameter else Const(True)
        return name, record, value, ""
    if record.callee in _UNDONE:
        return _UNDONE[record.callee], record, Const(False), ""
    if record.method == "compile" and record.receiver is not None:
        given = record.arguments.keyword("run_eagerly")
        return "eager model", record, Const(False) if given is None else given, "run_eagerly"
    if record.method == "__setattr__" and len(record.arguments.positional) == 2:
        key, value = record.arguments.positional
        if key == Const("run_eagerly"):
            return "eager model", record, value, ""
        if isinstance(key, Const) and key.value in _THREADS:
            return _THREADS[str(key.value)], record, value, ""
    if record.callee in _ENVIRONMENT_CALLS and len(record.arguments.positional) == 2:
        key, value = record.arguments.positional
        if isinstance(key, Const) and isinstance(key.value, str):
            return key.value, record, value, ""
    if record.callee.endswith(_VISIBLE):
        kind = argument(record, "device_type").constant
        if kind == "GPU":
            devices = argument(record, "devices").value
            return "visible GPUs", record, UNKNOWN if devices is None else devices, ""
    return None


def _first(record: CallRecord, parameter: str) -> Value:
    found = argument(record, parameter).value
    return UNKNOWN if found is None else found


def _same_object(one: CallRecord, other: CallRecord) -> bool:
    """Whether two settings are of one model, or of none."""
    if one.method in ("compile", "__setattr__") or other.method in ("compile", "__setattr__"):
        return one.receiver is other.receiver
    return True


def _says_the_same(one: Value, other: Value) -> bool:
    return isinstance(one, Const) and isinstance(other, Const) and one.value is other.value


def _concerns(name: str, record: CallRecord, call: TrainingCall) -> bool:
    """Whether a setting has to do with a training: one of a model only with that model's."""
    if name != "eager model" or record.receiver is None:
        return True
    return any(part in alternatives(call.model) for part in alternatives(record.receiver))


def _is_in_branch(block: ir.Block, place: int, *, main: bool) -> bool:
    """Whether a place is reached only if a condition holds: that for ``__main__``, or any other."""
    index = holder(block, place)
    if index is None:
        return False
    statement = block[index]
    if isinstance(statement, ir.If) and uses_name(statement.branches[0].test, "__name__") is main:
        return True
    if isinstance(statement, ir.Try) and not main and any(holds(each, place) for each in statement.handlers):
        return True
    inner = (statement.body,) if isinstance(statement, _DEFINITIONS) else nested_blocks(statement)
    return any(_is_in_branch(nested, place, main=main) for nested in inner)
