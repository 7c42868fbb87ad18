"""The hardware as far as it explains a figure, in words that identify no person and no machine."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")
_GIB = 2**30
# What tells two cards of one chip apart.
_CARD_VARIANT = re.compile(r"\b(NVIDIA|HBM\d\w*|PCIe|SXM\d*|NVL|\d+ ?GB)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accelerators:
    """The accelerators of one kind that programs may use."""

    name: str
    count: int
    driver: str


@dataclass(frozen=True, slots=True)
class Hardware:
    """A kind of machine. ``cores`` and ``memory_gb`` are what programs may use of it."""

    cpu: str
    cores: int
    memory_gb: int
    os: str
    accelerators: Accelerators | None = None

    @property
    def name(self) -> str:
        """The class of the machine in a word, as in ``cpu-2core`` or ``gpu-nvidia-h100-x1``."""
        if self.accelerators is None:
            return f"cpu-{self.cores}core"
        chip = _CARD_VARIANT.sub(" ", self.accelerators.name.replace("-", " ")).lower()
        return f"gpu-nvidia-{'-'.join(re.findall(r'[a-z0-9]+', chip))}-x{self.accelerators.count}"

    def as_mapping(self) -> dict[str, object]:
        """The form of an evidence file."""
        found: dict[str, object] = {
            "class": self.name,
            "cpu": self.cpu,
            "cores": self.cores,
            "memory_gb": self.memory_gb,
            "os": self.os,
        }
        if self.accelerators is not None:
            found["accelerator"] = self.accelerators.name
            found["accelerators"] = self.accelerators.count
            found["driver"] = self.accelerators.driver
        return found


def describe(accelerators: Accelerators | None = None) -> Hardware:
    """The machine at hand, with the accelerators that programs will use."""
    return Hardware(
        cpu=cpu_class(_cpu_model()),
        cores=usable_cores(),
        memory_gb=round(usable_memory() / _GIB),
        os=" ".join(filter(None, (platform.system(), _major_version(platform.release())))),
        accelerators=accelerators,
    )


def cpu_class(model: str) -> str:
    """The model of a processor without frequencies and marks."""
    plain = re.sub(r"\((R|TM|C)\)|@.*|\b\d+-Core Processor\b|\bCPU\b", " ", model, flags=re.IGNORECASE)
    return " ".join(plain.split()) or platform.machine()


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """The processors that this process may use, by its affinity and its container's quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else psutil.cpu_count() or 1
    quota, _, period = _text(cgroup / "cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        cores = min(cores, max(math.ceil(int(quota) / int(period)), 1))
    return cores


def usable_memory(cgroup: Path = _CGROUP) -> int:
    """The memory in bytes, or what a container leaves of it."""
    total = int(psutil.virtual_memory().total)
    limit = _text(cgroup / "memory.max")
    return min(total, int(limit)) if limit.isdigit() else total


def nvidia_cards() -> Accelerators | None:
    """What ``nvidia-smi`` tells of the first kind of card, if there is one."""
    lines = _output(("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")).splitlines()
    cards = [tuple(part.strip() for part in line.rsplit(",", 1)) for line in lines if "," in line]
    if not cards:
        return None
    name, driver = cards[0]
    return Accelerators(name, sum(card[0] == name for card in cards), driver)


def _cpu_model() -> str:
    if platform.system() == "Darwin":
        return _output(("sysctl", "-n", "machdep.cpu.brand_string"))
    lines = _text(Path("/proc/cpuinfo")).splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def _major_version(release: str) -> str:
    """The numbers of a release; what somebody appended could name a machine."""
    found = re.match(r"\d+(\.\d+)?", release)
    return found[0] if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
