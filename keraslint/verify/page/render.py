"""Measurements become a page."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.verify.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Pair:
    """What was measured of a pair, and the text of both its programs.

    Where there is a sweep, ``knob`` says what was turned and ``unit`` in what, as in ``work`` and
    ``ms a sample``.
    """

    measurement: Measurement
    bad: str
    good: str
    knob: str = ""
    unit: str = ""


def render(
    pairs: Sequence[Pair],
    *,
    hardware: Mapping[str, object],
    software: Mapping[str, object],
    conditions: Mapping[str, object],
    measured: str,
) -> str:
    """The page as HTML.

    ``hardware`` (its ``class`` names it in a word) and ``software`` are those of an evidence file,
    ``conditions`` is what the system said of load, governor and temperature, ``measured`` the day.
    """
    raise NotImplementedError
