"""Lowered modules on disk, under the hash of the text that they were made from.

The cache lies in the project, and a project may come from a stranger: entries
are read by an unpickler that knows the nodes of the lowered form and nothing else.
"""

from __future__ import annotations

import builtins
import hashlib
import io
import os
import pickle
import re
import tempfile
import time
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from keraslint.config import Settings
from keraslint.semantics import ir
from keraslint.version import VERSION

FOLDER = ".keraslint_cache"
_KEPT_SECONDS = 30 * 24 * 3600
_FRESH_SECONDS = 24 * 3600
_ENTRY = re.compile(r"[0-9a-f]{62}")
_PLAIN_TYPES = frozenset({"complex", "Ellipsis", "set", "frozenset"})


def cache_folder(settings: Settings) -> Path | None:
    """Where the settings want what was read to be kept, None where they do not."""
    return None if settings.no_cache else settings.root / (settings.cache_dir or FOLDER)


class LoweredCache:
    """The lowered modules of one project. Whatever goes wrong with a file of it is a miss."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries = folder / _generation()

    def get(self, text: str) -> ir.Module | None:
        """The lowered form of a text, if it was kept."""
        path = self._path(text)
        try:
            data = path.read_bytes()
            module = _Unpickler(io.BytesIO(data)).load()
            if time.time() - path.stat().st_mtime > _FRESH_SECONDS:
                os.utime(path)
        except Exception:  # a damaged pickle raises whatever it likes
            return None
        return module if isinstance(module, ir.Module) else None

    def put(self, text: str, module: ir.Module) -> None:
        """Keep the lowered form of a text; a folder that cannot be written keeps nothing."""
        path = self._path(text)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(pickle.dumps(module, protocol=pickle.HIGHEST_PROTOCOL))
            Path(file.name).replace(path)
        except (OSError, RecursionError):
            return

    def prepare(self) -> None:
        """Make the folder invisible to git and backups, and drop what nobody used for a month."""
        try:
            self._entries.mkdir(parents=True, exist_ok=True)
            _write_new(self._folder / ".gitignore", "*\n")
            _write_new(self._folder / "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
            oldest = time.time() - _KEPT_SECONDS
            for entry in self._folder.glob("*/*/*"):
                # Nothing that is not ours is deleted, wherever links may lead.
                if _ENTRY.fullmatch(entry.name) and entry.lstat().st_mtime < oldest:
                    entry.unlink()
        except OSError:
            return

    def _path(self, text: str) -> Path:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._entries / digest[:2] / digest[2:]


def _write_new(path: Path, text: str) -> None:
    """Write a file where there is none, not even a link to one."""
    if not os.path.lexists(path):
        path.write_text(text, encoding="utf-8")


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == ir.__name__ and name in vars(ir):
            node = vars(ir)[name]
            if isinstance(node, type) and issubclass(node, tuple):
                return node
        if module == "builtins" and name in _PLAIN_TYPES:
            return getattr(builtins, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a lowered module")


@lru_cache(maxsize=1)
def _generation() -> str:
    """Entries are good for one version of keraslint, of its lowering and of the parser under it."""
    digest = hashlib.sha256(version("libcst").encode())
    for name in ("ir.py", "lower.py"):
        digest.update(resources.files("keraslint.semantics").joinpath(name).read_bytes())
    return f"{VERSION}-{digest.hexdigest()[:12]}"
