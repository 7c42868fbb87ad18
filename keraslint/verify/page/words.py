"""What the page says in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from keraslint import figures
from keraslint.report.words import listed
from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Verdict

_MARKS = {
    Verdict.CONFIRMED: "✓",
    Verdict.NO_EFFECT: "=",
    Verdict.REFUTED: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.BREAKS: "!",
}
# What the ratio of a measure compares, and how more than one of it is said.
_MEASURES = {"time": "training time", "memory": "peak memory", "wall": "training time with tracing"}
_TIMES_AS = {"time": "takes {} times as long", "memory": "needs {} times the memory"}
_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def is_decided(found: Measurement) -> bool:
    """Whether there is a verdict; what failed before anything was seen has none."""
    return not found.failure or found.ratio is not None or found.verdict is Verdict.REFUTED


def measure(name: str) -> str:
    """What a ratio is made on."""
    return _MEASURES.get(name, name)


def verdict(found: Measurement) -> str:
    """The verdict in a word or two."""
    if not is_decided(found):
        return "not measured"
    return "indication" if is_indication(found) else found.verdict.value


def mark(found: Measurement) -> str:
    """The verdict as a sign."""
    if not is_decided(found):
        return "\N{EN DASH}"
    return "~" if is_indication(found) else _MARKS[found.verdict]


def is_indication(found: Measurement) -> bool:
    """Whether there are figures, but too few for a verdict."""
    return found.quick and found.ratio is not None


def headline(measurements: Sequence[Measurement], hardware: str) -> str:
    """The page in one sentence."""
    paid = [each for each in measurements if each.verdict is Verdict.CONFIRMED and each.ratio is not None]
    where = f"on {figures.machine(hardware)}"
    tried = f"{_number(len(measurements)).lower()} changes"
    if len(measurements) == 1:
        (only,) = measurements
        if not is_decided(only):
            return f"{only.name} could not be measured {where}"
        found = [only] if is_indication(only) else paid
        return f"{only.name}: {verdict(only)}{_by(found)} {where}"
    if any(map(is_indication, measurements)):
        return f"A quick look at {tried} {where}"
    return f"{_number(len(paid))} of {tried} {'pay' if len(paid) > 1 else 'pays'} off{_by(paid)} {where}"


def remainder(measurements: Sequence[Measurement]) -> str:
    """What became of those that the headline does not count."""
    measurements = [each for each in measurements if not is_indication(each)]
    timed = [each for each in measurements if each.claim != "results"]
    counts = Counter(each.verdict for each in timed if is_decided(each))
    failed = sum(1 for each in measurements if not is_decided(each))
    others = sum(1 for each in measurements if each.claim == "results" and is_decided(each))
    said = [
        (counts[Verdict.NO_EFFECT], "makes no difference", "make no difference"),
        (counts[Verdict.REFUTED], "makes it worse", "make it worse"),
        (counts[Verdict.INCONCLUSIVE], "stays undecided", "stay undecided"),
        (counts[Verdict.BREAKS], "mends an error", "mend an error"),
        (others, "is about results, not time", "are about results, not time"),
        (failed, "could not be measured", "could not be measured"),
    ]
    parts = [f"{_number(many).lower()} {one if many == 1 else more}" for many, one, more in said if many]
    return f"{listed(parts).capitalize()}." if parts else ""


def meaning(measurement: Measurement) -> str:
    """What a verdict means, in a sentence or two."""
    ratio, what = measurement.ratio, measure(measurement.measure)
    if measurement.verdict is Verdict.BREAKS:
        return "The first program raises an error, as its rule says. There is nothing to time."
    if measurement.claim == "results":
        return "The rule is about what happens, not about how fast: nothing was timed."
    if measurement.claim == "breaks":
        return "The first program raises no error here, though its rule says so."
    if ratio is None:
        return "There is no figure."
    low, high = figures.ratio(ratio.low), figures.ratio(ratio.high)
    value = figures.ratio(ratio.value)
    if measurement.quick:
        return (
            f"An indication, not a verdict: in a quick look the first program's {what} was {value} times"
            " that of the second. A full run decides."
        )
    if measurement.verdict is Verdict.CONFIRMED:
        costs = _TIMES_AS.get(measurement.measure, _TIMES_AS["time"]).format(value)
        return f"Before the change it {costs}. The whole interval lies above 1.05 and outside the noise."
    if measurement.verdict is Verdict.NO_EFFECT:
        return f"The {what} is the same here: the whole interval lies between 0.95 and 1.05."
    if measurement.verdict is Verdict.REFUTED:
        return f"The change makes the {what} larger here: the whole interval lies below 0.95. Leave it."
    return (
        f"Anything from {low} to {high} fits what was measured, so nothing is claimed."
        " A quieter machine or a larger budget may decide."
    )


def equality(found: Equality | None) -> str:
    """Whether both programs computed the same."""
    if found is None:
        return "Whether the results are the same was not looked at."
    detail = f": {found.detail.removesuffix('.')}" if found.detail else ""
    if found.verdict == "exact":
        return f"The results are the same to the bit{detail}."
    if found.verdict == "close":
        within = "" if found.tolerance is None else f" within {found.tolerance:g}"
        return f"The results are the same{within}{detail}."
    if found.verdict == "different":
        return f"The results differ{detail}."
    return f"The results are not comparable, for the change alters them on purpose{detail}."


def spoken(name: str, ratio: Ratio | None) -> str:
    """A ratio for who cannot see the drawing."""
    if ratio is None:
        return f"{name}: no figure"
    return f"{name}: {figures.ratio(ratio.value)} times, 95 % interval {_bounds(ratio)}"


def share(value: float) -> str:
    """``71 %``."""
    return f"{100 * value:.0f} %"


def circumstances(day: str, conditions: Mapping[str, object]) -> str:
    """When a pair was measured, and what else went on."""
    told = [f"{name} {value}" for name, value in facts(conditions)]
    return f"{'; '.join([f'Measured on {day}', *told])}."


def memory(size: int) -> str:
    """``480 MB``, ``1.2 GB``."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def facts(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What is known of a machine, by names and values as people write them."""
    for key, value in values.items():
        if key.endswith("_gb"):
            yield key.removesuffix("_gb"), f"{value} GB"
        elif key == "others" and isinstance(value, float):
            yield "other processes", share(value)
        elif value is not None and value != "":
            yield key.replace("_", " "), str(value)


def _bounds(ratio: Ratio) -> str:
    return f"{figures.ratio(ratio.low)} to {figures.ratio(ratio.high)}"


def _by(measurements: Iterable[Measurement]) -> str:
    values = sorted(each.ratio.value for each in measurements if each.ratio is not None)
    if not values:
        return ""
    ends = list(dict.fromkeys(map(figures.ratio, (values[0], values[-1]))))
    return f", by {' to '.join(ends)} times,"


def _number(value: int) -> str:
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)
