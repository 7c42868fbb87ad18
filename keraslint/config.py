"""Settings: what they are, and how configuration files and flags make them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any

CONFIG_FILES = (".keraslint.toml", "keraslint.toml", "pyproject.toml")
BACKENDS = ("tensorflow", "jax", "torch")
SEVERITIES = ("error", "warning", "info")
CONFIDENCES = ("high", "medium")
OUTPUT_FORMATS = (
    "full",
    "concise",
    "json",
    "json-lines",
    "github",
    "gitlab",
    "sarif",
    "junit",
    "markdown",
)
DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
DEFAULT = "default"
FLAG = "command line"


class ConfigError(Exception):
    """A configuration that cannot be used: one line that names file, line and mend."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, under the names of the configuration's keys.

    ``root`` is the folder that relative patterns and paths start from;
    ``origins`` tells for each key that was set where that was.
    """

    root: Path
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fixable: tuple[str, ...] = ("ALL",)
    unfixable: tuple[str, ...] = ()
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    include: tuple[str, ...] = ("*.py", "*.ipynb")
    respect_gitignore: bool = True
    src: tuple[str, ...] = ()
    target_keras: int | None = None
    target_tensorflow: tuple[int, int] | None = None
    backend: str | None = None
    devices: int | None = None
    min_severity: str = "info"
    min_confidence: str = "medium"
    output_format: str = "full"
    baseline: str | None = None
    no_cache: bool = False
    cache_dir: str | None = None
    config_file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def origin(self, key: str) -> str:
        """Where a key was set: a file with its line, the command line, or ``default``."""
        return self.origins.get(key, DEFAULT)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "origins": dict(self.origins)}


class _WrongTypeError(Exception):
    """The value has another type than this text says; ``hint`` may name the value that was meant."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.hint = hint


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _WrongTypeError("a string")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _WrongTypeError("a list of strings")
    if not all(isinstance(each, str) for each in value):
        raise _WrongTypeError("a list of strings")
    return tuple(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _WrongTypeError("true or false")
    return value


def _positive(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _WrongTypeError("a whole number from 1")
    return value


def _keras(value: object) -> int:
    if isinstance(value, bool) or value not in (2, 3, "2", "3"):
        raise _WrongTypeError("2 or 3")
    return int(str(value))


def _tensorflow(value: object) -> tuple[int, int]:
    version = re.fullmatch(r"([12])\.(\d+)(?:\..*)?", value) if isinstance(value, str) else None
    if version is None:
        raise _WrongTypeError('a version in quotes, such as "2.15"')
    return int(version[1]), int(version[2])


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            hint = _nearest(value, choices) if isinstance(value, str) else ""
            raise _WrongTypeError(f"one of {', '.join(choices)}", hint)
        return value

    return read


def _table_of_strings(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _WrongTypeError('a table of lists, such as {"tests/*" = ["KL202"]}')
    try:
        return tuple((str(key), _strings(each)) for key, each in value.items())
    except _WrongTypeError:
        raise _WrongTypeError('a table of lists, such as {"tests/*" = ["KL202"]}') from None


_READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "select": _strings,
        "ignore": _strings,
        "extend-select": _strings,
        "fixable": _strings,
        "unfixable": _strings,
        "extend-safe-fixes": _strings,
        "extend-unsafe-fixes": _strings,
        "per-file-ignores": _table_of_strings,
        "exclude": _strings,
        "extend-exclude": _strings,
        "force-exclude": _boolean,
        "include": _strings,
        "respect-gitignore": _boolean,
        "src": _strings,
        "target-keras": _keras,
        "target-tensorflow": _tensorflow,
        "backend": _one_of(*BACKENDS),
        "devices": _positive,
        "min-severity": _one_of(*SEVERITIES),
        "min-confidence": _one_of(*CONFIDENCES),
        "output-format": _one_of(*OUTPUT_FORMATS),
        "baseline": _string,
        "no-cache": _boolean,
        "cache-dir": _string,
    }
)
KEYS = tuple(_READERS)
_ADDED_UP = (
    "ignore",
    "extend-select",
    "extend-safe-fixes",
    "extend-unsafe-fixes",
    "per-file-ignores",
    "extend-exclude",
)


@dataclass(frozen=True)
class _Layer:
    """What one file or the command line sets, checked, and the folder that its paths start from."""

    folder: Path
    values: Mapping[str, Any]
    origins: Mapping[str, str]


def load(
    path: Path | None,
    overrides: Mapping[str, object],
    cwd: Path,
    root: Path | None = None,
    named: str = "--{}",
) -> Settings:
    """The settings of a configuration file (or the defaults) with flags laid over them.

    ``overrides`` has the keys of a configuration file, and ``named`` is how users know them. ``root``
    is the folder that the file's patterns start from, where it is not the file's own.
    """
    layers = _file_layers(path, root, ()) if path is not None else []
    base = root or (path.parent if path is not None else cwd)
    flags = {key: value for key, value in overrides.items() if value is not None}
    layers.append(
        _Layer(cwd, _checked(flags, lambda key: f"`{named.format(key)}`"), dict.fromkeys(flags, FLAG))
    )
    return _combined(base, path, layers)


@dataclass
class Configurations:
    """The settings of every folder: the nearest configuration file upward decides, as with ruff.

    ``explicit`` is the file of ``--config``, which then holds everywhere, its
    patterns starting from the working folder; ``isolated`` leaves all files out.
    ``named`` is how users know the overrides.
    """

    cwd: Path
    overrides: Mapping[str, object] = field(default_factory=dict)
    explicit: Path | None = None
    isolated: bool = False
    named: str = "--{}"
    _found: dict[Path, Path | None] = field(default_factory=dict, repr=False)
    _loaded: dict[Path | None, Settings] = field(default_factory=dict, repr=False)

    def for_folder(self, folder: Path) -> Settings:
        """The settings that hold for the files of a folder."""
        path = None if self.isolated else self.explicit or self._nearest(folder)
        if path not in self._loaded:
            root = self.cwd if self.explicit else None
            self._loaded[path] = load(path, self.overrides, self.cwd, root, self.named)
        return self._loaded[path]

    def read_anew(self) -> Configurations:
        """The same with nothing known of the files yet."""
        return Configurations(self.cwd, self.overrides, self.explicit, self.isolated)

    def _nearest(self, folder: Path) -> Path | None:
        if folder not in self._found:
            here = _config_in(folder)
            outside = folder.parent
            self._found[folder] = here or (self._nearest(outside) if outside != folder else None)
        return self._found[folder]


def _config_in(folder: Path) -> Path | None:
    for name in CONFIG_FILES:
        path = folder / name
        if path.is_file() and (name != "pyproject.toml" or b"tool.keraslint" in _bytes(path)):
            return path
    return None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{_shown(path)}: no such configuration file") from None
    except OSError as error:
        raise ConfigError(f"{_shown(path)}: cannot be read: {error.strerror or error}") from None


def _file_layers(path: Path, root: Path | None, heirs: tuple[Path, ...]) -> list[_Layer]:
    """The layers of a file, those that it extends first."""
    if path in heirs:
        raise ConfigError(f"{_shown(path)}: `extend` leads back to this file; remove one of the links")
    text = _text(path)
    table = _table(path, text)
    table = dict(table)
    extended = table.pop("extend", None)
    if extended is not None and not isinstance(extended, str):
        raise ConfigError(f"{_shown(path)}{_line_of(text, 'extend')}: `extend` must be a string")

    def where(key: str) -> str:
        return f"{_shown(path)}{_line_of(text, key)}"

    layers = []
    if extended is not None:
        parent = Path(os.path.normpath(path.parent / Path(extended).expanduser()))
        layers = _file_layers(parent, root, (*heirs, path))
    values = _checked(table, lambda key: f"{where(key)}: `{key}`")
    return [*layers, _Layer(root or path.parent, values, {key: where(key) for key in values})]


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{_shown(path)}: not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _table(path: Path, text: str) -> Mapping[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        document: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{_shown(path)}: not TOML: {error}") from None
    if path.name == "pyproject.toml":
        tools = document.get("tool", {})
        document = tools.get("keraslint", {}) if isinstance(tools, Mapping) else {}
        if not isinstance(document, Mapping):
            raise ConfigError(f"{_shown(path)}: `tool.keraslint` must be a table")
    return document


def _checked(table: Mapping[str, object], named: Callable[[str], str]) -> dict[str, Any]:
    """The values of a table in the types of the settings."""
    values = {}
    for key, value in table.items():
        if key not in _READERS:
            raise ConfigError(f"{named(key)} is no known key{_nearest(key, (*KEYS, 'extend'))}")
        try:
            values[key] = _READERS[key](value)
        except _WrongTypeError as expected:
            message = f"{named(key)} must be {expected}, not {_toml(value)}{expected.hint}"
            raise ConfigError(message) from None
    return values


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, Sequence) else str(value)


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.replace("_", "-").lower(), list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _line_of(text: str, key: str) -> str:
    """The line of a key, as ``:12``; nothing where it cannot be told."""
    ours = re.search(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*keraslint\b", text, re.MULTILINE)
    pattern = re.compile(rf"^[ \t]*(?:\[.*)?[\"']?{re.escape(key)}[\"']?[ \t]*[=\].]", re.MULTILINE)
    match = pattern.search(text, ours.start() if ours else 0)
    return f":{text.count(chr(10), 0, match.end()) + 1}" if match else ""


def _shown(path: Path) -> str:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()


def _combined(root: Path, path: Path | None, layers: Iterable[_Layer]) -> Settings:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        if "select" in layer.values:
            # A selection begins anew; what was ignored before does not narrow it.
            for key in ("ignore", "extend-select"):
                values.pop(key, None)
                origins.pop(key, None)
        for key, value in layer.values.items():
            moved = value if layer.folder == root else _moved(key, value, layer.folder)
            values[key] = (*values.get(key, ()), *moved) if key in _ADDED_UP else moved
            origins[key] = layer.origins[key]
    arguments = {key.replace("-", "_"): value for key, value in values.items()}
    return Settings(root=root, config_file=path, origins=origins, **arguments)


def _moved(key: str, value: Any, folder: Path) -> Any:
    """Patterns and paths of another folder than the root, made absolute where that matters."""
    if key in ("src", "cache-dir", "baseline"):
        return tuple((folder / each).as_posix() for each in value) if key == "src" else str(folder / value)
    if key == "per-file-ignores":
        return tuple((_anchored(pattern, folder), selectors) for pattern, selectors in value)
    if key in ("exclude", "extend-exclude", "include"):
        return tuple(_anchored(pattern, folder) for pattern in value)
    return value


def _anchored(pattern: str, folder: Path) -> str:
    return (folder / pattern).as_posix() if "/" in pattern else pattern
