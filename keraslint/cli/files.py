"""The files that a call is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from keraslint.cli.console import fail
from keraslint.cli.console import warn
from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.source.discovery import Discovered
from keraslint.source.discovery import discover
from keraslint.source.text import display_name

if TYPE_CHECKING:
    from keraslint.baseline import Baseline

_CACHE = ".keraslint_cache"
_BASELINE = "keraslint-baseline.json"


def found_files(paths: Sequence[str], configurations: Configurations, *, quiet: bool) -> Discovered:
    """The files under the paths of a call; a path that does not exist ends it."""
    discovered = discover(paths, configurations, configurations.cwd)
    if discovered.missing:
        fail("; ".join(f"{path}: no such file or folder" for path in discovered.missing))
    if not quiet:
        for warning in discovered.warnings:
            warn(warning)
        if not discovered.files:
            warn("no Python files found")
    return discovered


def baseline_file(settings: Settings) -> Path:
    """Where the settings say that the known findings are, in the working folder's project by default."""
    return Path(display_name(settings.root / (settings.baseline or _BASELINE)))


def known_findings(settings: Settings) -> Baseline:
    """The baseline of the settings; one that cannot be used ends the call."""
    from keraslint.baseline import BaselineError
    from keraslint.baseline import read_baseline

    try:
        return read_baseline(baseline_file(settings))
    except BaselineError as error:
        fail(str(error))


def cache_folder(settings: Settings) -> Path | None:
    """Where the settings want what was found to be kept, None where they do not."""
    return None if settings.no_cache else settings.root / (settings.cache_dir or _CACHE)
