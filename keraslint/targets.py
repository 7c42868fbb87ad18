"""What the code will run on: clues from settings, dependency files and the code, the first ones first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Generic
from typing import NamedTuple
from typing import TypeAlias
from typing import TypeVar

from keraslint.config import BACKENDS
from keraslint.config import DEFAULT
from keraslint.config import Settings
from keraslint.source.dependencies import Dependency
from keraslint.source.dependencies import Section
from keraslint.source.dependencies import read_dependencies
from keraslint.source.dependency_files import ENVIRONMENT_FILES
from keraslint.source.text import display_name

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

T = TypeVar("T")
Release: TypeAlias = tuple[int, int]

_FIRST_WITH_KERAS_3 = (2, 16)
_LAST_WITH_KERAS_2 = (2, 15)
_LAST_TENSORFLOW_1 = (1, 15)

# The releases that a range is judged by. Newer ones need no entry: a range that
# goes beyond the last decides nothing but that older ones are excluded.
_TENSORFLOW = (*((1, minor) for minor in range(16)), *((2, minor) for minor in range(22)))
_KERAS = ((0, 3), (1, 0), (1, 1), (1, 2), *((2, n) for n in range(16)), *((3, n) for n in range(16)))

_TENSORFLOW_PACKAGES = frozenset(
    {
        "intel-tensorflow",
        "tensorflow",
        "tensorflow-aarch64",
        "tensorflow-cpu",
        "tensorflow-cpu-aws",
        "tensorflow-gpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "tensorflow-rocm",
    }
)
_KERAS_PACKAGES = frozenset({"keras", "keras-gpu"})

# The expressions stop at every line, so that they are asked only where the name stands in a text.
_LEGACY = re.compile(
    r"^[^#\n]*?\bTF_USE_LEGACY_KERAS\b[\"']?\]?[ \t]*[=,:][ \t]*[\"']?(?:1|true|True)\b", re.MULTILINE
)
_BACKEND = re.compile(r"^[^#\n]*?\bKERAS_BACKEND\b[\"']?\]?[ \t]*[=,:][ \t]*[\"']?(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Detected(Generic[T]):
    """A value and where it comes from, as in ``requirements.txt:3 (tensorflow==2.12)``."""

    value: T
    where: str = DEFAULT


@dataclass(frozen=True)
class DetectedTarget:
    """The generation of Keras, the version of TensorFlow (None: the current one) and the backend.

    ``keras_release`` and ``keras_is_apart`` are as in ``keraslint.semantics.Target``.
    """

    keras: Detected[int]
    tensorflow: Detected[Release | None]
    backend: Detected[str]
    keras_release: Release | None = None
    keras_is_apart: bool = False


@dataclass(frozen=True)
class CodeEvidence:
    """What the code uses that one generation alone has; each as ``train.py:3 (keras.ops)``."""

    keras_2: tuple[str, ...] = ()
    keras_3: tuple[str, ...] = ()
    tensorflow_1: tuple[str, ...] = ()
    tensorflow_2: tuple[str, ...] = ()


class _Clue(NamedTuple):
    """What one place says; None where it says nothing."""

    where: str
    keras: int | None = None
    tensorflow: Release | None = None
    keras_release: Release | None = None
    keras_is_apart: bool = False


class _Range(NamedTuple):
    """The oldest and the newest release that is allowed, and whether releases to come are."""

    oldest: Release
    newest: Release
    open: bool


@dataclass
class TargetFinder:
    """Finds targets inside a project; the dependency files of a folder are read once."""

    root: Path
    cwd: Path
    _sections: dict[Path, Sequence[Section]] = field(default_factory=dict, repr=False)

    def find(
        self,
        folder: Path,
        settings: Settings,
        texts: Mapping[str, str] | None = None,
        evidence: CodeEvidence | None = None,
    ) -> DetectedTarget:
        """The target of files that belong together.

        ``folder`` is where the first of them lies, ``texts`` are all of them by
        name, and ``evidence`` is what they use of one generation alone.
        """
        texts = {**dict(sorted((texts or {}).items())), **self._environment_files()}
        clues = list(self._clues(folder, settings, texts, evidence or CodeEvidence()))
        keras = next(Detected(clue.keras, clue.where) for clue in clues if clue.keras is not None)
        tensorflow: Detected[Release | None] = Detected(None)
        if keras.value == 2:
            tensorflow = Detected(_LAST_WITH_KERAS_2, "the last with Keras 2")
        for clue in clues:
            # Keras 3 runs on no TensorFlow from before its time: such a clue is for other code.
            if clue.tensorflow is not None and (keras.value == 2 or clue.tensorflow >= _FIRST_WITH_KERAS_3):
                tensorflow = Detected(clue.tensorflow, clue.where)
                break
        decisive = next(clue for clue in clues if clue.keras is not None)
        backend = _backend(settings, texts, keras.value)
        return DetectedTarget(keras, tensorflow, backend, decisive.keras_release, decisive.keras_is_apart)

    def _clues(
        self, folder: Path, settings: Settings, texts: Mapping[str, str], evidence: CodeEvidence
    ) -> Iterator[_Clue]:
        if settings.target_keras is not None:
            yield _Clue(settings.origin("target-keras"), settings.target_keras)
        if (version := settings.target_tensorflow) is not None:
            generation = 2 if version < _FIRST_WITH_KERAS_3 else None
            yield _Clue(settings.origin("target-tensorflow"), generation, version)
        for name, text in texts.items():
            if "TF_USE_LEGACY_KERAS" in text and (legacy := _LEGACY.search(text)) is not None:
                yield _Clue(f"{name}:{_row(text, legacy.end())} (TF_USE_LEGACY_KERAS)", 2)
        sections = list(self._sections_for(folder))
        for section in sections:
            yield from self._section_clues(section)
        # Code that uses names of both generations was written for both.
        excluded = any(_excludes_tensorflow_1(section) for section in sections) or evidence.tensorflow_2
        if evidence.tensorflow_1 and not evidence.keras_3 and not excluded:
            yield _Clue(evidence.tensorflow_1[0], 2, _LAST_TENSORFLOW_1)
        if evidence.keras_2 and not evidence.keras_3:
            yield _Clue(evidence.keras_2[0], 2)
        if evidence.keras_3 and not evidence.keras_2:
            yield _Clue(evidence.keras_3[0], 3)
        yield _Clue(DEFAULT, 3)

    def _sections_for(self, folder: Path) -> Iterator[Section]:
        """Those of the folder itself first, then of each folder above it in the project."""
        for each in (folder, *folder.parents):
            if each != self.root and self.root not in each.parents:
                return
            if each not in self._sections:
                self._sections[each] = read_dependencies(each)
            yield from self._sections[each]

    def _section_clues(self, section: Section) -> Iterator[_Clue]:
        keras = [each for each in section.dependencies if each.package in _KERAS_PACKAGES]
        if (allowed := _allowed_of(keras, _KERAS)) is not None and (generation := _decided(allowed, (3, 0))):
            release = allowed.newest if generation == 2 else None
            is_apart = release is not None and _outgrows(section, release)
            yield _Clue(
                self._where(section, keras), generation, keras_release=release, keras_is_apart=is_apart
            )
        for dependency in section.dependencies:
            if dependency.package in ("tf-keras", "keras-nightly"):
                yield _Clue(self._where(section, [dependency]), 2 if dependency.package == "tf-keras" else 3)
        tensorflow = [each for each in section.dependencies if each.package in _TENSORFLOW_PACKAGES]
        allowed = _allowed_of(tensorflow, _TENSORFLOW)
        if allowed is not None and (generation := _decided(allowed, _FIRST_WITH_KERAS_3)):
            version = None if allowed.open else allowed.newest
            yield _Clue(self._where(section, tensorflow), generation, version)

    def _where(self, section: Section, dependencies: Sequence[Dependency]) -> str:
        shown = next((each for each in dependencies if each.versions), dependencies[0])
        return f"{display_name(section.file, self.cwd)}:{shown.row} ({shown.text})"

    def _environment_files(self) -> dict[str, str]:
        texts = {}
        for name in ENVIRONMENT_FILES:
            path = self.root / name
            if path.is_file():
                texts[display_name(path, self.cwd)] = path.read_text(encoding="utf-8", errors="replace")
        return texts


def _decided(allowed: _Range, first_of_new: Release) -> int | None:
    """The generation that a range means; an open lower bound that allows both means none."""
    if allowed.oldest >= first_of_new:
        return 3
    if allowed.open:
        return None
    return 2 if allowed.newest < first_of_new else 3


def _excludes_tensorflow_1(section: Section) -> bool:
    """Whether a dependency file allows TensorFlow 2 alone, be it by an open lower bound."""
    tensorflow = [each for each in section.dependencies if each.package in _TENSORFLOW_PACKAGES]
    allowed = _allowed_of(tensorflow, _TENSORFLOW)
    return allowed is not None and allowed.oldest >= (2, 0)


def _outgrows(section: Section, release: Release) -> bool:
    """Whether the TensorFlow of a section is too new for such a release of Keras as a package of its own."""
    tensorflow = [each for each in section.dependencies if each.package in _TENSORFLOW_PACKAGES]
    allowed = _allowed_of(tensorflow, _TENSORFLOW)
    return allowed is not None and release < (2, 4) and allowed.oldest >= (2, 3)


def _allowed_of(dependencies: Sequence[Dependency], releases: tuple[Release, ...]) -> _Range | None:
    """What several requirements of one package allow together, or, where they are alternatives, the newest."""
    if not dependencies:
        return None
    from packaging.specifiers import SpecifierSet

    together = SpecifierSet()
    for each in dependencies:
        together &= each.versions
    if (allowed := _allowed(together, releases)) is not None:
        return allowed
    each_alone = (_allowed(each.versions, releases) for each in dependencies)
    return max((each for each in each_alone if each is not None), key=lambda each: each.newest, default=None)


@lru_cache(maxsize=256)
def _allowed(versions: SpecifierSet, releases: tuple[Release, ...]) -> _Range | None:
    """The releases that a set of specifiers allows, its own versions among those that are tried."""
    tried = [(release, f"{release[0]}.{release[1]}.{patch}") for release in releases for patch in range(10)]
    tried += [
        ((int(number[1]), int(number[2] or 0)), specifier.version.removesuffix(".*"))
        for specifier in versions
        if (number := re.match(r"(\d+)(?:\.(\d+))?", specifier.version)) is not None
    ]
    allowed = [release for release, version in tried if versions.contains(version, prereleases=True)]
    if not allowed:
        return None
    major, minor = releases[-1]
    to_come = (f"{major}.{minor + 1}.0", f"{major + 1}.0.0", "99.0.0")
    return _Range(min(allowed), max(allowed), any(map(versions.contains, to_come)))


def _backend(settings: Settings, texts: Mapping[str, str], keras: int) -> Detected[str]:
    if settings.backend is not None:
        return Detected(settings.backend, settings.origin("backend"))
    found: dict[str, str] = {}
    for name, text in texts.items():
        for match in _BACKEND.finditer(text) if "KERAS_BACKEND" in text else ():
            found.setdefault(match[1], f"{name}:{_row(text, match.end())} (KERAS_BACKEND)")
    known = [backend for backend in found if backend in BACKENDS]
    # Where the code chooses between several, the one that Keras takes by itself counts.
    if keras == 3 and len(found) == 1 and known:
        return Detected(known[0], found[known[0]])
    return Detected(BACKENDS[0])


def _row(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
