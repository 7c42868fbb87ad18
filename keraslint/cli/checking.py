"""One call of ``check``, from its paths to its exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keraslint.catalogue import installed
from keraslint.cli.console import fail
from keraslint.cli.console import show
from keraslint.cli.console import stderr
from keraslint.cli.console import stdout
from keraslint.cli.console import to_file
from keraslint.cli.console import warn
from keraslint.cli.console import width
from keraslint.cli.files import cache_folder
from keraslint.cli.files import found_files
from keraslint.cli.files import known_findings
from keraslint.cli.progress import ProgressBar
from keraslint.config import ConfigError
from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.diagnostic import Diagnostic
from keraslint.failures import source_error
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.outcome import Change
from keraslint.outcome import Outcome
from keraslint.outcome import in_order
from keraslint.plan import Plan
from keraslint.plan import plan_for
from keraslint.report.words import count
from keraslint.reserved import RESERVED
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.selection import FixedSelectorError
from keraslint.selection import UnknownSelectorError
from keraslint.source.discovery import STDIN
from keraslint.source.discovery import Discovered
from keraslint.source.discovery import excluded
from keraslint.source.text import SourceError
from keraslint.source.text import display_name

if TYPE_CHECKING:
    from rich.console import Console

_ENGINE = frozenset(reserved.code for reserved in RESERVED)
# Those for people, which are made of lines; each other one is a module of its name.
_IN_LINES = ("full", "concise")
_COUNTING = (*_IN_LINES, "json")
_SAVED_MEANWHILE = "the file was saved while keraslint ran; run it again"


@dataclass(frozen=True, slots=True)
class Call:
    """What a call of ``check`` asks for, beside settings."""

    paths: tuple[str, ...]
    fix: bool = False
    fix_only: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_noqa: bool = False
    statistics: bool = False
    output_file: Path | None = None
    show_settings: bool = False
    show_files: bool = False
    stdin_filename: str | None = None
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False
    jobs: int | None = None

    @property
    def reads_stdin(self) -> bool:
        """Whether the code comes from standard input."""
        return STDIN in self.paths


def check(call: Call, configurations: Configurations) -> int:
    """Do what the call asks for; return the exit code."""
    if call.reads_stdin and len(call.paths) > 1:
        fail("standard input (`-`) is checked on its own, without other paths")
    if call.add_noqa and (call.reads_stdin or call.fix or call.fix_only or call.diff):
        fail("`--add-noqa` writes comments into files, and goes with neither fixes nor standard input")
    with failures_told():
        return Check(call, configurations).run()


@contextmanager
def failures_told() -> Iterator[None]:
    """Let what is wrong with a call or its configuration end it with a line."""
    try:
        yield
    except (ConfigError, UnknownSelectorError, FixedSelectorError) as error:
        fail(str(error))


class Check:
    """One call on its way from paths to an exit code."""

    def __init__(self, call: Call, configurations: Configurations) -> None:
        self._call = call
        self._cwd = configurations.cwd
        self._configurations = configurations
        self._plans: dict[Settings, Plan] = {}

    def run(self) -> int:
        """Do what the call asks for; return the exit code."""
        call = self._call
        if call.show_settings:
            paths = [self._stdin_path()] if call.reads_stdin else self._discovered().files
            from keraslint.cli.described import describe

            show(stdout(), describe(self._configurations, paths[0] if paths else self._cwd))
            return 0
        asked = self._asked()
        self._refuse_what_cannot_be_counted()
        if call.show_files:
            from rich.text import Text

            show(stdout(), (Text(item.name) for item in asked))
            return 0
        home = self._home.settings
        known = None if home.baseline is None else known_findings(home)
        outcome = self._outcome(asked)
        if known is not None:
            outcome = known.without_known(outcome)
        if call.add_noqa:
            return self._silence(outcome)
        if call.diff:
            return self._show_difference(outcome)
        if self._fixes:
            outcome = self._written(outcome)
        if call.fix_only:
            return self._show_fixed(outcome)
        self._report(outcome)
        return 0 if call.exit_zero or not outcome.fails else 1

    def outcome(self) -> Outcome:
        """Everything that the files of the call have, what a baseline knows included."""
        return self._outcome(self._asked())

    @property
    def _fixes(self) -> bool:
        return self._call.fix or self._call.fix_only

    # What to check

    def _asked(self) -> Sequence[Input]:
        call = self._call
        settings = self._configurations.for_folder(self._home_folder())
        self._catalogue = installed(self._cache(settings))
        self._registry = self._catalogue.registry
        if not self._registry.rules:
            reason = "; ".join(map(str, self._registry.problems)) or "no installed package offers any"
            fail(f"no rule could be loaded: {reason}")
        self._home = self._plan(settings)
        if not call.quiet:
            for problem in self._registry.problems:
                warn(str(problem))
        self._found = Discovered(()) if call.reads_stdin else self._discovered()
        return list(self._standard_input() if call.reads_stdin else self._inputs(self._found.files))

    def _home_folder(self) -> Path:
        return self._stdin_path().parent if self._call.reads_stdin else self._cwd

    def _cache(self, settings: Settings) -> Path | None:
        return None if self._call.reads_stdin else cache_folder(settings)

    def _plan(self, settings: Settings) -> Plan:
        if settings not in self._plans:
            self._plans[settings] = plan_for(settings, self._registry)
        return self._plans[settings]

    def _stdin_path(self) -> Path:
        return Path(os.path.normpath(self._cwd / (self._call.stdin_filename or STDIN)))

    def _standard_input(self) -> Iterator[Input]:
        path, settings = self._stdin_path(), self._home.settings
        self._given = sys.stdin.buffer.read()
        # Editors pipe whatever is open, excluded or not.
        if not (settings.force_exclude and excluded(path, settings)):
            yield Input(path, self._call.stdin_filename or STDIN, self._home, self._given)

    def _discovered(self) -> Discovered:
        return found_files(self._call.paths, self._configurations, quiet=self._call.quiet)

    def _inputs(self, paths: Sequence[Path]) -> Iterator[Input]:
        for path in paths:
            plan = self._plan(self._configurations.for_folder(path.parent))
            yield Input(path, display_name(path, self._cwd), plan)

    # What came of it

    def _outcome(self, asked: Sequence[Input]) -> Outcome:
        call = self._call
        inputs = with_surroundings(asked, self._configurations, self._plan, self._found.folders)
        options = Options(
            self._cwd,
            call.jobs,
            self._cache(self._home.settings),
            self._catalogue,
            fix=self._fixes or call.diff,
            unsafe_fixes=call.unsafe_fixes,
            confined=call.reads_stdin,
        )
        with ProgressBar(stderr, wanted=not call.quiet) as bar:
            return run(inputs, options, bar.update)

    def _silence(self, outcome: Outcome) -> int:
        """Write a comment beside each finding, as far as one silences it."""
        from keraslint.source.noqa import with_noqa

        codes: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for each in outcome.diagnostics:
            if each.code not in _ENGINE:
                codes[each.filename][each.location.row].add(each.code)
        added = 0
        errors: list[Diagnostic] = []
        for name, rows in codes.items():
            source = outcome.sources.get(name)
            if source is None:
                errors.append(source_error(name, SourceError("io-error", _SAVED_MEANWHILE)))
                continue
            data, number = with_noqa(source, rows)
            failures = list(_write([Change(source, replace(source, data=data))]))
            errors += failures
            added += 0 if failures else number
        broken = self._show_broken(replace(outcome, diagnostics=in_order((*outcome.diagnostics, *errors))))
        if not self._call.quiet:
            stderr().print(f"Added {count(added, 'noqa directive')}.")
        return 1 if broken and not self._call.exit_zero else 0

    def _show_difference(self, outcome: Outcome) -> int:
        from keraslint.report import difference

        show(stdout(), difference.report(outcome))
        broken = self._show_broken(outcome)
        self._show_count("Would fix", outcome)
        return 1 if (outcome.changed or broken) and not self._call.exit_zero else 0

    def _show_fixed(self, outcome: Outcome) -> int:
        broken = self._show_broken(outcome)
        self._show_count("Fixed", outcome)
        return 1 if broken and not self._call.exit_zero else 0

    def _show_broken(self, outcome: Outcome) -> bool:
        """Show what could not be read, written or done, whatever is asked for; whether there is any."""
        from keraslint.report import concise

        broken = [each for each in outcome.diagnostics if each.code in _ENGINE]
        show(stderr(), (concise.line(each, outcome) for each in broken))
        return bool(broken)

    def _show_count(self, done: str, outcome: Outcome) -> None:
        if not self._call.quiet:
            fixed = outcome.fixed.total()
            stderr().print(f"{done} {count(fixed, 'finding')} in {count(len(outcome.changed), 'file')}.")

    def _written(self, outcome: Outcome) -> Outcome:
        """Write what fixes changed; a file that cannot be written is a finding, and was not fixed."""
        if self._call.reads_stdin:
            fixed = next((change.after.data for change in outcome.changed.values()), self._given)
            sys.stdout.buffer.write(fixed)
            sys.stdout.flush()
            return outcome
        groups = ([outcome.changed[name] for name in group] for group in outcome.together)
        errors = [error for group in groups for error in _write(group)]
        failed = {error.filename for error in errors}
        written = Counter({key: number for key, number in outcome.fixed.items() if key[0] not in failed})
        changed = {name: change for name, change in outcome.changed.items() if name not in failed}
        diagnostics = in_order((*outcome.diagnostics, *errors))
        return replace(outcome, diagnostics=diagnostics, changed=changed, fixed=written)

    def _report(self, outcome: Outcome) -> None:
        call = self._call
        if call.output_file is not None:
            with to_file(call.output_file) as console:
                self._print(outcome, console)
            return
        if self._is_silent(outcome):
            return
        # With standard input, the fixed code goes where results usually go.
        self._print(outcome, stderr() if call.reads_stdin and self._fixes else stdout())

    def _is_silent(self, outcome: Outcome) -> bool:
        """Whether there is nothing to print: to find that out, nothing that prints is imported."""
        in_lines = self._home.settings.output_format in _IN_LINES
        return in_lines and self._call.quiet and not outcome.diagnostics

    def _refuse_what_cannot_be_counted(self) -> None:
        output_format = self._home.settings.output_format
        if self._call.statistics and output_format not in _COUNTING:
            fail(f"`--statistics` prints {', '.join(_COUNTING)}, and not {output_format}")

    def _print(self, outcome: Outcome, console: Console) -> None:
        output_format = self._home.settings.output_format
        if output_format not in _IN_LINES:
            if text := _document(output_format, outcome, counted=self._call.statistics):
                click.echo(text, file=console.file)
            return
        from keraslint.report import concise
        from keraslint.report import full
        from keraslint.report import statistics
        from keraslint.report import summary

        if self._call.statistics:
            show(console, statistics.report(outcome, width(console)))
        elif output_format == "concise":
            show(console, concise.report(outcome))
        else:
            show(console, full.report(outcome, width(console), verbose=self._call.verbose))
        if not self._call.quiet:
            show(console, summary.report(outcome))


def _document(output_format: str, outcome: Outcome, *, counted: bool) -> str:
    if counted and output_format == "json":
        from keraslint.report import statistics

        return statistics.as_json(outcome)
    module = import_module(f"keraslint.report.{output_format.replace('-', '_')}")
    text: str = module.report(outcome)
    return text


def _write(changes: Sequence[Change]) -> Iterator[Diagnostic]:
    """Write files that belong together; that one cannot be written is a finding in each."""
    from keraslint.fixer.write import NotWrittenError
    from keraslint.fixer.write import Rewrite
    from keraslint.fixer.write import write_together

    try:
        write_together([Rewrite(new.path, old.data, new.data) for old, new in changes])
    except NotWrittenError as error:
        culprit = next(new.name for _, new in changes if new.path == error.path)
        for _, new in changes:
            what = f"cannot be written: {error.reason}"
            if new.name != culprit:
                what = f"was not written, for `{culprit}`, which has to change with it, cannot be"
            yield source_error(new.name, SourceError("io-error", f"{what}; nothing was fixed in it"))
