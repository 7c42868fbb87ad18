"""A sweep: one constant of both programs, set to one value after the other."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class SweepError(ValueError):
    """What is wrong with a sweep, in one line."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What ``sweep.toml`` says.

    ``constant`` is a name that both programs set once, at the beginning of a line; ``knob`` and ``unit`` say
    in words what it is, as in ``work`` and ``ms a sample``.
    """

    constant: str
    knob: str
    unit: str
    values: tuple[float, ...]


def read_sweep(text: str) -> Sweep:
    """Read ``sweep.toml``."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SweepError(f"sweep.toml: {error}") from None
    if sorted(found) != ["constant", "knob", "unit", "values"]:
        raise SweepError("sweep.toml needs `constant`, `knob`, `unit` and `values`, and nothing else")
    values = found["values"]
    if not isinstance(values, list) or not all(type(each) in (int, float) for each in values) or not values:
        raise SweepError("sweep.toml: `values` are numbers")
    return Sweep(str(found["constant"]), str(found["knob"]), str(found["unit"]), tuple(values))


def turned(program: str, constant: str, value: float) -> str:
    """The program with its constant at a value."""
    line = re.compile(rf"^{re.escape(constant)} *=[^=\n][^\n]*$", re.MULTILINE)
    if len(line.findall(program)) != 1:
        raise SweepError(f"no single line of the program begins with `{constant} =`")
    return line.sub(lambda _: f"{constant} = {value!r}", program)
