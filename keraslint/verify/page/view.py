"""A measured pair as the template wants it: drawings and figures, made and escaped."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from keraslint import figures
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.page import charts
from keraslint.verify.page import words
from keraslint.verify.page.difference import Stretch
from keraslint.verify.page.difference import stretches
from keraslint.verify.page.document import Document
from keraslint.verify.page.scale import Scale
from keraslint.verify.page.scale import ratio_scale
from keraslint.verify.records import Knob
from keraslint.verify.records import Measured

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """What was measured of a pair, and the text of both its programs."""

    measured: Measured
    bad: str
    good: str

    @property
    def measurement(self) -> Measurement:
        """What was measured, without what it was made of."""
        return self.measured.measurement


@dataclass(frozen=True, slots=True)
class RatioRow:
    """A ratio, its interval and its drawing; the verdict is made on the one that is ``decisive``."""

    name: str
    figure: Markup
    drawing: Markup
    decisive: bool


@dataclass(frozen=True, slots=True)
class SideRow:
    """A fact of both programs."""

    name: str
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True)
class SideDrawing:
    """One program's step times or waiting."""

    label: str
    kind: str
    figure: Markup
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Section:
    """All that the page shows of one pair."""

    measurement: Measurement
    label: str
    mark: str
    figure: Markup
    drawing: Markup
    meaning: str
    equality: Markup
    failure: Markup
    ratios: tuple[RatioRow, ...]
    axis: Markup
    sides: tuple[SideRow, ...]
    steps: tuple[SideDrawing, ...]
    steps_axis: Markup | None
    waiting: tuple[SideDrawing, ...]
    sweep: Markup | None
    worth: str
    sweep_about: str
    circumstances: str
    difference: tuple[Stretch, ...]


def common_scale(pairs: Sequence[MeasuredPair]) -> Scale:
    """The axis of all ratios."""
    return ratio_scale(
        bound
        for pair in pairs
        for _, ratio, _ in _ratios(pair.measurement)
        for bound in (ratio.low, ratio.value, ratio.high)
    )


def in_order(pairs: Sequence[MeasuredPair]) -> list[int]:
    """The largest ratio first, what has none last."""

    def rank(index: int) -> tuple[bool, float]:
        found = pairs[index].measurement
        return found.ratio is None, -(found.ratio.value if found.ratio else 0.0)

    return sorted(range(len(pairs)), key=rank)


def section(index: int, pair: MeasuredPair, document: Document, scale: Scale) -> Section:
    """The view of the pair that stands at ``index`` in the page's JSON."""
    found = pair.measurement
    at = f"records.{index}"
    sides = (found.bad, found.good)
    times = strip_scale(sides)
    return Section(
        measurement=found,
        label=words.verdict(found),
        mark=words.mark(found),
        figure=_ratio_figure(document, f"{at}.ratio"),
        drawing=charts.whisker(
            found.ratio,
            scale,
            words.spoken(found.name, found.ratio),
            verdict=found.verdict,
            noise=found.noise,
        ),
        meaning=words.meaning(found) if words.is_decided(found) else "",
        # Nothing was compared where the first program raises.
        equality=_coded("" if found.verdict is Verdict.BREAKS else words.equality(found.equality)),
        failure=_coded(found.failure),
        ratios=tuple(_ratio_rows(document, at, found, scale)),
        axis=charts.axis(scale),
        sides=tuple(_side_rows(document, at, found)),
        steps=() if times is None else tuple(_steps(document, at, found, times)),
        steps_axis=None if times is None else charts.time_axis(times),
        waiting=tuple(_waiting(document, at, found)),
        sweep=_sweep(pair),
        worth=_worth(pair),
        sweep_about=_sweep_about(pair),
        circumstances=words.circumstances(pair.measured.day, pair.measured.conditions),
        difference=stretches(pair.bad, pair.good),
    )


def _coded(text: str) -> Markup:
    """A sentence, with what stands in backticks as code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def strip_scale(sides: Sequence[Side | None]) -> Scale | None:
    """The axis of step times, where there are any."""
    times = [side.step_times for side in sides if side is not None and side.step_times]
    return charts.strip_scale(times) if times else None


def _ratio_figure(document: Document, path: str) -> Markup:
    """A ratio and its interval; the one that decides stands in the record itself."""
    if document.value(path) is None:
        return Markup(NOTHING)
    inside = isinstance(document.value(path), dict)
    value = f"{path}.ratio" if inside else path
    bounds = f"{path}.interval" if inside else f"{path.rpartition('.')[0]}.interval"
    low, high = (document.figure(f"{bounds}.{index}", figures.ratio) for index in (0, 1))
    shown = Markup("<b>{}&times;</b>").format(document.figure(value, figures.ratio))
    # A single pair of runs has no interval.
    if document.value(f"{bounds}.0") == document.value(f"{bounds}.1"):
        return shown
    return Markup('{} <span class="interval">[{}, {}]</span>').format(shown, low, high)


_ROW_NAMES = {"time": "Training", "wall": "Training with tracing", "memory": "Peak memory"}


def _ratios(found: Measurement) -> Iterator[tuple[str, Ratio, str]]:
    """Every ratio of a measurement, by the name that it has in words and in the JSON."""
    if found.ratio is not None:
        yield _ROW_NAMES.get(found.measure, found.measure), found.ratio, "ratio"
    if found.wall_ratio is not None and found.measure != "wall":
        yield _ROW_NAMES["wall"], found.wall_ratio, "wall_ratio"
    if found.memory_ratio is not None and found.measure != "memory":
        yield _ROW_NAMES["memory"], found.memory_ratio, "memory_ratio"
    if found.noise is not None:
        yield "Noise floor", found.noise, "noise"


def _ratio_rows(document: Document, at: str, found: Measurement, scale: Scale) -> Iterator[RatioRow]:
    for name, ratio, key in _ratios(found):
        decisive = key == "ratio"
        yield RatioRow(
            name,
            _ratio_figure(document, f"{at}.{key}"),
            charts.whisker(
                ratio,
                scale,
                words.spoken(name, ratio),
                verdict=found.verdict if decisive else None,
                noise=found.noise if decisive else None,
            ),
            decisive,
        )


_SIDE_FACTS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("Training, after the first step", "steady", figures.duration),
    ("First step, tracing included", "first_step", figures.duration),
    ("Before the first step", "startup", figures.duration),
    ("Training with tracing", "wall", figures.duration),
    ("Peak memory", "peak_memory", lambda size: words.memory(int(size))),
    ("Cores in use", "cpu", lambda cores: f"{cores:.1f}"),
)


def _side_rows(document: Document, at: str, found: Measurement) -> Iterator[SideRow]:
    for name, key, write in _SIDE_FACTS:
        cells = [
            Markup(NOTHING) if side is None else document.figure(f"{at}.{which}.{key}", write)
            for which, side in (("bad", found.bad), ("good", found.good))
        ]
        if found.bad is not None or found.good is not None:
            yield SideRow(name, *cells)


def _sides(found: Measurement) -> Iterator[tuple[str, str, str, Side]]:
    for label, kind, key, side in (
        ("Before", "before", "bad", found.bad),
        ("After", "after", "good", found.good),
    ):
        if side is not None:
            yield label, kind, key, side


def _steps(document: Document, at: str, found: Measurement, scale: Scale) -> Iterator[SideDrawing]:
    for label, kind, key, side in _sides(found):
        if not side.step_times:
            continue
        index = sorted(range(len(side.step_times)), key=side.step_times.__getitem__)[
            len(side.step_times) // 2
        ]
        median = side.step_times[index]
        figure = document.figure(f"{at}.{key}.step_times.{index}", figures.duration)
        title = f"{label}: {len(side.step_times)} steps, the middle one takes {figures.duration(median)}"
        yield SideDrawing(label, kind, figure, charts.strip(side.step_times, scale, title))


def _waiting(document: Document, at: str, found: Measurement) -> Iterator[SideDrawing]:
    for label, kind, key, side in _sides(found):
        if side.waiting is not None:
            figure = document.figure(f"{at}.{key}.waiting", words.share)
            title = f"{label}: waits for data {words.share(side.waiting)} of the time"
            yield SideDrawing(label, kind, figure, charts.share(side.waiting, title))


def _points(pair: MeasuredPair) -> list[tuple[float, float]]:
    return [(cost, pair.measurement.sweep[cost].value) for cost in sorted(pair.measurement.sweep)]


def _worth(pair: MeasuredPair) -> str:
    return figures.worth(_points(pair), _knob(pair).unit) if pair.measurement.sweep else ""


def _knob(pair: MeasuredPair) -> Knob:
    return pair.measured.knob or Knob("cost", "")


def _sweep_about(pair: MeasuredPair) -> str:
    return ", in ".join(filter(None, (_knob(pair).name, _knob(pair).unit)))


def _sweep(pair: MeasuredPair) -> Markup | None:
    if not pair.measurement.sweep:
        return None
    said = "; ".join(f"{figures.ratio(ratio)} at {figures.number(cost)}" for cost, ratio in _points(pair))
    return charts.sweep(pair.measurement.sweep, f"Ratio against {_sweep_about(pair)}: {said}. {_worth(pair)}")


def group_of(found: Measurement) -> str:
    """The verdict as a word that a style sheet can name."""
    return found.verdict.value.replace(" ", "-") if words.is_decided(found) else "failed"
