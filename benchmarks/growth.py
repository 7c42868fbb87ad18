"""Measure how the time of a check grows with its input, relative to the bare parse of the same input.

For each way in which programs grow, inputs of several sizes are generated,
parsed by LibCST alone and checked by keraslint with all rules, in turns, with
the garbage collector off; of each, the median processor time counts. The exponent is
one more than the slope, by least squares, of the logarithm of the ratio over
the logarithm of the size: 1 means that a check stays the same multiple of the parse.

    python benchmarks/growth.py [--rounds N] [--only NAME]
"""

from __future__ import annotations

import argparse
import gc
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from functools import partial
from pathlib import Path
from typing import TypeAlias
from typing import TypeVar

import libcst as cst

from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.plan import Plan
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.source.discovery import discover
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import display_name

LIMIT = 1.1
# What takes milliseconds is measured more than once: the first time is up to three times as long.
LEAST = 0.1
HEAD = "import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\n\n"
COPIES = 20

T = TypeVar("T")
Files: TypeAlias = Mapping[str, str]


def pipeline(number: int) -> str:
    """A function that makes a dataset, and the one that it maps."""
    return f"""
def parse_{number}(path, label):
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    image = tf.image.resize(image, (64, 64))
    return tf.cast(image, tf.float32) / 255.0, label


def make_{number}(training=False):
    files = tf.data.Dataset.list_files("images/*.jpg").map(lambda path: (path, 0))
    if training:
        files = files.shuffle(1000)
    return files.map(parse_{number}).batch(32).prefetch(2)
"""


def training(number: int) -> str:
    """A function that makes a model, and its training."""
    return f"""
def build_{number}(width):
    inputs = keras.Input((64, 64, 3))
    x = keras.layers.Conv2D(width, 3, activation="relu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(2)(x))


model_{number} = build_{number}(16)
model_{number}.compile(optimizer="adam", loss="mse")
model_{number}.fit(make_{number}(True), epochs=10, verbose=2)
"""


def lines(size: int) -> Files:
    """A script of more and more pipelines, models and trainings."""
    return {"train.py": HEAD + "".join(pipeline(n) + training(n) for n in range(size))}


def chain(size: int) -> Files:
    """Pipelines that are longer and longer chains of calls."""
    steps = ".map(tf.io.decode_jpeg).map(lambda x: x + 1)"
    chains = "".join(f"ds_{n} = tf.data.Dataset.range(9){steps * (size // 2)}\n" for n in range(COPIES))
    return {"train.py": HEAD + chains + "keras.Sequential([keras.layers.Dense(2)]).fit(ds_0)\n"}


def branches(size: int) -> Files:
    """Functions with more and more branches, each of which makes an alternative."""
    body = "".join(
        f"    if flags.use_{n}:\n        ds = ds.map(tf.image.rgb_to_grayscale)\n    else:\n        ds = ds.take({n})\n"
        for n in range(size)
    )
    return {"train.py": HEAD + pipeline(0) + f"def vary(ds, flags):\n{body}    return ds\n\n" + FIT_VARIED}


FIT_VARIED = "keras.Sequential([keras.layers.Dense(2)]).fit(vary(make_0(), flags), epochs=3)\n"


def nesting(size: int) -> Files:
    """Blocks inside blocks and calls inside calls."""
    blocks = "".join(
        f"{' ' * depth}{'for' if depth % 2 else 'if'} {STARTS[depth % 2]}:\n" for depth in range(size)
    )
    inside = f"{' ' * size}ds = ds.map(tf.io.decode_jpeg)\n"
    calls = "ds = " + "f(" * size + "ds" + ")" * size + "\n"
    text = f"ds = make_0()\n{blocks}{inside}{calls}"
    return {"train.py": HEAD + pipeline(0) + text * COPIES + "keras.Sequential([]).fit(make_0())\n"}


STARTS = ("chosen", "item in items")


def findings(size: int) -> Files:
    """Datasets with more and more to find in them."""
    text = "".join(
        f"ds_{n} = tf.data.Dataset.list_files('*.jpg').map(tf.io.read_file).map(tf.io.decode_jpeg).batch({n + 2})\n"
        f"keras.Sequential([keras.layers.Dense(2)]).fit(ds_{n}, epochs=30, workers=4)\n"
        for n in range(size)
    )
    return {"train.py": HEAD + text}


def functions_in_a_row(size: int) -> Files:
    """Functions that each call the next."""
    calls = "".join(f"def step_{n}(ds):\n    return step_{n + 1}(ds).take({n})\n\n\n" for n in range(size))
    text = f"{calls}def step_{size}(ds):\n    return ds.batch(2)\n"
    return {"train.py": HEAD + pipeline(0) + text + "keras.Sequential([]).fit(step_0(make_0()))\n"}


def predictions(size: int) -> Files:
    """Predictions in one loop, of which nothing is found."""
    body = "".join(f"    x_{n} = load(i, {n})\n    y_{n} = model.predict(x_{n})\n" for n in range(size))
    return {"train.py": HEAD + f"model = keras.Sequential([])\nfor i in range(50):\n{body}"}


def trainings(size: int) -> Files:
    """Trainings in one loop over epochs."""
    body = "".join(
        f"    loss_{n} = model.train_on_batch(x_{n}, y_{n})\n    print(loss_{n})\n" for n in range(size)
    )
    return {"train.py": HEAD + f"model = keras.Sequential([])\nfor epoch in range(50):\n{body}"}


def fixes_in_one_loop(size: int) -> Files:
    """Predictions for one sample, each of which has a fix in the same statement of the top level."""
    body = "".join(
        f"    x_{n} = np.expand_dims(images[i], 0)\n    y_{n} = model.predict(x_{n})\n" for n in range(size)
    )
    return {"train.py": HEAD + f"model = keras.Sequential([])\nfor i in range(50):\n{body}"}


def connected_files(size: int) -> Files:
    """Files that each import the one before."""
    return {
        f"part_{n}.py": HEAD
        + (f"from part_{n - 1} import make_{n - 1}\n" if n else "")
        + pipeline(n)
        + training(n)
        for n in range(size)
    }


def files_around_one(size: int) -> Files:
    """Files that all import one."""
    return {
        "common.py": HEAD + pipeline(0),
        **{
            f"script_{n}.py": HEAD + "from common import make_0\n" + pipeline(n) + training(n)
            for n in range(1, size)
        },
    }


def separate_files(size: int) -> Files:
    """Files that know nothing of each other."""
    return {f"script_{n}.py": HEAD + pipeline(n) + training(n) for n in range(size)}


@dataclass(frozen=True)
class Growth:
    """A way to grow, and the sizes that are measured."""

    generate: Callable[[int], Files]
    sizes: Sequence[int]

    @property
    def name(self) -> str:
        """What grows."""
        return self.generate.__name__.replace("_", " ")


GROWTHS = (
    Growth(lines, (10, 20, 40, 80, 160)),
    Growth(chain, (20, 40, 80, 160, 320)),
    Growth(branches, (25, 50, 100, 200, 400)),
    Growth(nesting, (5, 10, 20, 40, 80)),
    Growth(findings, (10, 20, 40, 80, 160)),
    Growth(functions_in_a_row, (20, 40, 80, 160, 320)),
    Growth(predictions, (10, 20, 40, 80, 160)),
    Growth(trainings, (10, 20, 40, 80, 160)),
    Growth(fixes_in_one_loop, (10, 20, 40, 80, 160)),
    Growth(connected_files, (10, 20, 40, 80, 160)),
    Growth(files_around_one, (10, 20, 40, 80, 160)),
    Growth(separate_files, (10, 20, 40, 80, 160)),
)


def write(files: Files, folder: Path) -> None:
    """Make a project of files in a new folder."""
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def parse_all(files: Files) -> None:
    """Do what the check is compared with."""
    for text in files.values():
        cst.parse_module(text)


@lru_cache
def plans() -> Callable[[Settings], Plan]:
    """Return what makes plans of settings: the rules are loaded once."""
    return lru_cache(partial(plan_for, registry=load_rules()))


def check_all(folder: Path) -> None:
    """Check a folder in this process, without a cache."""
    configurations = Configurations(folder, {"select": ["ALL"]})
    plan = plans()
    found = discover((".",), configurations, folder)
    asked = [
        Input(path, display_name(path, folder), plan(configurations.for_folder(folder)))
        for path in found.files
    ]
    inputs = with_surroundings(asked, configurations, plan, found.folders)
    run(inputs, Options(folder, jobs=1), lambda *_: None)


def seconds(work: Callable[[T], None], given: T) -> float:
    """Return the processor time that a piece of work takes, the median of as many times as fill a tenth of a second."""
    # A thread with a deep stack takes milliseconds to make, as much as the smallest inputs to parse.
    return run_with_deep_stack(_seconds, work, given)


def _seconds(work: Callable[[T], None], given: T) -> float:
    gc.collect()
    taken: list[float] = []
    while sum(taken) < LEAST:
        begin = time.process_time()
        work(given)
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def measured(growth: Growth, rounds: int) -> Iterator[tuple[int, float, float]]:
    """Yield for each size the median seconds of the parse and of the check."""
    with tempfile.TemporaryDirectory() as top:
        cases = [(size, growth.generate(size), Path(top) / str(size)) for size in growth.sizes]
        for _, files, folder in cases:
            write(files, folder)
        taken: dict[int, list[tuple[float, float]]] = {size: [] for size in growth.sizes}
        check_all(cases[0][2])
        for _ in range(rounds):
            for size, files, folder in cases:
                taken[size].append((seconds(parse_all, files), seconds(check_all, folder)))
    for size, times in taken.items():
        yield size, statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """Return the slope of a line through points on two logarithmic axes."""
    x = [math.log(size) for size, _ in points]
    y = [math.log(value) for _, value in points]
    return statistics.linear_regression(x, y).slope


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure every growth; return 1 where one exceeds the limit."""
    parser = argparse.ArgumentParser(description="Measure how the time of a check grows.")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each input")
    parser.add_argument("--only", help="measure this growth alone")
    options = parser.parse_args()
    gc.disable()
    failed = False
    for growth in GROWTHS:
        if options.only not in (None, growth.name):
            continue
        rows = list(measured(growth, options.rounds))
        say(f"\n{growth.name:>16} {'parse':>9} {'check':>9} {'ratio':>7}")
        for size, parse, check in rows:
            say(f"{size:>16} {parse:>8.3f}s {check:>8.3f}s {check / parse:>7.2f}")
        grown = 1 + exponent([(size, check / parse) for size, parse, check in rows])
        failed = failed or grown > LIMIT
        say(f"{'exponent':>16} {grown:.2f}{'' if grown <= LIMIT else f' exceeds {LIMIT}'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
