"""The same random numbers on every run, as far as a script does not choose its own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .imports import Hook

_SEED = 0


def seeding_hooks() -> dict[str, Hook]:
    """Seed Python's generator, and return what seeds those of other packages once they are there.

    A script that seeds by itself does so later. Keras draws the seeds of its layers from Python's generator.
    """
    random.seed(_SEED)
    return {
        "numpy.random": lambda module: module.seed(_SEED),
        "tensorflow": lambda module: module.random.set_seed(_SEED),
        "torch": lambda module: module.manual_seed(_SEED),
    }
