"""The claims of an article on slow training, each a pair of programs that puts it to the test."""

from __future__ import annotations

import sys
from importlib import resources
from typing import TYPE_CHECKING
from typing import Any

from keraslint.verify.subjects import Subject

if TYPE_CHECKING:
    from importlib.abc import Traversable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PACKAGE = "keraslint.experiments"


def experiments() -> list[Subject]:
    """All experiments, by name."""
    folders = (
        entry for entry in resources.files(_PACKAGE).iterdir() if entry.joinpath("experiment.toml").is_file()
    )
    return [_experiment(folder) for folder in sorted(folders, key=lambda folder: folder.name)]


def _experiment(folder: Traversable) -> Subject:
    about: dict[str, Any] = tomllib.loads(folder.joinpath("experiment.toml").read_text(encoding="utf-8"))
    sweep = folder.joinpath("sweep.toml")
    return Subject(
        folder.name,
        about["title"],
        "time",
        "time",
        (folder.joinpath("before.py").read_bytes(), folder.joinpath("after.py").read_bytes()),
        lambda script: about.get("changes"),
        sweep.read_bytes() if sweep.is_file() else None,
        about.get("hardware", "any"),
    )
