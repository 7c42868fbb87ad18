"""Measure how long the language server works from a keystroke to the diagnostics, beside the bare parse of the file.

A script of about 500 lines is open and changes with every keystroke. What counts is the processor time of the
session that lints it, the median of several; the short silence that the server waits for is not work.

    python benchmarks/keystroke.py [--rounds N]
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import libcst as cst
from growth import lines

from keraslint.registry import load_rules
from keraslint.session import Session
from keraslint.source.parse import collector_paused
from keraslint.source.stack import run_with_deep_stack

SIZE = 21


def measured(rounds: int) -> tuple[int, float, float]:
    """The lines of the script, and the median seconds of its bare parse and of what a keystroke costs."""
    (text,) = lines(SIZE).values()
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top).resolve()
        (folder / "pyproject.toml").touch()
        path = folder / "train.py"
        path.write_text(text, encoding="utf-8")
        session = Session(folder, load_rules(), "{}")
        parses, checks = [], []
        for number in range(rounds + 1):
            typed = {path: f"{text}typed = {number}\n".encode()}
            parses.append(_seconds(lambda: cst.parse_module(text)))
            checks.append(_seconds(partial(session.check, typed, lambda: False)))
    return text.count("\n"), statistics.median(parses[1:]), statistics.median(checks[1:])


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    with collector_paused():
        begin = time.thread_time()
        work()
        return time.thread_time() - begin


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description="Measure what a keystroke costs the language server.")
    parser.add_argument("--rounds", type=int, default=9)
    rows, parse, check = run_with_deep_stack(measured, parser.parse_args().rounds)
    sys.stdout.write(
        f"{rows} lines: bare parse {parse * 1000:.1f} ms, keystroke {check * 1000:.1f} ms\n"
        f"ratio {check / parse:.3f}\n"
    )


if __name__ == "__main__":
    main()
