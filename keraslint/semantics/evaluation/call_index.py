"""The calls that the evaluator recorded, by place: who calls what, and what gives the same each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence as ReadOnlySequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Generic
from typing import TypeVar

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.lowering.ir import Site

T = TypeVar("T")

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


@dataclass(slots=True, eq=False)
class _Group(Generic[T]):
    """Calls with the very same frames or loops around them."""

    around: tuple[T, ...]
    calls: list[CallRecord]


class CallIndex:
    """Recorded calls by where they stand, and by the call or loop that leads to them."""

    def __init__(self, records: ReadOnlySequence[CallRecord]) -> None:
        self._records = records
        self._steady: dict[Site, bool] = {}

    @cached_property
    def order(self) -> ReadOnlyMapping[int, int]:
        """When each call was evaluated, by its ``id``."""
        return {id(record): number for number, record in enumerate(self._records)}

    @cached_property
    def _by_callee(self) -> dict[str, list[CallRecord]]:
        found: dict[str, list[CallRecord]] = defaultdict(list)
        for record in self._records:
            found[record.callee].append(record)
        return found

    @cached_property
    def _by_method(self) -> dict[str, list[CallRecord]]:
        found: dict[str, list[CallRecord]] = defaultdict(list)
        for record in self._records:
            if record.method:
                found[record.method].append(record)
        return found

    @property
    def callees(self) -> AbstractSet[str]:
        """The names of all that is called."""
        return self._by_callee.keys()

    @cached_property
    def _own(self) -> list[tuple[CallRecord, Function]]:
        """The calls of the project's functions."""
        # Most calls are of something else: the kind is asked here, which spares a call for each.
        return [
            (record, function)
            for record in self._records
            if isinstance(record.function, (Function, Method)) and (function := called(record)) is not None
        ]

    @cached_property
    def compiled(self) -> ReadOnlySequence[CallRecord]:
        """The calls of the project's functions that are compiled, in the order of their evaluation."""
        return [record for record, function in self._own if function.compiled is not None]

    @cached_property
    def makers(self) -> ReadOnlySequence[CallRecord]:
        """The calls that made a model or an object of the project's own classes, in the order of their evaluation."""
        return [
            record
            for record in self._records
            if isinstance(record.result, (Instance, Model)) and record.result.call is record
        ]

    @cached_property
    def _at(self) -> dict[Site, list[CallRecord]]:
        found: dict[Site, list[CallRecord]] = defaultdict(list)
        for record in self._records:
            found[record.site].append(record)
        return found

    @cached_property
    def _ways(self) -> ReadOnlySequence[_Group[Frame]]:
        return _shared(self._records, attrgetter("frames"))

    @property
    def ways(self) -> Iterator[tuple[Frame, ...]]:
        """The ways to calls: the evaluations of functions that lead there, outermost first."""
        return (group.around for group in self._ways)

    def on_ways(self, matches: Callable[[tuple[Frame, ...]], bool]) -> Iterator[CallRecord]:
        """The calls that are reached in such ways, one way after the other."""
        for group in self._ways:
            if matches(group.around):
                yield from group.calls

    @cached_property
    def _inside(self) -> dict[Site, list[_Group[Frame]]]:
        return _by_site(
            self._ways,
            lambda frames: [frame.call.site for frame in frames if frame.call is not None],
        )

    @cached_property
    def _in_function(self) -> dict[Site, list[_Group[Frame]]]:
        return _by_site(self._ways, lambda frames: [frame.function.site for frame in frames[-1:]])

    @cached_property
    def _in_loop(self) -> dict[Site, list[_Group[Loop]]]:
        groups = _shared(self._records, attrgetter("loops"))
        return _by_site(groups, lambda loops: [loop.site for loop in loops])

    @cached_property
    def _calls(self) -> dict[Site, list[CallRecord]]:
        found: dict[Site, list[CallRecord]] = defaultdict(list)
        for record, function in self._own:
            found[function.site].append(record)
        return found

    def of(self, callee: str) -> ReadOnlySequence[CallRecord]:
        """The calls of what has a name, in the order of their evaluation."""
        return self._by_callee.get(callee, ())

    def named(self, matches: Callable[[str], bool]) -> Iterator[CallRecord]:
        """The calls of what has such a name, one name after the other."""
        for callee in filter(matches, self._by_callee):
            yield from self._by_callee[callee]

    def in_order(self, records: Iterable[CallRecord]) -> ReadOnlySequence[CallRecord]:
        """Some of the calls, each once, in the order of their evaluation."""
        found = {id(record): record for record in records}
        return [found[each] for each in sorted(found, key=self.order.__getitem__)] if found else ()

    def calling(self, name: str) -> ReadOnlySequence[CallRecord]:
        """The calls of a method or function of that name, whoever has it, in the order of their evaluation."""
        end = f".{name}"
        return self.in_order((*self.of_method(name), *self.named(lambda callee: callee.endswith(end))))

    def of_method(self, method: str) -> ReadOnlySequence[CallRecord]:
        """The calls of a method of that name, in the order of their evaluation."""
        return self._by_method.get(method, ())

    def at(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """The evaluations of the call at a place."""
        return self._at.get(site, ())

    def inside(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the project's function that is called at a place calls, and what that calls."""
        return self._joined(self._inside.get(site, ()))

    def in_function(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the project's function that is defined at a place calls itself."""
        return self._joined(self._in_function.get(site, ()))

    def within(self, evaluations: Iterable[Frame]) -> ReadOnlySequence[CallRecord]:
        """What these evaluations of functions call, and what that calls, in the order of their evaluation."""
        wanted = set(map(id, evaluations))
        return self.in_order(self.on_ways(lambda frames: not wanted.isdisjoint(map(id, frames))))

    def calls_of(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """The calls of the project's function that is defined at a place."""
        return self._calls.get(site, ())

    def in_loop(self, site: Site) -> ReadOnlySequence[CallRecord]:
        """What the passes of a loop call."""
        return self._joined(self._in_loop.get(site, ()))

    def _joined(self, groups: ReadOnlySequence[_Group[T]]) -> ReadOnlySequence[CallRecord]:
        """The calls of all these groups, in the order of their evaluation."""
        if len(groups) == 1:
            return groups[0].calls
        return self.in_order(record for group in groups for record in group.calls)

    def is_steady(self, site: Site) -> bool:
        """Whether the call at a place certainly gives the same for the same arguments."""
        if site not in self._steady:
            found = self.at(site)
            runs_own = any(
                called(record) is not None or isinstance(record.function, Class) for record in found
            )
            records = (*found, *self.inside(site)) if runs_own else found
            self._steady[site] = bool(found) and all(map(_gives_the_same, records))
        return self._steady[site]

    def functions(self, records: Iterable[CallRecord]) -> Iterator[Function]:
        """The project's functions that these calls run, each once."""
        seen: set[int] = set()
        ways: set[int] = set()
        for record in records:
            # The records of a call share the frames.
            frames = () if id(record.frames) in ways else record.frames
            ways.add(id(record.frames))
            for function in (called(record), *(frame.function for frame in frames)):
                if function is not None and id(function.node) not in seen:
                    seen.add(id(function.node))
                    yield function


def called(record: CallRecord) -> Function | None:
    """The project's function that a call runs, None where it is none."""
    function = record.function
    if isinstance(function, Function):
        return function
    return function.function if isinstance(function, Method) else None


def _gives_the_same(record: CallRecord) -> bool:
    if called(record) is not None or isinstance(record.function, Class):
        return True
    if record.method in _UNSTEADY_METHODS or record.callee.startswith(_UNSTEADY):
        return False
    if isinstance(record.receiver, (Const, Mapping, Sequence, Some)):
        return True
    return record.callee.startswith(_STEADY)


def _shared(
    records: ReadOnlySequence[CallRecord], around: Callable[[CallRecord], tuple[T, ...]]
) -> ReadOnlySequence[_Group[T]]:
    """Records by what is around them, which the records of a call share."""
    found: dict[int, _Group[T]] = {}
    last: tuple[T, ...] | None = None
    calls: list[CallRecord] = []
    for record, shared in zip(records, map(around, records), strict=True):
        if shared is not last:
            last = shared
            calls = found.setdefault(id(shared), _Group(shared, [])).calls
        calls.append(record)
    return [*found.values()]


def _by_site(
    groups: Iterable[_Group[T]], sites: Callable[[tuple[T, ...]], list[Site]]
) -> dict[Site, list[_Group[T]]]:
    """Groups by the places that what is around them stands for."""
    found: dict[Site, list[_Group[T]]] = defaultdict(list)
    for group in groups:
        for site in dict.fromkeys(sites(group.around)):
            found[site].append(group)
    return found
