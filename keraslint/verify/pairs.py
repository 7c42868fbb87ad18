"""A rule becomes a pair of programs: its fixtures, in a folder that is cleared after every run."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keraslint.config import Configurations
from keraslint.diagnostic import Applicability
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.rule import Claim
from keraslint.runner import Options
from keraslint.runner import run as lint
from keraslint.verify.measuring import Executor
from keraslint.verify.measuring import Pair
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.software import Software
from keraslint.verify.sweep import Sweep
from keraslint.verify.sweep import SweepError
from keraslint.verify.sweep import read_sweep
from keraslint.verify.sweep import turned


@dataclass(frozen=True, slots=True)
class Sources:
    """The programs of a rule as text, and what its sweep turns in them."""

    rule: RegisteredRule
    bad: str
    good: str
    sweep: Sweep | None

    @property
    def hashes(self) -> tuple[str, str]:
        """SHA-256 of both programs."""
        bad, good = (hashlib.sha256(text.encode()).hexdigest() for text in (self.bad, self.good))
        return bad, good

    def turned(self, value: float) -> Sources:
        """The same with the knob of the sweep at another value."""
        assert self.sweep is not None
        bad, good = (turned(text, self.sweep.constant, value) for text in (self.bad, self.good))
        return Sources(self.rule, bad, good, None)


class UnmeasurableError(Exception):
    """Why a rule has no pair here, in one line."""


def sources_of(rule: RegisteredRule, software: Software) -> Sources:
    """The programs of a rule; raises where it has none, or none for these versions."""
    data = [rule.fixture(name) for name in ("bad.py", "good.py")]
    if data[0] is None or data[1] is None:
        raise UnmeasurableError("its fixtures, bad.py and good.py, are not installed")
    if software.keras_generation not in rule.rule.targets:
        wanted = " and ".join(map(str, rule.rule.targets))
        raise UnmeasurableError(f"it is about Keras {wanted}: `--python` measures under another environment")
    if software.backend not in rule.rule.backends:
        raise UnmeasurableError(f"it says nothing of the {software.backend} backend")
    try:
        sweep = rule.fixture("sweep.toml")
        return Sources(
            rule, data[0].decode(), data[1].decode(), None if sweep is None else read_sweep(sweep.decode())
        )
    except (SweepError, UnicodeError) as error:
        raise UnmeasurableError(f"its fixtures cannot be read: {error}") from None


@contextmanager
def pair_of(
    sources: Sources, registry: Registry, software: Software, environment: Mapping[str, str]
) -> Iterator[Pair]:
    """The pair of a rule, in a scratch folder that is gone afterwards."""
    rule = sources.rule
    with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch:
        programs = {}
        for name, text in (("bad", sources.bad), ("good", sources.good)):
            folder = Path(scratch, name)
            folder.mkdir()
            script = folder / f"{name}.py"
            script.write_bytes(text.encode())
            programs[name] = Program(script, folder, software.python, (), environment)
        yield Pair(
            rule.code,
            rule.name,
            rule.rule.claim.value,
            _measure(rule),
            programs["bad"],
            programs["good"],
            rule.rule.changes or _reason_of_fix(rule, registry, programs["bad"].script),
        )


def clearing(execute: Executor) -> Executor:
    """The executor, leaving nothing of a run behind for the next one to find."""

    def run(request: Request) -> Run:
        try:
            return execute(request)
        finally:
            _clear(request.program)

    return run


def _clear(program: Program) -> None:
    for entry in program.folder.iterdir():
        if entry == program.script:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _measure(rule: RegisteredRule) -> str:
    if rule.rule.claim is Claim.MEMORY:
        return "memory"
    return "wall" if rule.rule.timed_with_tracing else "time"


def _reason_of_fix(rule: RegisteredRule, registry: Registry, script: Path) -> str | None:
    """What the unsafe fix of the rule's finding says that it changes."""
    settings = Configurations(script.parent, {"select": [rule.code]}, None, True).for_folder(script.parent)
    found = lint(
        [Input(script, script.name, plan_for(settings, registry))],
        Options(script.parent, jobs=1),
        lambda done, total: None,
    )
    fixes = (item.fix for item in found.diagnostics if item.code == rule.code and item.fix is not None)
    return next((fix.reason for fix in fixes if fix.applicability is Applicability.UNSAFE), None)
