"""What a module uses that one generation of Keras alone has, or TensorFlow 1 alone, or TensorFlow 2 alone.

Names are followed through imports and plain aliases, whatever the order of
statements; a name that is bound in any other way as well tells nothing. Code
that asks for a version first, or tries an import and has another way, was
written for both generations: what stands there is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from typing import NamedTuple

from keraslint.semantics import api
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.usage import Bound
from keraslint.semantics.lowering.usage import Chain
from keraslint.semantics.lowering.usage import Names
from keraslint.semantics.lowering.usage import Use
from keraslint.semantics.lowering.usage import is_framework
from keraslint.semantics.releases import existing
from keraslint.semantics.releases import table

_CACHE_SIZE = 1 << 12

# What only TensorFlow 1 has, outside tf.compat.v1; of tf.contrib.data a rule speaks to those who have TensorFlow 2.
_FIRST_TENSORFLOW = frozenset(
    {"InteractiveSession", "Session", "contrib", "enable_eager_execution", "placeholder"}
)
# Some of what TensorFlow 1 has not even in its last release, where beginners' code and scripts use it.
_SECOND_TENSORFLOW = frozenset(
    {
        "tensorflow.config.list_physical_devices",
        "tensorflow.config.run_functions_eagerly",
        "tensorflow.data.AUTOTUNE",
        "tensorflow.random.set_seed",
        "tensorflow.summary.create_file_writer",
    }
)
# Packages whose last release imports modules of Keras that Keras 3 no longer has.
_FOR_KERAS_2 = frozenset({"tensorflow_addons"})
_FLAGGED = "tensorflow.contrib.data"
_UNDECIDED = ("keras.src", "tensorflow.compat.")
# Keras 1 took a kernel's height and width apart: the third positional argument was no stride.
_KERAS_1_KERNELS = frozenset({"Convolution2D", "Convolution3D"})

_MODEL_FACTORIES = ("keras.applications.", "keras.models.", "keras.saving.")
_COMPILE_KEYWORDS = frozenset({"loss", "metrics", "optimizer"})


class Trace(NamedTuple):
    """A place and what stands there, such as ``keras.ops`` or ``nb_epoch``."""

    place: int
    shown: str


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of each generation, in the order of the code."""

    keras_2: tuple[Trace, ...] = ()
    keras_3: tuple[Trace, ...] = ()
    tensorflow_1: tuple[Trace, ...] = ()
    tensorflow_2: tuple[Trace, ...] = ()


def find_traces(names: Names) -> Traces:
    """The traces among the names that a module imports and uses."""
    if not any(is_framework(bound.path) for found in names.imports.values() for bound in found):
        if not any(map(is_framework, names.stars)):
            return Traces()
    return _Search(names).traces()


# Judging


class _Search:
    """Judges what a walk has collected."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._table = table()
        self._found: dict[int, dict[Trace, None]] = {1: {}, 2: {}, 3: {}}

    def traces(self) -> Traces:
        for imported in self._names.imported:
            if not imported.guarded:
                self._judge_path(imported.place, imported.path)
        for use in self._names.uses:
            if use.guarded:
                continue
            bound = self._names.bound(use.chain[0])
            if use.call is not None:
                self._judge_call(use.call, use.chain, bound)
            elif bound:
                self._judge_use(use, bound)
        for call in self._names.methods:
            self._judge_keywords_of_method(call)
        first, second, third = (tuple(sorted(self._found[key])) for key in (1, 2, 3))
        return Traces(second, third, first, tuple(sorted(set(self._second_tensorflow()))))

    def _second_tensorflow(self) -> Iterator[Trace]:
        for use in self._names.uses:
            told = use.call is None and not use.guarded
            for bound in self._names.bound(use.chain[0]) if told else ():
                path = ".".join((bound.path, *use.chain[1:]))
                if path in _SECOND_TENSORFLOW and not bound.guarded:
                    yield Trace(use.place, path.replace("tensorflow", "tf", 1))

    def _judge_path(self, place: int, path: str) -> None:
        package = path.partition(".")[0]
        if package in _FOR_KERAS_2:
            self._found[2][Trace(place, package)] = None
        if not is_framework(path):
            return
        decided = decide(path)
        if decided is not None:
            self._found[decided.generation][Trace(place, decided.shown)] = None

    def _judge_use(self, use: Use, bound: tuple[Bound, ...]) -> None:
        decided = [decide(".".join((each.path, *use.chain[1:]))) for each in bound]
        certain = [each for each in decided if each is not None]
        if not certain or len(certain) < len(decided) or len({each.generation for each in certain}) > 1:
            return
        # With another way to the name itself, only what is read from it tells something.
        if any(each.guarded for each in bound) and all(decide(each.path) is not None for each in bound):
            return
        first = min(certain)
        self._found[first.generation][Trace(use.place, first.shown)] = None

    # Calls

    def _judge_call(self, call: ir.Call, chain: Chain, bound: tuple[Bound, ...]) -> None:
        if bound:
            self._judge_arguments(call, {".".join((each.path, *chain[1:])) for each in bound})
        else:
            self._judge_keywords_of_method(call)
            self._judge_method(call, chain)

    def _judge_arguments(self, call: ir.Call, paths: set[str]) -> None:
        """The arguments of a function that is imported by one path or more, where all mean the same."""
        meanings = {api.resolve(path) for path in paths}
        resolved = meanings.pop() if len(meanings) == 1 else None
        if resolved is None or resolved.generation is not None:
            return
        if any(path.startswith(_UNDECIDED) for path in paths):
            return
        for generation in (2, 3):
            table: dict[str, list[str]] = self._table[f"parameters_{generation}"]
            self._judge_keywords(call, table.get(resolved.name, ()), generation)
        path = min(paths)
        if path.rpartition(".")[2] in _KERAS_1_KERNELS:
            numbers = [each for each in call.arguments if each.keyword is None and not each.star][:3]
            if len(numbers) == 3 and all(isinstance(each.value, ir.Constant) for each in numbers[1:]):
                self._found[2][Trace(call.place, f"rows and columns of {path}")] = None

    def _judge_keywords(self, call: ir.Call, keywords: Any, generation: int) -> None:
        for argument in call.arguments:
            if argument.keyword in keywords:
                self._found[generation][Trace(argument.place, str(argument.keyword))] = None

    def _judge_keywords_of_method(self, call: ir.Call) -> None:
        """The keywords of a training method, of whatever object: Keras alone has had them."""
        if isinstance(call.func, ir.Attribute):
            method = call.func.attr
            known: list[str] = self._table["keywords_2"].get(method, ())
            if known and call.arguments:
                own = {name for name in known if (method, name) in self._names.parameters}
                self._judge_keywords(call, set(known) - own, 2)

    def _judge_method(self, call: ir.Call, chain: Chain) -> None:
        *receiver, method = chain
        if method in self._table["methods_2"] and method not in self._names.others:
            if tuple(receiver) in self._models():
                assert isinstance(call.func, ir.Attribute)
                self._found[2][Trace(call.func.attr_place, method)] = None

    def _models(self) -> set[Chain]:
        """The variables that hold models: made by Keras, or compiled as models are."""
        models = {made for made, maker in self._names.made if self._makes_model(maker)}
        for use in self._names.uses:
            if use.call is not None and use.chain[-1] == "compile":
                if not _COMPILE_KEYWORDS.isdisjoint(argument.keyword for argument in use.call.arguments):
                    models.add(use.chain[:-1])
        return models

    def _makes_model(self, maker: Chain) -> bool:
        for bound in self._names.bound(maker[0]):
            resolved = api.resolve(".".join((bound.path, *maker[1:])))
            if resolved is not None:
                name = resolved.name
                if api.is_a(name, "keras.Model") or name.startswith(_MODEL_FACTORIES):
                    return True
        return False


# Names


class Decision(NamedTuple):
    """A generation (1: TensorFlow 1, with the Keras of its time) and the name that tells it."""

    generation: int
    shown: str


@lru_cache(_CACHE_SIZE)
def decide(path: str) -> Decision | None:
    """The generation that alone has a path as it is written, if there is one."""
    # What is private may be anywhere in the next release.
    if path.startswith(_UNDECIDED) or "__" in path:
        return None
    parts = path.split(".")
    if parts[0] == "tensorflow" and len(parts) > 1 and parts[1] in _FIRST_TENSORFLOW:
        return None if f"{path}.".startswith(f"{_FLAGGED}.") else Decision(1, f"tf.{parts[1]}")
    for end in range(1, len(parts) + 1):
        prefix = ".".join(parts[:end])
        generations = existing(prefix)
        if len(generations) == 1:
            return Decision(next(iter(generations)), prefix)
    return None
