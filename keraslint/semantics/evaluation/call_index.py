"""The calls that the evaluator recorded, by place: who calls what, and what gives the same each time."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from functools import cached_property

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.lowering.ir import Site

# Packages whose functions give the same for the same arguments, and what in them does not.
_STEADY = (
    "PIL.",
    "builtins.",
    "copy.",
    "cv2.",
    "functools.",
    "keras.",
    "math.",
    "numpy.",
    "operator.",
    "os.path.",
    "pandas.",
    "pathlib.",
    "scipy.",
    "skimage.",
    "str.",
    "tensorflow.",
)
_UNSTEADY = (
    "builtins.input",
    "builtins.next",
    "cv2.VideoCapture",
    "keras.Model",
    "keras.Sequential",
    "keras.backend.",
    "keras.random.",
    "numpy.random.",
    "pandas.DataFrame.sample",
    "tensorflow.Variable",
    "tensorflow.data.Iterator",
    "tensorflow.image.random_",
    "tensorflow.random.",
)
_UNSTEADY_METHODS = (
    "get_next",
    "next",
    "pop",
    "popitem",
    "popleft",
    "read",
    "readline",
    "sample",
    "send",
    "__next__",
)


class CallIndex:
    """Recorded calls by where they stand, and by the call or loop that leads to them."""

    def __init__(self, records: ReadOnlySequence[CallRecord]) -> None:
        self._records = records

    @cached_property
    def _at(self) -> dict[Site, list[CallRecord]]:
        return _grouped((record.site, record) for record in self._records)

    @cached_property
    def _inside(self) -> dict[Site, list[CallRecord]]:
        return _grouped(
            (frame.call.site, record)
            for record in self._records
            for frame in record.frames
            if frame.call is not None
        )

    @cached_property
    def _in_loop(self) -> dict[Site, list[CallRecord]]:
        return _grouped((loop.site, record) for record in self._records for loop in record.loops)

    @cached_property
    def _in_function(self) -> dict[Site, list[CallRecord]]:
        return _grouped(
            (record.frames[-1].function.site, record) for record in self._records if record.frames
        )

    def at(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """The evaluations of the call at a place."""
        return self._at.get(site, ())

    def inside(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the project's function that is called at a place calls, and what that calls."""
        return self._inside.get(site, ())

    def in_function(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the project's function that is defined at a place calls itself."""
        return self._in_function.get(site, ())

    def in_loop(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the passes of a loop call."""
        return self._in_loop.get(site, ())

    def is_steady(self, site: Site) -> bool:
        """Whether the call at a place certainly gives the same for the same arguments."""
        found = self.at(site)
        return bool(found) and all(self._is_steady(record) for record in found)

    def functions(self, records: Iterable[CallRecord]) -> Iterator[Function]:
        """The project's functions that these calls run, each once."""
        seen: set[int] = set()
        for record in records:
            for function in (called(record), *(frame.function for frame in record.frames)):
                if function is not None and id(function.node) not in seen:
                    seen.add(id(function.node))
                    yield function

    def _is_steady(self, record: CallRecord) -> bool:
        if called(record) is not None or isinstance(record.function, Class):
            return all(_gives_the_same(each) for each in self.inside(record.site))
        return _gives_the_same(record)


def called(record: CallRecord) -> Function | None:
    """The project's function that a call runs, None where it is none."""
    function = record.function.function if isinstance(record.function, Method) else record.function
    return function if isinstance(function, Function) else None


def _gives_the_same(record: CallRecord) -> bool:
    if called(record) is not None or isinstance(record.function, Class):
        return True
    if record.method in _UNSTEADY_METHODS or record.callee.startswith(_UNSTEADY):
        return False
    if isinstance(record.receiver, (Const, Mapping, Sequence, Some)):
        return True
    return record.callee.startswith(_STEADY)


def _grouped(pairs: Iterable[tuple[Site, CallRecord]]) -> dict[Site, list[CallRecord]]:
    found: dict[Site, list[CallRecord]] = {}
    for site, record in pairs:
        records = found.setdefault(site, [])
        if not records or records[-1] is not record:
            records.append(record)
    return found
