"""Measured figures in words, written alike in messages, on pages and in reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import pairwise

# What a ratio has to exceed to be worth a change.
WORTH = 1.05
_SOFTWARE = {
    "python": "Python",
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "torch": "PyTorch",
    "keras": "Keras",
}
_SHORT = {**_SOFTWARE, "tensorflow": "TF"}


def ratio(value: float) -> str:
    """A ratio in the digits that a reader can use: ``1.04``, ``7.1``, ``58``."""
    # Evidence keeps four digits: what is read back from it must be written as what was measured.
    value = float(f"{value:.4g}")
    if abs(value) < 1.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def interval(bounds: Sequence[float]) -> str:
    """``[6.5, 7.8]``."""
    return f"[{', '.join(map(ratio, bounds))}]"


def number(value: float) -> str:
    """Two digits that count, and every digit of a large whole number: ``0.5``, ``2.4``, ``250``."""
    return f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}"


def duration(seconds: float) -> str:
    """``840 µs``, ``12 ms``, ``3.1 s``."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= scale:
            return f"{number(seconds / scale)} {unit}"
    return f"{number(seconds * 1e6)} µs"


def machine(name: str, *, own: bool = False) -> str:
    """A class of hardware in words: ``cpu-2core`` is ``a 2-core CPU``, or ``your 2-core CPU``."""
    many, words = _machine(name)
    if own:
        return f"your {words}"
    if many:
        return words
    return f"{'an' if re.match(r'8|11-|18-|NVIDIA', words) else 'a'} {words}"


def _machine(name: str) -> tuple[bool, str]:
    cpu = re.fullmatch(r"cpu-(\d+)core", name)
    if cpu:
        return False, f"{cpu[1]}-core CPU"
    cards = re.fullmatch(r"gpu-nvidia-(.+)-x(\d+)", name)
    if cards:
        chip = " ".join(map(_chip_word, cards[1].split("-")))
        return (False, f"NVIDIA {chip}") if cards[2] == "1" else (True, f"{cards[2]} NVIDIA {chip}")
    return False, name


def _chip_word(word: str) -> str:
    """``h100`` and ``rtx`` are written large, ``quadro`` and ``ti`` as names."""
    return word.capitalize() if re.fullmatch(r"(?=.*[aeiou])[a-z]+", word) else word.upper()


def framework(software: Mapping[str, str]) -> str:
    """What ran the programs, in the shortest form: ``TF 2.21``."""
    backend = software.get("backend", "tensorflow")
    name = backend if backend in software else "keras"
    version = ".".join(software.get(name, "").split(".")[:2])
    return f"{_SHORT.get(name, name)} {version}".strip() if version else ""


def software(name: str) -> str:
    """A package as its makers write it."""
    return _SOFTWARE.get(name, name)


def crossings(points: Sequence[tuple[float, float]], level: float = WORTH) -> list[tuple[float, bool]]:
    """Where the line through (cost, ratio) points crosses a level, and whether it rises there."""
    found = []
    for (before, low), (after, high) in pairwise(points):
        if (low < level) != (high < level):
            share = (level - low) / (high - low)
            found.append((before + share * (after - before), high > low))
    return found


def worth(points: Sequence[tuple[float, float]], unit: str) -> str:
    """What a sweep says in a sentence: from which cost on the change is worth making."""
    lowest, highest = (f"{number(points[index][0])} {unit}".strip() for index in (0, -1))
    crossed = crossings(points)
    if not crossed:
        every = "every" if points[0][1] >= WORTH else "no"
        return f"Worth it at {every} cost tried, from {lowest} to {highest}."
    if len(crossed) > 1:
        values = [value for _, value in points]
        return f"Between {ratio(min(values))} and {ratio(max(values))} from {lowest} to {highest}."
    cost, rises = crossed[0]
    return f"Worth it {'above' if rises else 'below'} {number(cost)} {unit}".strip() + "."
