"""A subject is measured: its pair, its sweep, and what was kept of a run that was stopped."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from keraslint.verify.conditions import Conditions
from keraslint.verify.hardware import Hardware
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Comparer
from keraslint.verify.measuring import Executor
from keraslint.verify.measuring import InterruptedMeasurementError
from keraslint.verify.measuring import Limits
from keraslint.verify.measuring import Pair
from keraslint.verify.measuring import Tools
from keraslint.verify.measuring import indicate
from keraslint.verify.measuring import measure
from keraslint.verify.measuring import measure_ratio
from keraslint.verify.pairs import Sources
from keraslint.verify.pairs import UnmeasurableError
from keraslint.verify.pairs import clearing
from keraslint.verify.pairs import pair_of
from keraslint.verify.pairs import sources_of
from keraslint.verify.records import Knob
from keraslint.verify.records import Measured
from keraslint.verify.software import Software
from keraslint.verify.statistics import ENOUGH_PAIRS
from keraslint.verify.store import State
from keraslint.verify.store import Store
from keraslint.verify.store import key_of
from keraslint.verify.subjects import Subject
from keraslint.verify.sweep import SweepError
from keraslint.version import VERSION

_Work = Callable[[Pair, Tools, Limits, State], Measurement]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all subjects of a call are measured with. ``environment`` is what their programs are given."""

    software: Software
    hardware: Hardware
    conditions: Conditions
    environment: Mapping[str, str]
    execute: Executor
    compare: Comparer
    store: Store
    limits: Limits = field(default_factory=Limits)
    quick: bool = False
    sweep: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of a subject, and the text of its programs; ``stopped`` if somebody ended it."""

    measured: Measured
    bad: str = ""
    good: str = ""
    stopped: bool = False


def verify_subject(subject: Subject, setting: Setting, tell: Callable[[str], None]) -> Verified:
    """Measure a subject; ``tell`` is told in a few words what happens."""
    try:
        sources = sources_of(subject, setting.software, setting.hardware.name)
    except UnmeasurableError as error:
        found = Measurement(subject.code, subject.name, subject.claim, "time", Verdict.INCONCLUSIVE)
        return Verified(_measured(replace(found, failure=str(error)), None, setting))
    verifying = _Verifying(sources, setting, tell)
    try:
        found, stopped = verifying.result(), False
        verifying.forget()
    except InterruptedMeasurementError as error:
        found, stopped = error.measurement, True
    return Verified(_measured(found, sources, setting), sources.bad, sources.good, stopped)


class _Verifying:
    def __init__(self, sources: Sources, setting: Setting, tell: Callable[[str], None]) -> None:
        self._sources = sources
        self._setting = setting
        self._tell = tell
        self._keys: list[str] = []

    def result(self) -> Measurement:
        setting = self._setting
        if setting.quick:
            with self._pair(self._sources) as pair:
                return indicate(pair, self._tools(lambda state: None))
        found = self._resumed(self._sources, measure, setting.limits)
        if self._sources.sweep is None or not setting.sweep or found.ratio is None:
            return found
        try:
            return replace(found, sweep=self._swept(self._sources.sweep.values))
        except InterruptedMeasurementError:
            raise InterruptedMeasurementError(replace(found, failure="stopped in its sweep")) from None
        except SweepError as error:
            return replace(found, failure=f"no sweep: {error}")

    def forget(self) -> None:
        """Drop what was kept for a resumption."""
        for key in self._keys:
            self._setting.store.drop(key)

    def _swept(self, values: tuple[float, ...]) -> dict[float, Ratio]:
        limits = replace(self._setting.limits, budget=self._setting.limits.budget / len(values))
        found = {}
        for value in values:
            measurement = self._resumed(self._sources.turned(value), measure_ratio, limits)
            if measurement.ratio is not None and measurement.pairs >= ENOUGH_PAIRS:
                found[value] = measurement.ratio
        return found

    def _resumed(self, sources: Sources, work: _Work, limits: Limits) -> Measurement:
        setting = self._setting
        key = key_of(
            VERSION,
            work.__name__,
            sources.subject.code,
            sources.hashes,
            setting.software.as_mapping(),
            setting.hardware.name,
            setting.environment,
        )
        self._keys.append(key)
        with self._pair(sources) as pair:
            tools = self._tools(lambda state: setting.store.save(key, state))
            return work(pair, tools, limits, setting.store.load(key))

    def _tools(self, save: Callable[[State], None]) -> Tools:
        return Tools(clearing(self._setting.execute), self._setting.compare, save, self._tell)

    def _pair(self, sources: Sources) -> AbstractContextManager[Pair]:
        setting = self._setting
        return pair_of(sources, setting.software, setting.environment)


def _measured(found: Measurement, sources: Sources | None, setting: Setting) -> Measured:
    bad, good = ("", "") if sources is None else sources.hashes
    sweep = None if sources is None else sources.sweep
    return Measured(
        found,
        bad,
        good,
        datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        setting.conditions.as_mapping(),
        None if sweep is None else Knob(sweep.knob, sweep.unit),
    )
