"""Where a user's programs keep what is theirs: the folders that the system has for that."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """What a user would miss, such as evidence of their own in ``evidence``."""
    return _folder("XDG_DATA_HOME", ".local/share")


def state_folder() -> Path:
    """What can be made again, such as a run that was stopped."""
    return _folder("XDG_STATE_HOME", ".local/state")


def _folder(variable: str, usual: str) -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get(variable) or Path.home() / usual)
    return base / "keraslint"
