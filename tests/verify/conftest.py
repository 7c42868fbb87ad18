from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import numpy as np
import pytest

from keraslint.verify.measurement import Equality
from keraslint.verify.measuring import Pair
from keraslint.verify.measuring import Tools
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run

MEGABYTE = 2**20


@dataclass
class Machine:
    """A made-up machine: how long a script trains is known, and what disturbs it too.

    ``noise`` is the spread of the logarithms, ``drift`` what each run adds to all that follow it.
    """

    seconds: dict[str, float] = field(default_factory=lambda: {"bad.py": 2.0, "good.py": 1.0})
    noise: float = 0.0
    drift: float = 0.0
    steps: int = 10
    waiting: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    ends: dict[str, Run] = field(default_factory=dict)
    # The runs, by number from 1, that something else disturbs, and how much longer they take.
    outliers: dict[int, float] = field(default_factory=dict)
    stop_at: int | None = None
    seed: int = 0
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)

    def execute(self, request: Request) -> Run:
        self.requests.append(request)
        number = len(self.requests)
        if number == self.stop_at:
            raise KeyboardInterrupt
        name = request.program.script.name
        if name in self.ends:
            return self.ends[name]
        steady = self.seconds[name] * float(np.exp(self.chance.normal(0, self.noise)))
        steady *= (1 + self.drift) ** number * self.outliers.get(number, 1.0)
        if request.data is Data.IN_MEMORY:
            steady *= 1 - self.waiting.get(name, 0.0)
        return Run(
            End.FINISHED,
            wall=steady + 5.0,
            startup=4.0,
            first_step=0.5,
            steady=steady,
            kind="train",
            step_times=(steady / self.steps,) * self.steps,
            peak_memory=self.memory.get(name, 500) * MEGABYTE,
            cpu=1.5,
            kept=1,
        )

    @property
    def timed(self) -> list[str]:
        """The scripts that were timed on their own data, in order."""
        return [
            request.program.script.name
            for request in self.requests
            if request.capture is None and request.data is Data.OWN
        ]


@pytest.fixture
def machine() -> Callable[..., Machine]:
    return Machine


@pytest.fixture
def pair(tmp_path: Path) -> Callable[..., Pair]:
    def pair(claim: str = "time", measure: str = "time", changes: str | None = None) -> Pair:
        bad, good = (Program(tmp_path / name, tmp_path, Path("python")) for name in ("bad.py", "good.py"))
        return Pair("KL999", "made-up", claim, measure, bad, good, changes)

    return pair


@pytest.fixture
def tools() -> Callable[..., Tools]:
    def tools(machine: Machine, equality: str = "exact", **more: object) -> Tools:
        return Tools(machine.execute, lambda bad, good: Equality(equality, "detail"), **more)

    return tools
