"""Run random programs before and after their fixes, side by side, and compare what they compute.

Programs are drawn by seed until so many had a safe fix. Every eighth of them trains; of the others, the batches are
looked at that training would have been given, by the way that Keras takes them. Elements, order, types,
losses and weights have to be the same to the bit. Unsafe fixes have to run::

    python benchmarks/generated_programs.py [--fixed 500] [--seed 0]

A program is shown again with ``--show SEED``.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import itertools
import os
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any
from typing import TypeVar
from unittest import mock

from programs import Program

from keraslint.config import Configurations
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.verify.equality import compare
from keraslint.verify.measurement import Equality
from keraslint.verify.probe.capture import Capture

Name = TypeVar("Name")
_AT_ONCE = 40
_MOST_BATCHES = 60
_TRAINED = 8
_TRIES = 8


@dataclass
class Tally:
    """What came of the programs."""

    drawn: int = 0
    broken: int = 0
    same: int = 0
    trained: int = 0
    unrepeatable: int = 0
    unsafe: int = 0
    safe_fixes: Counter[str] = field(default_factory=Counter)
    unsafe_fixes: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """Draw, fix and run programs; return 1 where a safe fix changed something or an unsafe one does not run."""
    parser = argparse.ArgumentParser(description="Run random programs before and after their fixes.")
    parser.add_argument("--fixed", type=int, default=500, help="until so many had a safe fix")
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed")
    parser.add_argument(
        "--show", type=int, metavar="SEED", help="show a program and its fixes, and run nothing"
    )
    given = parser.parse_args()
    if given.show is not None:
        show(given.show)
        return 0
    import keras  # noqa: F401

    # What the frameworks keep forever takes longer to look through than a program to run.
    gc.collect()
    gc.freeze()
    gc.disable()
    tally = Tally()
    with tempfile.TemporaryDirectory() as top:
        seeds = itertools.count(given.seed)
        while tally.same + len(tally.differences) < given.fixed:
            some = list(itertools.islice(seeds, _AT_ONCE))
            look_at(some, given.fixed, Path(top), tally)
            say(f"up to seed {some[-1]}:")
            tell(tally)
            gc.collect()
    return int(bool(tally.differences or tally.failures))


def look_at(seeds: Sequence[int], most: int, top: Path, tally: Tally) -> None:
    """Fix and run the programs of some seeds."""
    texts = {seed: Program(seed).text() for seed in seeds}
    safe, safe_fixes = fixed(texts, top / "safe", unsafe=False)
    unsafe, unsafe_fixes = fixed(texts, top / "unsafe", unsafe=True)
    for seed, text in texts.items():
        if tally.same + len(tally.differences) >= most:
            return
        tally.drawn += 1
        if unsafe[seed] == text:
            continue
        trains = seed % _TRAINED == 0
        before = Run(text, top / f"{seed}-before", trains=trains)
        if before.error:
            tally.broken += 1
            continue
        if safe[seed] != text:
            tally.safe_fixes.update(safe_fixes[seed])
            tally.trained += trains
            compare_with(before, safe[seed], seed, tally)
        # Most of the time is spent in TensorFlow: every other program tells enough of what need only run.
        if unsafe[seed] != safe[seed] and seed % 2 == 0:
            tally.unsafe += 1
            tally.unsafe_fixes.update(unsafe_fixes[seed])
            after = Run(unsafe[seed], top / f"{seed}-unsafe", trains=trains)
            if after.error:
                tally.failures.append(f"{seed}: {', '.join(sorted(unsafe_fixes[seed]))}: {after.error}")
                say(f"! {tally.failures[-1]}")


def compare_with(before: Run, safe: str, seed: int, tally: Tally) -> None:
    """Run a fixed program, and where it does something else, both of them again.

    Threads may race over the order or over random numbers in a program as it was. Most often such a race ends alike,
    so that one more run does not tell it from what a fix has changed, which is changed on every run.
    """
    for _ in range(_TRIES):
        after = Run(safe, before.folder.with_name(f"{seed}-after"), trains=before.trains)
        equality = before.compared(after)
        if is_same(equality):
            tally.same += 1
            return
        again = Run(before.text, before.folder.with_name(f"{seed}-again"), trains=before.trains)
        if not is_same(before.compared(again)):
            tally.unrepeatable += 1
            return
    tally.differences.append(f"{seed}: {after.error or equality.detail}")
    say(f"! {tally.differences[-1]}")


def is_same(equality: Equality) -> bool:
    """Whether all is the same to the bit, the sizes of batches included."""
    return equality.verdict == "exact" and "other sizes" not in equality.detail


def fixed(
    texts: Mapping[Name, str], folder: Path, *, unsafe: bool
) -> tuple[dict[Name, str], dict[Name, list[str]]]:
    """The programs after fixing with all rules, and the rules whose fixes each got."""
    folder.mkdir(parents=True, exist_ok=True)
    registry = load_rules()
    codes = [rule.code for rule in registry.rules]
    configurations = Configurations(folder, {"select": codes}, None, isolated=True)
    plan = plan_for(configurations.for_folder(folder), registry)
    inputs = [Input(folder / f"{name}.py", f"{name}.py", plan, text.encode()) for name, text in texts.items()]
    outcome = run(inputs, Options(folder, 1, fix=True, unsafe_fixes=unsafe), lambda done, total: None)
    found = {
        name: outcome.changed[f"{name}.py"].after.text if f"{name}.py" in outcome.changed else text
        for name, text in texts.items()
    }
    return found, {name: [code for (file, code) in outcome.fixed if file == f"{name}.py"] for name in texts}


class Run:
    """A program that was run in this process, and what it computed."""

    def __init__(self, text: str, folder: Path, *, trains: bool) -> None:
        self.text = text
        self.folder = folder
        self.trains = trains
        self.error = ""
        folder.mkdir(parents=True, exist_ok=True)
        # AutoGraph reads the source again.
        path = folder / "train.py"
        path.write_text(text, encoding="utf-8")
        capture = Capture()
        namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            try:
                with _instead_of_training(capture, trains=trains):
                    exec(compile(text, str(path), "exec"), namespace)
                _look(namespace, capture)
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                first = str(error).strip().partition("\n")[0]
                self.error = f"{type(error).__name__} in {place.name}: {first}"
            sys.modules["keras"].utils.clear_session(free_memory=False)
        if not self.error:
            capture.save(folder / "capture", "train", cut=False)

    def compared(self, other: Run) -> Equality:
        """What the other run computed, against this one."""
        if other.error:
            return Equality("different", other.error)
        return compare(self.folder / "capture", other.folder / "capture", tolerance=0.0)


@contextlib.contextmanager
def _instead_of_training(capture: Capture, *, trains: bool) -> Iterator[None]:
    """Note the batches that ``fit`` is given; after that it trains, or does nothing more."""
    import keras

    train = keras.Model.fit

    def fit(model: Any, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        for _ in range(kwargs.get("epochs", 1)):
            for batch in _batches(x, y, kwargs):
                capture.add("train", batch)
                capture.steps += 1
        return train(model, x, y, *args, **kwargs) if trains else None

    with mock.patch.object(keras.Model, "fit", fit):
        yield


def _batches(x: Any, y: Any, kwargs: Mapping[str, Any]) -> Iterator[Any]:
    """The batches of one epoch, as Keras takes them from a dataset or a Sequence."""
    from keras.src.trainers import data_adapters

    adapter = data_adapters.get_data_adapter(x=x, y=y, batch_size=kwargs.get("batch_size"))
    adapter.on_epoch_begin()
    yield from itertools.islice(adapter.get_tf_dataset(), _MOST_BATCHES)
    adapter.on_epoch_end()


def _look(namespace: Mapping[str, Any], capture: Capture) -> None:
    """Note what a program that has ended leaves behind."""
    for prediction in namespace.get("predictions", ()):
        capture.add("train", prediction)
        capture.steps += 1
    model, history = namespace.get("model"), namespace.get("history")
    capture.fit_begins(model)
    for values in zip(*(history.history.values() if history is not None else ()), strict=True):
        capture.epoch_ends(dict(enumerate(values)))  # type: ignore[arg-type]


def show(seed: int) -> None:
    """Print a program, then what changes in it."""
    from difflib import unified_diff

    text = Program(seed).text()
    say(text)
    with tempfile.TemporaryDirectory() as top:
        for unsafe in (False, True):
            after, fixes = fixed({seed: text}, Path(top), unsafe=unsafe)
            say(f"{'unsafe' if unsafe else 'safe'}: {', '.join(fixes[seed])}")
            say("".join(unified_diff(text.splitlines(True), after[seed].splitlines(True), n=1)))


def tell(tally: Tally) -> None:
    """Print the counts."""
    say(
        f"{tally.drawn} programs drawn, {tally.broken} of them do not run; of those with a safe fix {tally.same} "
        f"do the same ({tally.trained} trained), {len(tally.differences)} something else, and {tally.unrepeatable} "
        f"never do the same twice; {tally.unsafe} with unsafe fixes, {len(tally.failures)} of which fail"
    )
    for name, fixes in (("safe", tally.safe_fixes), ("unsafe", tally.unsafe_fixes)):
        say(f"{name}: {', '.join(f'{code} {number}' for code, number in sorted(fixes.items()))}")
    for line in (*tally.differences, *tally.failures):
        say(f"  {line}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.__stdout__.write(f"{text}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    warnings.simplefilter("ignore")
    sys.exit(main())
