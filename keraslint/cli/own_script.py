"""One call of ``verify`` for a script of the user's own."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from keraslint.cli.bench import Bench
from keraslint.cli.bench import find_bench
from keraslint.cli.console import fail
from keraslint.cli.console import show
from keraslint.cli.console import stderr
from keraslint.cli.console import stdout
from keraslint.cli.console import warn
from keraslint.cli.measured import MeasuringBar
from keraslint.config import ConfigError
from keraslint.config import Configurations
from keraslint.registry import load_rules
from keraslint.report.words import count
from keraslint.selection import UnknownSelectorError
from keraslint.source.roots import ProjectRoots
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.measurement import Measurement
from keraslint.verify.own.arms import Script
from keraslint.verify.own.arms import ScriptRunner
from keraslint.verify.own.beside import named_beside
from keraslint.verify.own.comparison import Limits
from keraslint.verify.own.measuring import MeasuredScript
from keraslint.verify.own.measuring import NothingToMeasureError
from keraslint.verify.own.measuring import ScriptMeasuring
from keraslint.verify.own.snapshot import changed_files
from keraslint.verify.own.snapshot import snapshot
from keraslint.verify.own.trees import Trees
from keraslint.verify.own.trees import sources_in
from keraslint.verify.own.words import advice
from keraslint.verify.own.words import profile
from keraslint.verify.table import notes
from keraslint.verify.table import table

_INTERRUPTED = 130
# With these Keras 2 is what `tf.keras` is.
_TRUE = ("1", "true", "True")
_OF_RULES = ("article", "quick", "sweep", "report", "evidence")


@dataclass(frozen=True, slots=True)
class Call:
    """What a call asks for; ``seconds`` of training are where runs are cut if no ``steps`` are given."""

    script: Path
    arguments: tuple[str, ...]
    profile: bool
    steps: int | None
    seconds: float
    budget: float
    max_runs: int | None
    backend: str
    device: str | None
    python: Path | None
    form: str


def call_of(words: Sequence[str], options: Mapping[str, Any]) -> Call:
    """The call that the words and options of the command line make; options of rules end it."""
    for name in _OF_RULES:
        if options[name]:
            fail(f"`--{name}` is for rules, not for a script of your own")
    kept = {name: value for name, value in options.items() if name not in _OF_RULES}
    return Call(Path(words[0]), tuple(words[1:]), **kept)


def verify(call: Call) -> int:
    """Do what the call asks for; return the exit code."""
    script = Path(os.path.abspath(call.script))  # noqa: PTH100 - without `..`
    if not script.is_file():
        fail(f"{call.script}: no such file")
    if script.suffix == ".ipynb":
        remedy = f"`jupyter nbconvert --to script {call.script}` makes one of it"
        fail(f"{call.script}: a notebook has no start to measure from; {remedy}")
    bench = find_bench(call.python, call.backend, call.device)
    bench.warn_of_noise()
    try:
        cwd = Path.cwd()
        configurations = Configurations(cwd, _targets(bench), None, False)
        root = ProjectRoots().of(script.parent, configurations.for_folder(script.parent))
        own = Script(
            root,
            script.relative_to(root),
            cwd.relative_to(root) if cwd.is_relative_to(root) else script.parent.relative_to(root),
            bench.software.python,
            call.arguments,
            # The script may choose its backend itself; that of the user's environment is the default.
            {name: value for name, value in bench.environment.items() if name != "KERAS_BACKEND"},
        )
        originals = (root, *_beside(own))
        before = snapshot(originals)
        measured = _measured(call, own, originals[1:], bench, configurations)
    except (ConfigError, UnknownSelectorError) as error:
        fail(str(error))
    except NothingToMeasureError as error:
        return _refused(error)
    written = changed_files(before, snapshot(originals))
    if written:
        warn(f"while it ran, {count(len(written), 'file')} of yours changed: {written[0]}")
    _report(call, measured, bench)
    return _INTERRUPTED if measured.stopped else 0


def _targets(bench: Bench) -> dict[str, object]:
    """What fixes are made for: the versions and the accelerators that the script will really run with."""
    accelerators = bench.hardware.accelerators
    found: dict[str, object] = {
        "target-keras": 2
        if os.environ.get("TF_USE_LEGACY_KERAS") in _TRUE
        else bench.software.keras_generation,
        "devices": 1 if accelerators is None else max(accelerators.count, 1),
    }
    tensorflow = bench.software.versions.get("tensorflow")
    if tensorflow is not None:
        found["target-tensorflow"] = ".".join(tensorflow.split(".")[:2])
    return found


def _beside(own: Script) -> tuple[Path, ...]:
    """What lies beside the project and is named in it, or in the arguments, by a relative path."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in sources_in(own.root))
    folders = {own.root / own.folder, (own.root / own.script).parent}
    return named_beside(own.root, folders, (*texts, *own.arguments))


def _measured(
    call: Call, own: Script, beside: Sequence[Path], bench: Bench, configurations: Configurations
) -> MeasuredScript:
    with (
        tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch,
        MeasuringBar(stderr(), 1) as bar,
    ):
        trees = Trees(own.root, Path(scratch), beside)
        if trees.linked:
            warn(f"{count(len(trees.linked), 'large file')} cannot be copied, and will only be read")
        bar.begin(call.script.name)
        runner = ScriptRunner(
            own, trees, execute, call.budget, call.steps, None if call.steps else call.seconds
        )
        limits = Limits(call.budget, call.max_runs)
        registry = load_rules()
        for problem in registry.problems:
            warn(str(problem))
        machine = bench.hardware.name
        measuring = ScriptMeasuring(runner, compare, configurations, registry, machine, limits, bar.tell)
        return measuring.profile() if call.profile else measuring.measure()


def _refused(error: NothingToMeasureError) -> int:
    """Say why nothing was measured; what the script said of itself goes below."""
    stdout().print(f"{str(error)[0].upper()}{str(error)[1:]}.", markup=False)
    if error.error:
        stdout().print(error.error, style="dim", markup=False)
    return 1 if error.error else 0


# What is said of it


def _report(call: Call, measured: MeasuredScript, bench: Bench) -> None:
    if call.form == "json":
        click.echo(json.dumps(_document(measured, bench), indent=2, ensure_ascii=False))
        return
    console = stdout()
    figures = [*measured.alone.values(), *([measured.together] if measured.together else [])]
    if figures:
        console.print(table(figures))
        show(console, notes(figures))
    lines = [*(profile(measured.original, measured.waits) if measured.original is not None else ())]
    if not call.profile:
        lines += advice(measured.alone, measured.together, measured.needed)
    show(console, (Text(line) for line in lines))
    cut = f", each run cut to {count(measured.steps, 'step')}" if measured.steps else ""
    console.print(f"On {bench.hardware.name}{cut}.", markup=False)


def _document(measured: MeasuredScript, bench: Bench) -> dict[str, object]:
    """The figures as JSON: those of each fix alone, of all together, and of the script as it is."""
    original = measured.original
    return {
        "schema": 1,
        "hardware": bench.hardware.as_mapping(),
        "software": bench.software.as_mapping(),
        "steps": measured.steps,
        "original": None if original is None else dataclasses.asdict(original),
        "fixes": [
            {
                "code": each.finding.code,
                "filename": each.finding.filename,
                "location": {"row": each.finding.location.row, "column": each.finding.location.column},
                "applicability": each.fix.applicability.value,
                **_figure(found),
            }
            for each, found in measured.alone.items()
        ],
        "together": None if measured.together is None else _figure(measured.together),
        "stopped": measured.stopped,
    }


def _figure(found: Measurement) -> dict[str, object]:
    return {
        "verdict": found.verdict.value,
        "ratio": None if found.ratio is None else found.ratio.value,
        "interval": None if found.ratio is None else [found.ratio.low, found.ratio.high],
        "pairs": found.pairs,
        "equal": None if found.equality is None else found.equality.verdict,
        "waiting": None if found.good is None else found.good.waiting,
        "failure": found.failure,
    }
