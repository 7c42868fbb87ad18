"""Findings of connected parts, and of whole runs, in a store, under a digest of everything that they depend on."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any

from keraslint import diagnostic
from keraslint import outcome
from keraslint.catalogue import Catalogue
from keraslint.config import Settings
from keraslint.outcome import PartResult
from keraslint.places import data_folder
from keraslint.source.dependency_files import dependency_files
from keraslint.store import Store
from keraslint.store import digest_of
from keraslint.tasks import FileTask
from keraslint.tasks import Listing
from keraslint.tasks import PartTask

_KIND = "findings"
# Settings that change nothing in a finding.
_ELSEWHERE = frozenset({"output_format", "no_cache", "cache_dir", "config_file", "origins"})
_TYPES = {
    (found.__module__, found.__name__): found
    for found in (
        diagnostic.Applicability,
        diagnostic.Confidence,
        diagnostic.Diagnostic,
        diagnostic.Edit,
        diagnostic.Evidence,
        diagnostic.Location,
        diagnostic.RelatedPlace,
        diagnostic.ResolvedFix,
        diagnostic.Severity,
        outcome.Hidden,
    )
}


class FindingsCache:
    """The findings of a store. Whatever goes wrong with an entry is a miss.

    What counts beside the files of a part is looked at once, and again before anything is kept.
    """

    def __init__(self, store: Store, catalogue: Catalogue, settings: Sequence[Settings]) -> None:
        self.store = store
        self._catalogue = catalogue
        self._settings = settings
        self._needs: dict[tuple[Path, Path], str] = {}

    def get(self, task: PartTask) -> PartResult | None:
        """What was found in a part, if it was kept."""
        return None if self._catalogue.identity is None else self._read(self._key(task))

    def of_run(self, listing: Listing) -> PartResult | None:
        """What was found in all parts that some files have, if it was kept: without knowing the parts."""
        return None if self._catalogue.identity is None else self._read(self._key_of_run(listing))

    def keep(
        self, results: Iterable[tuple[PartTask, PartResult]], run: tuple[Listing, PartResult] | None
    ) -> None:
        """Keep what was found in parts and in a run, unless something that it depends on has changed meanwhile."""
        if not self._catalogue.still_holds():
            return
        now = FindingsCache(self.store, self._catalogue, self._settings)
        for task, result in results:
            key = self._key(task)
            if key == now._key(task):
                self._write(key, result)
        if run is not None:
            listing, result = run
            key = self._key_of_run(listing)
            if key == now._key_of_run(listing):
                self._write(key, result)

    def _read(self, key: str) -> PartResult | None:
        data = self.store.get(_KIND, key)
        if data is None:
            return None
        try:
            diagnostics, hidden = _Unpickler(io.BytesIO(data)).load()
        except Exception:  # what no run wrote raises whatever it likes
            return None
        return PartResult(diagnostics, hidden)

    def _write(self, key: str, result: PartResult) -> None:
        data = pickle.dumps((result.diagnostics, result.hidden), protocol=pickle.HIGHEST_PROTOCOL)
        self.store.put(_KIND, key, data)

    def _key(self, task: PartTask) -> str:
        return self._digest(
            str(task.project.root),
            list(map(str, task.project.source_roots)),
            self._needs_of(task),
            list(map(_told, task.files)),
            list(map(_told, task.context)),
            sorted(task.asked),
            [
                (number, self._told_settings[number])
                for number in sorted({file.plan for file in task.everything})
            ],
        )

    def _key_of_run(self, listing: Listing) -> str:
        return self._digest(
            [
                (str(folder), str(root), self._needs_at(folder, root))
                for folder, root in listing.roots.items()
            ],
            list(map(_told, listing.files)),
            sorted(listing.asked),
            self._told_settings,
        )

    def _digest(self, *told: object) -> str:
        everything = (self._catalogue.identity, self._evidence, *told)
        return digest_of(repr(everything).encode("utf-8", "surrogatepass"))

    @cached_property
    def _told_settings(self) -> list[str]:
        return [
            repr(
                [(each.name, getattr(one, each.name)) for each in fields(one) if each.name not in _ELSEWHERE]
            )
            for one in self._settings
        ]

    @cached_property
    def _evidence(self) -> str:
        """What the user measured, which findings tell."""
        return _digest(_read(data_folder() / "evidence"))

    def _needs_of(self, task: PartTask) -> list[str]:
        """What the folders of the files say of what the code will run on."""
        root = task.project.root
        return [self._needs_at(folder, root) for folder in sorted({file.path.parent for file in task.files})]

    def _needs_at(self, folder: Path, root: Path) -> str:
        """The same of one folder, with those above it in the project."""
        if (folder, root) not in self._needs:
            above = (
                "" if folder == root or root not in folder.parents else self._needs_at(folder.parent, root)
            )
            if not above and folder != root:
                above = self._needs_at(root, root)
            self._needs[folder, root] = digest_of(above.encode(), _digest(dependency_files(folder)).encode())
        return self._needs[folder, root]


def _told(file: FileTask) -> tuple[str, str, str, int]:
    return file.name, str(file.path), file.digest, file.plan


def _read(folder: Path) -> Iterator[tuple[Path, bytes]]:
    try:
        for path in sorted(folder.iterdir()):
            yield path, path.read_bytes()
    except OSError as error:
        yield folder, str(error).encode()


def _digest(files: Iterable[tuple[Path, bytes]]) -> str:
    return digest_of(*(part for path, data in files for part in (bytes(path), data)))


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _TYPES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a finding") from None
