"""Check input that was made to be trouble, and print the time and the memory that it takes.

Each input is generated, checked in a process of its own (all rules, no cache, one
process) and, for comparison, parsed by LibCST alone in another, with the garbage
collector off. A process that takes longer than the limit is ended::

    python benchmarks/hostile.py [--limit SECONDS] [--only NAME]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from typing import TypeAlias

# A path in place of a text is that of a link.
Files: TypeAlias = Mapping[str, str | Path]

CHECK = (sys.executable, "-m", "keraslint", "check", ".", "--select", "ALL", "--no-cache", "--quiet")
FORMAT = ("--jobs", "1", "--exit-zero", "--output-format", "json")
PARSE = """
import gc, json, pathlib, sys, threading
import libcst
gc.disable()
def parse():
    for path in sorted(pathlib.Path(".").rglob("*.[pi][yp]*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = json.loads(text).get("cells", [])
            text = "\\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        if len(text) < 10_000_000:  # of more, the check says that it is too much
            libcst.parse_module(text)
threading.stack_size(512 * 1024 * 1024)
threading.excepthook = lambda failed: sys.exit(1)
thread = threading.Thread(target=parse)
thread.start()
thread.join()
"""

PIPELINE = """
import tensorflow as tf
from tensorflow import keras

def images():
    return tf.data.Dataset.list_files("*.jpg").map(tf.io.decode_jpeg).batch(32)

"""
FIT = "\nkeras.Sequential([keras.layers.Dense(2)]).fit(images(), epochs=500)\n"


def script(text: str) -> Files:
    """Return a file with trouble between a pipeline and its training."""
    return {"train.py": f"{PIPELINE}{text}{FIT}"}


def notebook(*sources: str, **other: object) -> str:
    """Return a notebook with these cells."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **other})


def ordinary() -> Files:
    """Nothing special, for comparison."""
    return script("")


def notebook_without_json() -> Files:
    """A file that is no JSON."""
    return {"train.ipynb": "keras {"}


def notebook_without_cells() -> Files:
    """A document that is no notebook."""
    return {"train.ipynb": '{"keras": 1}'}


def notebook_of_format_3() -> Files:
    """A notebook as they were written before 2015."""
    return {"train.ipynb": '{"worksheets": [{"cells": []}], "nbformat": 3, "name": "keras"}'}


def notebook_of_another_language() -> Files:
    """A notebook for R."""
    return {"train.ipynb": notebook("library(keras)", metadata={"kernelspec": {"language": "R"}})}


def notebook_with_a_broken_cell() -> Files:
    """A syntax error between good cells."""
    return {"train.ipynb": notebook(PIPELINE, "for for", FIT)}


def notebook_of_2000_cells() -> Files:
    """A notebook that never ends, with a broken cell in its middle."""
    cells = [f"x{n} = images()" for n in range(1000)]
    return {"train.ipynb": notebook(PIPELINE, *cells, "for for", *cells, FIT)}


def notebook_of_50_megabytes() -> Files:
    """A notebook that shows many pictures."""
    text = json.loads(notebook(PIPELINE, *["show(images())"] * 50, FIT))
    for cell in text["cells"]:
        cell["outputs"] = [
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBO" * 250_000}}
        ]
    return {"train.ipynb": json.dumps(text)}


def import_cycle() -> Files:
    """A hundred files, each of which imports two others in a circle."""
    return {
        f"m{n}.py": f"import m{(n + 1) % 100}, m{(n + 7) % 100}\n{PIPELINE if n % 10 == 0 else ''}{FIT if n % 20 == 0 else ''}"
        for n in range(100)
    }


def modules_of_one_name() -> Files:
    """A hundred folders with the same names in them."""
    return {
        f"part{n}/{name}.py": text
        for n in range(100)
        for name, text in {
            "data": PIPELINE,
            "train": f"from data import images\nfrom tensorflow import keras\n{FIT}",
        }.items()
    }


def search_path_of_every_file() -> Files:
    """Two hundred folders whose scripts all add their own to the search path."""
    head = "import os, sys\nsys.path.append(os.path.dirname(os.path.abspath(__file__)))\nimport helper, missing.one\n"
    return {
        f"part{n}/{name}.py": text
        for n in range(200)
        for name, text in {"helper": "import keras\n", f"train{n}": head + PIPELINE + FIT}.items()
    }


def files_20000_of_which_10_use_keras() -> Files:
    """A large project that has little to do with Keras."""
    functions = "".join(f"def g{n}(a, b=1):\n    return a + b\n\n\n" for n in range(30))
    files = {"pyproject.toml": ""}
    for folder in range(200):
        files[f"pkg{folder}/__init__.py"] = ""
        for module in range(99):
            other = f"pkg{(folder * 7 + 1) % 200}.m{module}"
            files[f"pkg{folder}/m{module}.py"] = (
                f"import json\nimport {other}\nfrom . import m0\n\n\n{functions}"
            )
    return {**files, **{f"train{n}.py": PIPELINE + FIT for n in range(10)}}


def files_100000_of_which_10_use_keras() -> Files:
    """A tree of tiny files, as large as the largest repositories."""
    tiny = {
        f"pkg{n // 500}/part{n // 50 % 10}/m{n}.py": f"from . import m{n + 1}\n\nSIZE = {n}\n"
        for n in range(100_000)
    }
    return {**tiny, "pyproject.toml": "", **{f"pkg{n}/train.py": PIPELINE + FIT for n in range(10)}}


def folders_in_a_circle() -> Files:
    """Links to the folder that they lie in, to the one above it and to each other."""
    return {
        **script(""),
        "data/again": Path(),
        "data/above": Path(".."),
        "one/other": Path("../two"),
        "two/other": Path("../one"),
        "nowhere.py": Path("nowhere.py"),
        "two/train.py": PIPELINE + FIT,
    }


def classes_in_a_circle() -> Files:
    """A hierarchy that leads back to itself, and a deep one."""
    deep = "".join(f"class D{n}(D{n - 1}):\n    pass\n" for n in range(1, 300))
    return script(
        f"class A(B):\n    pass\nclass B(A):\n    pass\nclass C(C):\n    pass\nclass D0:\n    pass\n{deep}D299().x()\n"
    )


def branches_300() -> Files:
    """A function with 300 branches that each return something else."""
    body = "".join(f"    if x == {n}:\n        return ds.map(f{n})\n" for n in range(300))
    return script(f"def f(x, ds):\n{body}f(y, images())\n")


def chain_of_2000_calls() -> Files:
    """One statement that no parser likes."""
    return script(f"x = y{'.a(1)' * 2000}\n")


def chain_of_350_calls() -> Files:
    """The longest that is read."""
    return script(f"x = images(){'.map(f)' * 350}\n")


def exponential_joins() -> Files:
    """Alternatives that double with every line."""
    return script(
        "ds = images()\n" + "".join(f"ds = ds.map(f{n}) if c{n} else ds.batch({n})\n" for n in range(300))
    )


def exponential_calls() -> Files:
    """Functions that each call the one before twice."""
    calls = "".join(f"def f{n}(x):\n    return f{n - 1}(f{n - 1}(x))\n" for n in range(1, 300))
    return script(f"def f0(x):\n    return x.map(g)\n{calls}f299(images())\n")


def exponential_tuples() -> Files:
    """Values that each hold the one before twice."""
    return script(
        "t0 = (1, 2)\n" + "".join(f"t{n} = (t{n - 1}, t{n - 1})\n" for n in range(1, 300)) + "f(t299)\n"
    )


def loops_inside_loops() -> Files:
    """Ranges whose rounds multiply."""
    loops = "".join(f"{'    ' * n}for i{n} in range(1000):\n" for n in range(15))
    return script(f"ds = images()\n{loops}{'    ' * 15}ds = ds.map(f)\n")


def brackets_500() -> Files:
    """More brackets inside each other than Python takes."""
    return script(f"x = {'(' * 500}1{')' * 500}\n")


def one_line_of_a_megabyte() -> Files:
    """A table of numbers in one line."""
    return script(f"x = [{', '.join(str(n) for n in range(150_000))}]\n")


def lines_100000() -> Files:
    """A generated file."""
    return script("".join(f"x{n} = {n}\n" for n in range(100_000)))


def file_of_50_megabytes() -> Files:
    """Data that was written as a program."""
    return script(f"table = [\n{'    (0.123456789, 987654321, None),' * 1_500_000}\n]\n")


INPUTS: Sequence[Callable[[], Files]] = (
    ordinary,
    notebook_without_json,
    notebook_without_cells,
    notebook_of_format_3,
    notebook_of_another_language,
    notebook_with_a_broken_cell,
    notebook_of_2000_cells,
    notebook_of_50_megabytes,
    import_cycle,
    modules_of_one_name,
    search_path_of_every_file,
    files_20000_of_which_10_use_keras,
    files_100000_of_which_10_use_keras,
    folders_in_a_circle,
    classes_in_a_circle,
    branches_300,
    chain_of_350_calls,
    chain_of_2000_calls,
    exponential_joins,
    exponential_calls,
    exponential_tuples,
    loops_inside_loops,
    brackets_500,
    one_line_of_a_megabyte,
    lines_100000,
    file_of_50_megabytes,
)


class Usage(NamedTuple):
    """What a process took; ``ended`` where it failed or was stopped."""

    seconds: float
    megabytes: float
    ended: str
    output: str


def usage(command: Sequence[str], folder: Path, limit: float) -> Usage:
    """Run a command and return its processor time and its peak of memory."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        stop = time.monotonic() + limit
        status = 0
        ended = ""
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > stop and not ended:
                process.send_signal(signal.SIGKILL)
                ended = "stopped"
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    peak = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Usage(used.ru_utime + used.ru_stime, peak, ended or ("failed" if process.returncode else ""), text)


def shown(usage: Usage) -> str:
    """Return the two figures, or with them why there are no better ones."""
    return f"{usage.seconds:>8.2f}s {usage.megabytes:>6.0f} MB {usage.ended:8}"


def measured(generate: Callable[[], Files], limit: float) -> bool:
    """Print one line for an input; return whether the check ended by itself."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        for name, text in generate().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(text, Path):
                path.symlink_to(text)
            else:
                path.write_text(text, encoding="utf-8")
        parse = usage((sys.executable, "-c", PARSE), folder, limit)
        check = usage((*CHECK, *FORMAT), folder, limit)
    found = "-" if check.ended else str(len(json.loads(check.output)))
    name = generate.__name__.replace("_", " ")
    sys.stdout.write(
        f"{name:36}{shown(parse)}{shown(check)}{check.seconds / parse.seconds:>7.1f}{found:>10}\n"
    )
    sys.stdout.flush()
    return not check.ended


def main() -> int:
    """Measure every input; return 1 where a check did not end by itself."""
    parser = argparse.ArgumentParser(description="Check input that was made to be trouble.")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a process is ended")
    parser.add_argument("--only", help="take this input alone")
    options = parser.parse_args()
    sys.stdout.write(f"{'input':36}{'parse':28}{'check':28}{'ratio':>5}{'findings':>10}\n")
    chosen = [each for each in INPUTS if options.only in (None, each.__name__.replace("_", " "))]
    done = [measured(each, options.limit) for each in chosen]
    return int(not all(done))


if __name__ == "__main__":
    sys.exit(main())
