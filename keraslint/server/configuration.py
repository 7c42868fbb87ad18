"""The client's settings: those of configuration files, under the same names, and before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from keraslint.server.workspace import SECTION

# What settings, imports, versions and known findings are read from.
WATCHED = [
    types.FileSystemWatcher(glob_pattern=pattern)
    for pattern in (
        "**/*.{py,ipynb,toml,txt,cfg,yml,yaml}",
        "**/{.gitignore,.env,Dockerfile,Pipfile,keraslint-baseline.json}",
    )
]


def settings_in(sent: object) -> Mapping[str, object]:
    """The settings in what a client sends, be it our section alone or everything; unset ones are left out."""
    table: Any = _plain(sent)
    if isinstance(table, Mapping) and isinstance(table.get(SECTION), Mapping):
        table = table[SECTION]
    if not isinstance(table, Mapping):
        return {}
    return {str(key): value for key, value in table.items() if value is not None}


def _plain(value: object) -> object:
    """JSON objects may come as objects with attributes."""
    if hasattr(value, "_asdict"):
        return {key: _plain(each) for key, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
