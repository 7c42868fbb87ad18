"""One call of ``verify``, from the rules that it names to its exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from keraslint.cli.bench import find_bench
from keraslint.cli.console import fail
from keraslint.cli.console import show
from keraslint.cli.console import stderr
from keraslint.cli.console import stdout
from keraslint.cli.console import warn
from keraslint.cli.measured import MeasuringBar
from keraslint.cli.stopping import stopping_like_an_interrupt
from keraslint.places import data_folder
from keraslint.places import state_folder
from keraslint.registry import load_rules
from keraslint.selection import UnknownSelectorError
from keraslint.selection import matching
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.experiments import experiments
from keraslint.verify.files import write_text
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Limits
from keraslint.verify.records import document
from keraslint.verify.records import record
from keraslint.verify.records import write
from keraslint.verify.store import Store
from keraslint.verify.subjects import Subject
from keraslint.verify.subjects import subject_of
from keraslint.verify.table import notes
from keraslint.verify.table import summary
from keraslint.verify.table import table
from keraslint.verify.verifying import Setting
from keraslint.verify.verifying import Verified
from keraslint.verify.verifying import verify_subject

_INTERRUPTED = 130
# Where no terminal is, no table has to fit one.
_UNBOUNDED = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """What a call of ``verify`` asks for."""

    rules: Sequence[str]
    article: bool
    quick: bool
    budget: float
    max_runs: int | None
    sweep: bool
    backend: str
    device: str | None
    python: Path | None
    form: str
    report: Path | None
    evidence: Path | None


def verify(call: Call) -> int:
    """Do what the call asks for; return the exit code."""
    subjects = _experiments(call.rules) if call.article else _rules(call.rules)
    if call.report is not None and not call.report.absolute().parent.is_dir():
        fail(f"{call.report.parent}: no such folder")
    setting = _setting(call)
    verified, stopped = _verify(subjects, setting, call)
    _report(verified, setting, call)
    if stopped:
        stderr().print("Stopped; the same call goes on from here." if not call.quick else "Stopped.")
        return _INTERRUPTED
    return 1 if any(map(_failed, verified)) else 0


def _rules(selectors: Sequence[str]) -> list[Subject]:
    registry = load_rules()
    for problem in registry.problems:
        warn(str(problem))
    try:
        codes = frozenset().union(*(matching(registry, selector) for selector in selectors or ("ALL",)))
    except UnknownSelectorError as error:
        fail(str(error))
    rules = [rule for rule in registry.rules if rule.code in codes]
    if not rules:
        fail(
            f"no rule to measure in {', '.join(f'`{selector}`' for selector in selectors) or 'any rule pack'}"
        )
    return [subject_of(rule, registry) for rule in rules]


def _experiments(names: Sequence[str]) -> list[Subject]:
    found = {each.code: each for each in experiments()}
    unknown = [name for name in names if name not in found]
    if unknown:
        fail(f"no experiment is named `{unknown[0]}`: there are {', '.join(found)}")
    return [found[name] for name in names or found]


# What is measured with


def _setting(call: Call) -> Setting:
    bench = find_bench(call.python, call.backend, call.device)
    bench.warn_of_noise()
    return Setting(
        software=bench.software,
        hardware=bench.hardware,
        conditions=bench.conditions,
        environment=bench.environment,
        execute=execute,
        compare=compare,
        store=Store(state_folder() / "verify"),
        limits=Limits(call.budget, call.max_runs),
        quick=call.quick,
        sweep=call.sweep,
    )


# What is measured


def _verify(subjects: Sequence[Subject], setting: Setting, call: Call) -> tuple[list[Verified], bool]:
    """The subjects one by one, and whether somebody stopped it; evidence is written as soon as it is there."""
    verified: list[Verified] = []
    try:
        with stopping_like_an_interrupt(), MeasuringBar(stderr(), len(subjects)) as bar:
            for subject in subjects:
                bar.begin(f"{subject.code} {subject.name}")
                found = verify_subject(subject, setting, bar.tell)
                verified.append(found)
                if found.stopped:
                    return verified, True
                if found.measured.is_evidence:
                    _write_evidence(found, setting, call)
                bar.end()
    except KeyboardInterrupt:
        return verified, True
    return verified, False


def _write_evidence(found: Verified, setting: Setting, call: Call) -> None:
    folder = data_folder() / "evidence" if call.evidence is None else call.evidence
    try:
        write(folder, setting.hardware.as_mapping(), setting.software.as_mapping(), [found.measured])
    except OSError as error:
        warn(f"the evidence could not be written: {error.filename or folder}: {error.strerror}")


def _failed(found: Verified) -> bool:
    measurement = found.measured.measurement
    wrong = measurement.claim == "breaks" and measurement.verdict is Verdict.REFUTED
    return wrong or (bool(measurement.error) and measurement.verdict is not Verdict.BREAKS)


# What is said of it


def _report(verified: Sequence[Verified], setting: Setting, call: Call) -> None:
    measurements = [each.measured.measurement for each in verified]
    if call.form == "json":
        records = [record(each.measured) for each in verified]
        told = document(setting.hardware.as_mapping(), setting.software.as_mapping(), records)
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        console = stdout()
        if not console.is_terminal:
            console.width = _UNBOUNDED
        console.print(table(measurements))
        show(console, notes(measurements))
        installed = setting.software.versions
        versions = ", ".join(f"{name} {installed[name]}" for name in ("python", call.backend, "keras"))
        console.print(f"{summary(measurements)} On {setting.hardware.name}, {versions}.")
    if call.report is not None:
        _write_page(call.report, verified, setting)


def _write_page(path: Path, verified: Sequence[Verified], setting: Setting) -> None:
    from keraslint.verify.page import MeasuredPair
    from keraslint.verify.page import render

    page = render(
        [MeasuredPair(each.measured, each.bad, each.good) for each in verified],
        hardware=setting.hardware.as_mapping(),
        software=setting.software.as_mapping(),
    )
    try:
        write_text(path.absolute(), page)
    except OSError as error:
        fail(f"{path}: {error.strerror}")
