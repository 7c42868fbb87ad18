"""Measure what a check is held against: the bare parse of a folder, or what a changed file of it may cost.

The bare parse is ``libcst.parse_module`` over the files that keraslint itself reads. A changed file may cost its
bare parse and the evaluation of its connected part. Both are processor seconds in this process alone, imports not
counted, with the garbage collector off.

    python benchmarks/floors.py FOLDER [--changed FILE]
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

import libcst as cst
from cost import Corpus
from cost import evaluated

from keraslint.linter import lower_file
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import display_name


def bare_parse(folder: Path) -> float:
    """The seconds of the parse of all files of a folder that matter."""
    texts = [source.text for source in Corpus(folder).sources.values()]
    return seconds(lambda: [cst.parse_module(text) for text in texts])


def changed_file(folder: Path, path: Path) -> float:
    """The seconds of the parse of a file and of the evaluation of its connected part."""
    corpus = Corpus(folder)
    name = display_name(path, folder)
    together = {each for found in corpus.found if name in found.names for each in found.names}
    lowered = {
        each: lower_file(source, corpus.plans[each]).file
        for each, source in corpus.sources.items()
        if each in together
    }
    parts = list(corpus.lowered({each: file for each, file in lowered.items() if file is not None}))
    parse = seconds(lambda: cst.parse_module(corpus.sources[name].text))
    return parse + seconds(lambda: [evaluated(part) for part in parts])


def seconds(work: Callable[[], object]) -> float:
    """The processor time that a piece of work takes."""
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure what a check is held against.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--changed", type=Path, help="a file of the folder")
    options = parser.parse_args()
    gc.disable()
    folder = options.folder.resolve()
    if options.changed is None:
        found = run_with_deep_stack(bare_parse, folder)
    else:
        found = run_with_deep_stack(changed_file, folder, options.changed.resolve())
    sys.stdout.write(f"{found:.4f} seconds\n")


if __name__ == "__main__":
    main()
