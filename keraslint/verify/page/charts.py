"""The drawings: SVG whose places are percentages, so that a phone and a sheet of paper draw them alike."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from keraslint import figures
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Verdict
from keraslint.verify.page.scale import Scale
from keraslint.verify.page.scale import cost_scale
from keraslint.verify.page.scale import ratio_scale

NO_EFFECT = (0.95, 1.05)
_MOST_STEPS_DRAWN = 200
_ROW = 30
# The dot tells the verdict by its shape, not by its colour alone.
_SHAPES = {
    Verdict.CONFIRMED: '<circle r="6" class="dot"/>',
    Verdict.NO_EFFECT: '<rect x="-5" y="-5" width="10" height="10" class="dot"/>',
    Verdict.REFUTED: '<path d="M0 7 7 -5 -7 -5Z" class="dot"/>',
    Verdict.INCONCLUSIVE: '<circle r="5" class="dot hollow"/>',
}
_PLAIN = '<circle r="4" class="dot"/>'


def whisker(
    ratio: Ratio | None,
    scale: Scale,
    title: str,
    *,
    verdict: Verdict | None = None,
    noise: Ratio | None = None,
) -> Markup:
    """A ratio with its interval on an axis that shows the band of no effect, and the noise floor."""
    middle = _ROW / 2
    parts = [*_grid(scale, _ROW)]
    if noise is not None:
        left, right = scale.at(noise.low), scale.at(noise.high)
        parts.append(_box(left, 4, right - left, _ROW - 8, "noise"))
    if ratio is not None:
        left, right = scale.at(ratio.low), scale.at(ratio.high)
        parts.append(_line(left, middle, right, middle, "whisker"))
        parts += [_line(end, middle - 5, end, middle + 5, "whisker") for end in (left, right)]
        shape = _PLAIN if verdict is None else _SHAPES.get(verdict, _PLAIN)
        parts.append(_mark(scale.at(ratio.value), middle, shape))
    return _svg(parts, _ROW, title, "whiskers")


def times(value: float) -> str:
    """A round ratio as it stands beside an axis."""
    return f"{figures.number(value)}\N{MULTIPLICATION SIGN}"


def axis(scale: Scale) -> Markup:
    """The numbers under such an axis."""
    parts = [_text(scale.at(tick), 14, times(tick), "tick") for tick in scale.ticks()]
    return _svg(parts, 20, "", "axis")


def legend(scale: Scale) -> Markup:
    """Which way is better, over such an axis."""
    parts = [_text(scale.at(1.0), 14, "better after the change \N{RIGHTWARDS ARROW}", "tick start")]
    return _svg(parts, 20, "", "axis")


def strip(times: Sequence[float], scale: Scale, title: str) -> Markup:
    """Each step as a line where its time is, and the median as a longer one."""
    ordered = sorted(times)
    drawn = ordered[:: -(-len(ordered) // _MOST_STEPS_DRAWN)]
    parts = [_box(0, 0, 100, _ROW, "ground")]
    steps = (f'<rect x="{scale.at(time):.1f}%" y="6" width="1" height="{_ROW - 12}"/>' for time in drawn)
    parts.append(f'<g class="step">{"".join(steps)}</g>')
    middle = scale.at(ordered[len(ordered) // 2])
    parts.append(_line(middle, 1, middle, _ROW - 1, "median"))
    return _svg(parts, _ROW, title, "strip")


def strip_scale(sides: Iterable[Sequence[float]]) -> Scale:
    """From nothing to what nearly every step keeps to; a few slow ones stand at the edge."""
    ordered = [sorted(times) for times in sides if times]
    return Scale(0.0, max(1.1 * times[int(0.98 * (len(times) - 1))] for times in ordered) or 1.0)


def time_axis(scale: Scale) -> Markup:
    """Milliseconds under a strip."""
    ticks = Scale(scale.low * 1000, scale.high * 1000).ticks()
    parts = [_text(scale.at(tick / 1000), 14, f"{tick:g}", "tick") for tick in ticks]
    return _svg(parts, 20, "", "axis")


def share(value: float, title: str) -> Markup:
    """A share of the whole as a bar."""
    parts = [_box(0, 2, 100, 14, "ground"), _box(0, 2, 100 * min(max(value, 0.0), 1.0), 14, "share")]
    return _svg(parts, 18, title, "bar")


def sweep(points: Mapping[float, Ratio], title: str) -> Markup:
    """The ratio against a cost, with the line of 1.05 and where it is crossed."""
    height = 200.0
    costs = sorted(points)
    across = cost_scale(costs)
    up = ratio_scale(bound for ratio in points.values() for bound in (ratio.low, ratio.high))

    def x(cost: float) -> float:
        return 6 + 0.88 * across.at(cost)

    def y(ratio: float) -> float:
        return 12 + (height - 44) * (1 - up.at(ratio) / 100)

    bottom = y(up.low)
    top, floor = y(NO_EFFECT[1]), y(NO_EFFECT[0])
    parts = [f'<rect x="6%" y="{top:.1f}" width="94%" height="{floor - top:.1f}" class="band"/>']
    for tick in up.ticks():
        parts.append(_line(6, y(tick), 100, y(tick), "one" if tick == 1 else "grid"))
        parts.append(f'<text x="5%" y="{y(tick) + 4:.1f}" class="tick end">{times(tick)}</text>')
    for before, after in pairwise(costs):
        parts.append(_line(x(before), y(points[before].value), x(after), y(points[after].value), "curve"))
    for cost in costs:
        ratio = points[cost]
        parts.append(_line(x(cost), y(ratio.low), x(cost), y(ratio.high), "whisker"))
        parts.append(_mark(x(cost), y(ratio.value), _PLAIN))
        parts.append(_text(x(cost), bottom + 18, figures.number(cost), "tick"))
    for cost, _ in figures.crossings([(cost, points[cost].value) for cost in costs]):
        parts.append(_line(x(cost), y(figures.WORTH), x(cost), bottom, "crossing"))
        parts.append(_mark(x(cost), y(figures.WORTH), '<circle r="7" class="dot hollow crossing"/>'))
    return _svg(parts, height, title, "sweep")


def _grid(scale: Scale, height: float) -> Iterable[str]:
    left, right = scale.at(NO_EFFECT[0]), scale.at(NO_EFFECT[1])
    yield _box(left, 0, right - left, height, "band")
    for tick in scale.ticks():
        yield _line(scale.at(tick), 0, scale.at(tick), height, "one" if tick == 1 else "grid")


def _svg(parts: Iterable[str], height: float, title: str, kind: str) -> Markup:
    # A drawing without a title repeats what stands beside it in words.
    naming = Markup('role="img"') if title else Markup('aria-hidden="true"')
    inner = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup('<svg class="{}" width="100%" height="{:g}" {}>{}{}</svg>').format(
        kind, height, naming, inner, Markup("").join(map(Markup, parts))
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.2f}%" y1="{y1:g}" x2="{x2:.2f}%" y2="{y2:g}" class="{kind}"/>'


def _box(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:.2f}%" y="{y:g}" width="{width:.2f}%" height="{height:g}" class="{kind}"/>'


def _mark(x: float, y: float, shape: str) -> str:
    return f'<svg x="{x:.2f}%" y="{y:.1f}" overflow="visible">{shape}</svg>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.2f}%" y="{y:g}" class="{kind}">{text}</text>'
