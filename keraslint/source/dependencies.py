"""What a project's dependency files ask for, read as text: nothing is run or resolved."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import NamedTuple

from keraslint.source.dependency_files import PATTERNS
from keraslint.source.dependency_files import decoded
from keraslint.source.dependency_files import included

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    # What reads requirements is imported where there are some.
    from packaging.specifiers import SpecifierSet


class Dependency(NamedTuple):
    """A package that a file asks for: its normalized name, the versions, the line, and the words there."""

    package: str
    versions: SpecifierSet
    row: int
    text: str


class Section(NamedTuple):
    """Packages that are installed together: a file, or one extra or group of it."""

    file: Path
    dependencies: tuple[Dependency, ...]


def read_dependencies(folder: Path) -> list[Section]:
    """The sections of all dependency files of a folder, in the order in which they count.

    A file that cannot be read or is broken counts for nothing: it is not ours to judge.
    """
    sections = []
    for pattern, read in _READERS:
        for file in sorted(folder.glob(pattern), key=lambda path: (len(path.name), path.name)):
            text = _text(file)
            if text is not None:
                groups = read(text, file)
                sections += [Section(file, group) for each in groups if (group := tuple(each))]
    return sections


_Groups = Iterator[Iterable[Dependency]]


def _text(file: Path) -> str | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    return decoded(data)


def _requirement(words: str, row: int) -> Iterator[Dependency]:
    """A requirement as pip writes it."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    try:
        parsed = Requirement(words)
    except InvalidRequirement:
        return
    if parsed.url is None:
        shown = f"{parsed.name}{parsed.specifier}"
        yield Dependency(canonicalize_name(parsed.name), parsed.specifier, row, shown)


def _named(name: str, versions: str, row: int) -> Iterator[Dependency]:
    """A name and its versions, as tables have them; poetry's ``^`` and ``~`` are spelt out."""
    from packaging.specifiers import InvalidSpecifier
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    try:
        specifier = SpecifierSet(_spelt_out(versions))
    except InvalidSpecifier:
        return
    yield Dependency(canonicalize_name(name), specifier, row, f"{name} {versions}" if versions else name)


def _spelt_out(versions: str) -> str:
    parts = []
    for part in versions.replace(" ", "").split(","):
        bare = re.fullmatch(r"(\^|~(?!=)|=(?!=))?v?(\d+(?:\.\d+)*)(\.\*)?", part)
        if bare is None:
            parts.append("" if part == "*" else part)
            continue
        operator, number, star = bare.groups()
        numbers = [int(each) for each in number.split(".")]
        if operator == "^":
            at = next((i for i, each in enumerate(numbers) if each), len(numbers) - 1)
            parts.append(f">={number},<{'.'.join(map(str, [*numbers[:at], numbers[at] + 1]))}")
        elif operator == "~":
            kept = numbers[:2]
            parts.append(f">={number},<{'.'.join(map(str, [*kept[:-1], kept[-1] + 1]))}")
        else:
            parts.append(f"=={number}{star or ''}")
    return ",".join(part for part in parts if part)


def _row_of(text: str, words: str) -> int:
    """The line on which words stand; 1 where they were written in another way."""
    at = text.find(words)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _pyproject(text: str, _: Path) -> _Groups:
    document = _toml(text)
    project = _table(document, "project")
    tools = _table(document, "tool")
    yield _listed(text, project.get("dependencies"))
    poetry = _table(tools, "poetry")
    yield _tabled(text, poetry.get("dependencies"))
    for table in (
        _table(project, "optional-dependencies"),
        _table(document, "dependency-groups"),
        _table(_table(tools, "pdm"), "dev-dependencies"),
    ):
        for each in table.values():
            yield _listed(text, each)
    yield _listed(text, _table(tools, "uv").get("dev-dependencies"))
    yield _tabled(text, poetry.get("dev-dependencies"))
    for group in _table(poetry, "group").values():
        yield _tabled(text, group.get("dependencies") if isinstance(group, Mapping) else None)


def _pipfile(text: str, _: Path) -> _Groups:
    document = _toml(text)
    yield _tabled(text, document.get("packages"))
    yield _tabled(text, document.get("dev-packages"))


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key)
    return value if isinstance(value, Mapping) else {}


def _listed(text: str, requirements: object) -> Iterator[Dependency]:
    for each in requirements if isinstance(requirements, list) else ():
        if isinstance(each, str):
            yield from _requirement(each, _row_of(text, each))


def _tabled(text: str, packages: object) -> Iterator[Dependency]:
    for name, value in packages.items() if isinstance(packages, Mapping) else ():
        key = re.search(rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*=", text, re.MULTILINE)
        row = text.count("\n", 0, key.start()) + 1 if key else 1
        for each in value if isinstance(value, list) else [value]:
            versions = each.get("version") if isinstance(each, Mapping) else each
            if isinstance(versions, str):
                yield from _named(name, versions, row)


def _setup_cfg(text: str, _: Path) -> _Groups:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        yield _listed(text, [line.strip() for line in value.splitlines() if line.strip()])


def _setup_py(text: str, _: Path) -> _Groups:
    """Every literal that reads as a requirement with a version, or stands alone on its line of a list."""
    literal = re.compile(
        r"(?<!=)(?<!= )([\"'])([A-Za-z][\w.-]*(?:\[[\w,-]+\])?[ \t]*(?:[<>=!~][^\"'\n]*)?)\1(?!\s*[:=])"
    )
    yield [
        dependency
        for match in literal.finditer(text)
        for dependency in _requirement(match[2], text.count("\n", 0, match.start()) + 1)
    ]


def _requirements(text: str, file: Path) -> _Groups:
    yield _requirement_lines(text)
    for name in included(text):
        path = file.parent / name
        # A file of the usual name here is read on its own account.
        if path.parent != file.parent or not path.match("*requirements*.txt"):
            yield _requirement_lines(_text(path) or "")


def _requirement_lines(text: str) -> Iterator[Dependency]:
    for row, line in enumerate(text.splitlines(), start=1):
        words = re.split(r"(?:^|\s)#|\s--hash|\s*\\$", line)[0].strip()
        if words and not words.startswith("-"):
            yield from _requirement(words, row)


def _lock(text: str, _: Path) -> _Groups:
    """The packages of poetry's and uv's lock files, which are long: no need to read the rest."""
    package = re.compile(r"^\[\[package\]\]\nname = \"([^\"]+)\"\nversion = \"([^\"]+)\"", re.MULTILINE)
    newest = list(package.finditer(text.replace("\r\n", "\n")))
    yield [
        dependency
        for match in newest
        for dependency in _named(match[1], f"=={match[2]}", text.count("\n", 0, match.start(1)) + 1)
    ]


def _pipfile_lock(text: str, _: Path) -> _Groups:
    try:
        document = json.loads(text)
    except ValueError:
        return
    for group in ("default", "develop"):
        packages = _table(document, group) if isinstance(document, Mapping) else {}
        yield [
            dependency
            for name, each in packages.items()
            if isinstance(each, Mapping) and isinstance(each.get("version"), str)
            for dependency in _named(name, each["version"], _row_of(text, f'"{name}"'))
        ]


def _environment(text: str, _: Path) -> _Groups:
    """The list of a conda environment, and pip's list in it: ``- name=version=build``, ``- name>=version``."""
    line = re.compile(
        r"^[ \t]*-[ \t]*[\"']?(?:[\w-]+::)?([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?[ \t]*"
        r"((?:[<>=!~]=?|=)?[ \t]*[\d*][^\"'\s#;]*)?",
        re.MULTILINE,
    )
    yield [
        dependency
        for match in line.finditer(text)
        for dependency in _named(
            match[1], _conda_versions(match[2] or ""), text.count("\n", 0, match.start(1)) + 1
        )
    ]


def _conda_versions(versions: str) -> str:
    """``=2.10`` is any 2.10, ``=2.1.0=build`` names a build."""
    exact = re.fullmatch(r"[ \t]*=?[ \t]*(\d[\w.]*?)(?:\.\*)?(?:=[^=].*)?", versions)
    return f"=={exact[1]}.*" if exact else versions.replace(" ", "")


_READERS = tuple(
    zip(
        PATTERNS,
        (
            _pyproject,
            _setup_cfg,
            _setup_py,
            *(_requirements,) * 2,
            *(_lock,) * 3,
            _pipfile_lock,
            *(_environment,) * 2,
            _pipfile,
            _requirements,
            _environment,
            _requirements,
            _environment,
        ),
        strict=True,
    )
)
