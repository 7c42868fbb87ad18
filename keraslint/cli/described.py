"""The settings in force, in words: each with where it was set or how it was detected."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from keraslint.config import KEYS
from keraslint.config import Configurations


def describe(configurations: Configurations, paths: Sequence[Path]) -> Iterator[Text]:
    """The settings of the folder of the first path."""
    folder = paths[0].parent if paths else configurations.cwd
    settings = configurations.for_folder(folder)
    yield Text(f"# {settings.config_file or 'no configuration file'}")
    for key in KEYS:
        value = getattr(settings, key.replace("-", "_"))
        yield Text(f"{key} = {value!r}  # {settings.origin(key)}")
