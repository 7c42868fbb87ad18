"""What was measured so far, kept so that a stopped run can be taken up again."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from keraslint.verify.files import write_text
from keraslint.verify.measurement import Equality
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.schedule import Block

_FORM = 1


@dataclass(slots=True)
class State:
    """A pair on its way: the complete blocks of its schedule, and what was seen beside them.

    ``seed`` makes the schedule, ``in_memory_bad`` and ``in_memory_good`` are the runs on data in memory,
    failed ones too. ``spent`` is the time of all runs in seconds, ``runs`` their number.
    """

    seed: int = field(default_factory=lambda: random.SystemRandom().getrandbits(32))
    equality: Equality | None = None
    blocks: list[Block] = field(default_factory=list)
    in_memory_bad: list[Run] = field(default_factory=list)
    in_memory_good: list[Run] = field(default_factory=list)
    spent: float = 0.0
    runs: int = 0


class Store:
    """States in a folder, under a key that holds all that they depend on. A damaged one is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> State:
        """What was kept under a key, or a new beginning."""
        try:
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
            return _state(found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return State()

    def save(self, key: str, state: State) -> None:
        """Keep a state; one that cannot be kept costs the resumption and nothing else."""
        text = json.dumps({"form": _FORM, **asdict(state)}, default=lambda end: end.value)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(self._path(key), text)
        except OSError:
            return

    def drop(self, key: str) -> None:
        """Forget what was kept under a key."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def key_of(*parts: object) -> str:
    """A key for what a state depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _state(found: Mapping[str, Any]) -> State:
    if found["form"] != _FORM:
        raise ValueError("another form")
    equality = found["equality"]
    return State(
        seed=int(found["seed"]),
        equality=None if equality is None else Equality(**equality),
        blocks=[_block(block) for block in found["blocks"]],
        in_memory_bad=[_run(run) for run in found["in_memory_bad"]],
        in_memory_good=[_run(run) for run in found["in_memory_good"]],
        spent=float(found["spent"]),
        runs=int(found["runs"]),
    )


def _block(found: Mapping[str, Any]) -> Block:
    bad, good = ([_run(run) for run in found[side]] for side in ("bad", "good"))
    return Block((bad[0], bad[1]), (good[0], good[1]), _run(found["again"]))


def _run(found: Mapping[str, Any]) -> Run:
    tuples = {name: tuple(found[name]) for name in ("step_times", "sources")}
    return Run(**{**found, **tuples, "end": End(found["end"])})
