"""How the work of a check grows: in calls of functions, of which every run makes as many."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from types import ModuleType

from keraslint.source.stack import run_with_deep_stack


def calls(work: Callable[[Path], None], folder: Path) -> int:
    """How many functions a check of a folder calls, Python's own included."""
    made = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    def noted() -> None:
        sys.setprofile(note)
        work(folder)
        sys.setprofile(None)

    run_with_deep_stack(noted)
    return made


def test_twice_the_input_is_not_much_more_than_twice_the_work(
    script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    growth = script("growth")
    exponents = {}
    for each in growth.GROWTHS:
        sizes = each.sizes[1:3]
        made = []
        for size in sizes:
            folder = tmp_path / f"{each.name} {size}"
            growth.write(each.generate(size), folder)
            made.append(calls(growth.check_all, folder))
        exponents[each.name] = math.log(made[1] / made[0], sizes[1] / sizes[0])
    assert {name: value for name, value in exponents.items() if value > growth.LIMIT} == {}
