"""Checking again whenever something changes that a check reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from keraslint.cli.console import fail
from keraslint.cli.console import stderr
from keraslint.cli.console import stdout

# Code and settings. Requirements, which say what the code is for, are told by name: trainings write texts too.
_SUFFIXES = frozenset({".cfg", ".ipynb", ".py", ".toml"})
_REQUIREMENTS = "requirements"
_FIRST_RUN_MS = 200
_WAITING = "Watching for changes; Ctrl-C ends it."


def watch(check: Callable[[], int], paths: tuple[str, ...], cwd: Path) -> int:
    """Check at once and after every change, until Ctrl-C; what a change broke is told, and mended by the next."""
    try:
        import watchfiles
    except ImportError:
        fail("`--watch` needs watchfiles; install it with `pip install 'keraslint[watch]'`")

    wanted = watchfiles.DefaultFilter()

    def concerns(change: watchfiles.Change, path: str) -> bool:
        name = Path(path)
        return (name.suffix in _SUFFIXES or _REQUIREMENTS in name.name) and wanted(change, path)

    outside = [path for path in map(cwd.joinpath, paths) if path.exists() and not path.is_relative_to(cwd)]
    changes = watchfiles.watch(
        cwd,
        *outside,
        watch_filter=concerns,
        # It says that it watches before anything was checked: no change is missed.
        rust_timeout=_FIRST_RUN_MS,
        yield_on_timeout=True,
    )
    is_first = True
    try:
        for changed in changes:
            if is_first:
                # A call that is wrong from the start gets no better by watching.
                _run(check)
            elif changed:
                _run_whatever_happens(check)
            is_first = False
    except KeyboardInterrupt:
        pass
    except OSError as error:
        fail(f"cannot watch {cwd}: {error}; `WATCHFILES_FORCE_POLLING=1` makes do without the system's help")
    return 0


def _run(check: Callable[[], int]) -> None:
    if stdout().is_terminal:
        stdout().clear()
    check()
    stderr().print(_WAITING, style="dim")


def _run_whatever_happens(check: Callable[[], int]) -> None:
    try:
        _run(check)
    except click.ClickException as error:
        error.show()
        stderr().print(_WAITING, style="dim")
