"""A project, and editors that are open on it."""

import sys
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from editor import LOADER
from editor import TRAIN
from editor import Editor


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a loader that the training beside it takes its data from."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "keraslint.toml").write_text("")
    (folder / "loader.py").write_text(LOADER)
    (folder / "train.py").write_text(TRAIN)
    return folder


@pytest.fixture
def edit(project: Path) -> Iterator[Callable[..., Editor]]:
    """A function that starts an editor on folders, by default on the project."""
    started: list[Editor] = []

    def start(*folders: Path, **initialize: Any) -> Editor:
        started.append(Editor(*(folders or (project,)), **initialize))
        return started[-1]

    yield start
    for editor in started:
        editor.dispose()
