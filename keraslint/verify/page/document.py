"""What the page shows, as JSON: the form of an evidence file, and the step times beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import reduce
from typing import Any

from markupsafe import Markup

from keraslint.verify import records
from keraslint.verify.measurement import Side
from keraslint.verify.records import Measured

_DIGITS = 4


class Document:
    """The JSON of a page; every figure that the page shows is read from it."""

    def __init__(
        self, hardware: Mapping[str, object], software: Mapping[str, str], measured: Sequence[Measured]
    ) -> None:
        self._document = records.document(hardware, software, [_record(each) for each in measured])

    def figure(self, path: str, write: Callable[[Any], str]) -> Markup:
        """The figure at a path such as ``records.0.ratio``, as people read it and in full."""
        value = self.value(path)
        return Markup('<data value="{}" data-of="{}">{}</data>').format(json.dumps(value), path, write(value))

    def value(self, path: str) -> Any:
        """What stands at a path."""
        return reduce(_step, path.split("."), self._document)

    def embedded(self) -> Markup:
        """The JSON as it may stand inside a script element."""
        text = json.dumps(self._document, default=str)
        # Nothing in it may end the element, or begin a comment.
        escapes = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
        return Markup(text.translate(escapes))


def _step(found: Any, key: str) -> Any:
    return found[int(key)] if isinstance(found, list) else found[key]


def _record(measured: Measured) -> dict[str, object]:
    told = records.record(measured)
    for key, side in (("bad", measured.measurement.bad), ("good", measured.measurement.good)):
        if side is not None:
            told[key] = {**_mapping(told[key]), "step_times": _times(side)}
    return told


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


def _times(side: Side) -> list[float]:
    return [float(f"{time:.{_DIGITS}g}") for time in side.step_times]
