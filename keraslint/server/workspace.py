"""The folders of the client, each with a session, and which of them an open document belongs to."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pygls.uris import from_fs_path
from pygls.uris import to_fs_path

from keraslint.diagnostic import Diagnostic
from keraslint.registry import Registry
from keraslint.server.documents import Document
from keraslint.session import Checked
from keraslint.session import CheckedFile
from keraslint.session import Session
from keraslint.source.text import SourceFile

SECTION = "keraslint"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a document belongs: the session of its folder, and its path."""

    session: Session
    folder: Path
    path: Path


@dataclass(frozen=True, slots=True)
class Result:
    """What was said of a document, when it was what it is here."""

    document: Document
    home: Home
    file: CheckedFile
    sources: Mapping[str, SourceFile]

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """The findings, as far as there is a text that they stand in."""
        return self.file.diagnostics if self.source is not None else ()

    @property
    def source(self) -> SourceFile | None:
        """The program that the findings are about."""
        return self.file.source

    def uri(self, name: str) -> str | None:
        """The address of a file that a finding names."""
        source = self.sources.get(name)
        return None if source is None else from_fs_path(str(source.path))


@dataclass(frozen=True, slots=True)
class Results:
    """The results by document, and what is wrong with the configuration of each folder."""

    documents: Mapping[str, Result]
    problems: Mapping[Path, str]

    def opened(self, name: str, beside: Result) -> Result | None:
        """The document that a name stands for in the folder of another one."""
        session = beside.home.session
        found = (
            each
            for each in self.documents.values()
            if each.file.name == name and each.home.session is session
        )
        return next(found, None)


class Workspace:
    """The folders that are open, and a session for each; a file outside of them gets one for its own folder."""

    def __init__(self, registry: Registry, folders: Iterable[str]) -> None:
        self._registry = registry
        self._folders: dict[str, Path] = {}
        self._sessions: dict[Path, Session] = {}
        self._settings: Mapping[str, object] = {}
        self.add(folders)

    @property
    def folders(self) -> Mapping[str, Path]:
        """The folders by their addresses."""
        return self._folders

    def add(self, uris: Iterable[str]) -> None:
        """Take folders that were opened."""
        for uri in uris:
            if (path := to_fs_path(uri)) is not None:
                self._folders[uri] = Path(path)

    def remove(self, uris: Iterable[str]) -> None:
        """Let folders go."""
        for uri in uris:
            if (path := self._folders.pop(uri, None)) is not None:
                self._sessions.pop(path, None)

    def configure(self, settings: Mapping[str, object], folder: Path | None = None) -> None:
        """Take the client's settings, for one folder or for whatever has none of its own."""
        if folder is None:
            self._settings = settings
            for session in self._sessions.values():
                session.configure(settings)
        else:
            self._session(folder).configure(settings)

    def refresh(self) -> None:
        """Have everything on disk looked at again."""
        for session in self._sessions.values():
            session.refresh()

    def home(self, document: Document) -> Home:
        """Where a document belongs."""
        if document.file_path is None:
            folder = next(iter(self._folders.values()), Path.cwd())
            return Home(self._session(folder), folder, folder / document.file_name)
        path = Path(document.file_path)
        if document.is_notebook and path.name != document.file_name:
            path = path.with_name(document.file_name)
        around = [each for each in self._folders.values() if path.is_relative_to(each)]
        folder = max(around, key=lambda each: len(each.parts), default=path.parent)
        return Home(self._session(folder), folder, path)

    def work(self, documents: Iterable[Document]) -> Callable[[Callable[[], bool]], Results]:
        """What is to be done to check documents: it may run elsewhere, while they change."""
        return partial(_check, [(document, self.home(document)) for document in documents])

    def _session(self, folder: Path) -> Session:
        if folder not in self._sessions:
            session = Session(folder, self._registry, f"{SECTION}.{{}}")
            session.configure(self._settings)
            self._sessions[folder] = session
        return self._sessions[folder]


def _check(documents: Sequence[tuple[Document, Home]], outdated: Callable[[], bool]) -> Results:
    homes = {home.folder: home.session for _, home in documents}
    checked: dict[Path, Checked] = {}
    for folder, session in homes.items():
        opened = {home.path: each.data for each, home in documents if home.folder == folder}
        checked[folder] = session.check(opened, outdated)
    results = {}
    for document, home in documents:
        said = checked[home.folder]
        if (file := said.files.get(home.path)) is not None:
            results[document.uri] = Result(document, home, file, said.sources)
    problems = {folder: said.problem for folder, said in checked.items() if said.problem is not None}
    return Results(results, problems)
