"""What else goes on while the harness measures, as far as the system says it."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import dataclass
from pathlib import Path

import psutil

_CPU = Path("/sys/devices/system/cpu")
_WATCHED_SECONDS = 0.5
# A quarter of the processors in other hands moves every figure.
_BUSY = 0.25


@dataclass(frozen=True, slots=True)
class Conditions:
    """The machine before its first run; None where the system does not say.

    ``load`` is the load average of the last minute, ``others`` the share of the processors that
    other processes keep busy, ``throttled`` how often the processors slowed down for heat since they started.
    """

    load: float | None
    others: float
    governor: str | None
    throttled: int | None

    @property
    def are_noisy(self) -> bool:
        """Whether other processes disturb the measurements."""
        return self.others > _BUSY

    def as_mapping(self) -> dict[str, object]:
        """What is known, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def observe(folder: Path = _CPU) -> Conditions:
    """Watch the machine for half a second."""
    try:
        load = round(psutil.getloadavg()[0], 2)
    except OSError:
        load = None
    others = round(psutil.cpu_percent(_WATCHED_SECONDS) / 100, 2)
    governors = sorted(set(_all(folder, "cpu[0-9]*/cpufreq/scaling_governor")))
    throttled = [
        int(value)
        for value in _all(folder, "cpu[0-9]*/thermal_throttle/core_throttle_count")
        if value.isdigit()
    ]
    return Conditions(load, others, ", ".join(governors) or None, sum(throttled) if throttled else None)


def _all(folder: Path, pattern: str) -> list[str]:
    try:
        return [path.read_text(encoding="ascii").strip() for path in sorted(folder.glob(pattern))]
    except (OSError, UnicodeError):
        return []
