"""The settings in force, as TOML with a comment for each that says where it was set or detected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rich.text import Text

from keraslint.config import KEYS
from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.detection import Targets
from keraslint.parts import Scanned
from keraslint.parts import find_parts
from keraslint.parts import scan
from keraslint.source.reading import read
from keraslint.source.roots import ProjectRoots
from keraslint.source.surroundings import surroundings
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes

_TARGET = ("target-keras", "target-tensorflow", "backend")
_UNSET = {
    "target-tensorflow": "the current version",
    "select": "the rules that are on by default",
    "devices": "unknown",
    "baseline": "none",
    "cache-dir": "`.keraslint_cache` in the project",
}


def describe(configurations: Configurations, path: Path) -> Iterator[Text]:
    """The settings that hold for a file or a folder."""
    folder = path if path.is_dir() else path.parent
    settings = configurations.for_folder(folder)
    cwd = configurations.cwd
    file = settings.config_file
    yield _comment(f"Settings for `{display_name(path, cwd)}`, and where each comes from.")
    yield _comment(f"Configuration file: {display_name(file, cwd) if file else 'none'}.")
    detected = _detected(path, folder, settings, configurations)
    for key in (*_TARGET, *(key for key in KEYS if key not in _TARGET)):
        value, where = detected.get(key, (getattr(settings, key.replace("-", "_")), settings.origin(key)))
        if value is None:
            yield _comment(f"{key}: {_UNSET[key]} ({where})")
        else:
            yield Text.assemble((key, "bold"), f" = {_toml(key, value)}  ", (f"# {where}", "dim"))


def _detected(
    path: Path, folder: Path, settings: Settings, configurations: Configurations
) -> Mapping[str, tuple[object, str]]:
    targets = Targets(configurations.cwd)
    sources = list(_connected(path, configurations, targets.roots)) if path.is_file() else []
    found = targets.of_sources(sources, settings) if sources else targets.of_folder(folder, settings)
    return {
        "target-keras": (found.keras.value, found.keras.where),
        "target-tensorflow": (found.tensorflow.value, found.tensorflow.where),
        "backend": (found.backend.value, found.backend.where),
    }


def _connected(file: Path, configurations: Configurations, roots: ProjectRoots) -> Iterator[SourceFile]:
    """The programs that a file is checked with; itself alone where it belongs to none."""
    scanned: dict[str, Scanned] = {}
    for path in (file, *surroundings([file], (), configurations, roots)):
        settings = configurations.for_folder(path.parent)
        with suppress(SourceError):
            scanned[display_name(path, configurations.cwd)] = scan(path, read_bytes(path), settings, roots)
    name = display_name(file, configurations.cwd)
    parts = find_parts(scanned, [name])
    for each in parts[0].part.files if parts else [name] if name in scanned else ():
        with suppress(SourceError):
            yield read(scanned[each].path, each)


def _comment(text: str) -> Text:
    return Text(f"# {text}", "dim")


def _toml(key: str, value: object) -> str:
    if key == "target-tensorflow" and isinstance(value, tuple):
        return json.dumps(".".join(map(str, value)))
    if key == "per-file-ignores" and isinstance(value, tuple):
        items = (f"{json.dumps(pattern)} = {json.dumps(list(rules))}" for pattern, rules in value)
        return f"{{{', '.join(items)}}}"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
