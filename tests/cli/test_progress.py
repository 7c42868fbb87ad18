from io import StringIO

import pytest
from rich.console import Console

from keraslint.cli import progress
from keraslint.cli.progress import ProgressBar


def shown(*, terminal: bool = True, wanted: bool = True) -> str:
    file = StringIO()
    console = Console(file=file, force_terminal=terminal, width=80)
    with ProgressBar(lambda: console, wanted=wanted) as bar:
        for done in range(1, 5):
            bar.update(done, 4)
    return file.getvalue()


def test_a_run_that_takes_long_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0)
    assert "4/4" in shown()
    assert shown(terminal=False) == ""
    assert shown(wanted=False) == ""


def test_a_short_run_shows_nothing() -> None:
    assert shown() == ""
