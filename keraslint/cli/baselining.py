"""Writing a baseline: the findings of today, as a list of what may stay."""

from __future__ import annotations

from keraslint.baseline import Baseline
from keraslint.baseline import baseline_of
from keraslint.cli.checking import Call
from keraslint.cli.checking import Check
from keraslint.cli.checking import failures_told
from keraslint.cli.console import fail
from keraslint.cli.console import stdout
from keraslint.cli.console import to_file
from keraslint.cli.files import baseline_file
from keraslint.cli.files import known_findings
from keraslint.config import Configurations
from keraslint.report.words import count


def create(paths: tuple[str, ...], jobs: int | None, configurations: Configurations) -> None:
    """Write a new baseline; one that is there already stays as it is."""
    with failures_told():
        path = baseline_file(configurations.for_folder(configurations.cwd))
        if path.exists():
            fail(f"{path}: is there already; `keraslint baseline update` brings it up to date")
        outcome = Check(Call(paths, jobs=jobs), configurations).outcome()
        made = baseline_of(outcome, path)
        _write(made)
        stdout().print(f"Wrote {count(len(made.entries), 'finding')} to {path}.")


def update(paths: tuple[str, ...], jobs: int | None, configurations: Configurations) -> None:
    """Bring a baseline up to date with what is found today."""
    with failures_told():
        old = known_findings(configurations.for_folder(configurations.cwd))
        outcome = Check(Call(paths, jobs=jobs), configurations).outcome()
        new = old.updated(outcome)
        _write(new)
        gone, added = old.lacking(new), new.lacking(old)
        kept = len(new.entries) - added
        stdout().print(f"{old.path}: {count(gone, 'finding')} gone, {added:,} new, {kept:,} kept.")


def _write(baseline: Baseline) -> None:
    with to_file(baseline.path) as console:
        console.file.write(baseline.as_text())
