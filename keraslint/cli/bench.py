"""What a call of ``verify`` measures with: an interpreter, a backend, the hardware at hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from keraslint.cli.console import fail
from keraslint.cli.console import warn
from keraslint.verify import hardware
from keraslint.verify import software
from keraslint.verify.conditions import Conditions
from keraslint.verify.conditions import observe

# What hides every accelerator from the backends.
_NO_ACCELERATOR = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}


@dataclass(frozen=True, slots=True)
class Bench:
    """The software, the hardware as it will be used, how busy it is, and what programs are given."""

    software: software.Software
    hardware: hardware.Hardware
    conditions: Conditions
    environment: Mapping[str, str]

    def warn_of_noise(self) -> None:
        """Say that figures will be noisy where others keep the processors busy."""
        if self.conditions.are_noisy:
            busy = f"{self.conditions.others:.0%}"
            warn(f"other processes keep {busy} of the processors busy: figures will be noisy")


def find_bench(python: Path | None, backend: str, device: str | None) -> Bench:
    """What is there to measure with; ends the call where that is not what it asks for."""
    try:
        found = software.find(Path(sys.executable) if python is None else python.absolute(), backend)
    except software.NoSoftwareError as error:
        fail(str(error))
    environment = {"KERAS_BACKEND": backend}
    cards = None if device == "cpu" else _accelerators(device, found, environment)
    if device == "cpu":
        environment.update(_NO_ACCELERATOR)
    return Bench(found, hardware.describe(cards), observe(), environment)


def _accelerators(
    device: str | None, found: software.Software, environment: Mapping[str, str]
) -> hardware.Accelerators | None:
    """What the programs will use: what is there, as far as the backend finds it."""
    cards = hardware.nvidia_cards()
    count = software.count_accelerators(found, environment) if cards is not None else 0
    if cards is not None and count:
        return replace(cards, count=count)
    if device == "gpu":
        reason = (
            "`nvidia-smi` finds none" if cards is None else f"{found.backend} does not find the {cards.name}"
        )
        fail(f"no GPU to measure on: {reason}")
    return None
