"""Compare two versions of keraslint on public packages: what they find, where they fail, and how long they take.

    python scripts/ecosystem.py origin/main HEAD

A version is a commit of this repository, or the path of a Python under which a keraslint is
installed. The packages of ``ecosystem.toml`` are downloaded from the package index once, and
are read, never installed or run. The exit status is 1 where the second version fails somewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import tomli

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "scripts" / "ecosystem.toml"
MOST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Version:
    """A keraslint that can be run: a Python, and what it finds before its own packages."""

    name: str
    python: str
    path: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A finding, as far as it counts for another version to have the same."""

    filename: str
    cell: int
    row: int
    column: int
    code: str
    severity: str = field(compare=False)
    message: str = field(compare=False)

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.filename}:{cell}{self.row}:{self.column}: {self.severity} {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a version came to on a package; ``failures`` are mistakes of its own, ``seconds`` those of a processor."""

    findings: frozenset[Finding]
    failures: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A package under both versions."""

    package: str
    before: Reading
    after: Reading

    @property
    def new(self) -> list[Finding]:
        """What the second version alone finds."""
        return sorted(self.after.findings - self.before.findings)

    @property
    def gone(self) -> list[Finding]:
        """What the first version alone finds."""
        return sorted(self.before.findings - self.after.findings)


_SIDES: Mapping[str, Callable[[Compared], Collection[Finding]]] = {
    "before": lambda each: each.before.findings,
    "after": lambda each: each.after.findings,
    "new": lambda each: each.new,
    "gone": lambda each: each.gone,
}


def main() -> int:
    """Compare two versions and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("before", help="a commit, or the path of a Python")
    parser.add_argument("after", help="a commit, or the path of a Python")
    parser.add_argument("packages", nargs="*", help="these packages alone")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir(), "keraslint-ecosystem"),
        help="where packages are kept",
    )
    given = parser.parse_args()
    pinned: dict[str, str] = tomli.loads(PACKAGES.read_text(encoding="utf-8"))["packages"]
    unknown = [name for name in given.packages if name not in pinned]
    if unknown:
        parser.error(f"{', '.join(unknown)}: not in {PACKAGES.name}")
    names = given.packages or sorted(pinned)
    folders = {f"{name} {pinned[name]}": unpacked(name, pinned[name], given.folder) for name in names}
    with tempfile.TemporaryDirectory(prefix="keraslint-") as scratch:
        versions = [
            version(name, Path(scratch, side))
            for side, name in (("before", given.before), ("after", given.after))
        ]
        compared = list(_compared(folders, versions))
    print("\n\n".join(report(compared, *(each.name for each in versions))))  # noqa: T201
    return 1 if any(each.after.failures for each in compared) else 0


def _compared(folders: Mapping[str, Path], versions: Sequence[Version]) -> Iterator[Compared]:
    for package, folder in folders.items():
        sys.stderr.write(f"{package}\n")
        yield Compared(package, *(read(folder, each) for each in versions))


# What is compared


def unpacked(name: str, pinned: str, folder: Path) -> Path:
    """The folder of a package's files, downloaded where it is not there yet."""
    there = folder / f"{name}-{pinned}"
    if there.is_dir():
        return there
    with tempfile.TemporaryDirectory(prefix="keraslint-") as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch]
        subprocess.run([*command, f"{name}=={pinned}"], check=True)
        (archive,) = Path(scratch).iterdir()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as half:
            unpack(archive, Path(half, "whole"))
            Path(half, "whole").rename(there)
    return there


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a wheel or an sdist."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(folder, filter="data")


# What it is compared with


def version(name: str, folder: Path) -> Version:
    """A version by its name; that of a commit is installed into a folder."""
    if os.access(name, os.X_OK) and Path(name).is_file():
        return Version(name, name)
    commit = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
    tree, site = folder / "tree", folder / "site"
    tree.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=_git("archive", commit), check=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([*install, str(tree)], check=True)
    return Version(f"{name} ({commit[:7]})", sys.executable, str(site))


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def read(folder: Path, using: Version) -> Reading:
    """What a version finds in a folder, in a process of its own."""
    options = ("--isolated", "--no-cache", "--exit-zero", "--jobs", "1", "--output-format", "json")
    before = _processor_seconds()
    try:
        done = subprocess.run(
            [using.python, "-m", "keraslint", "check", *options, "."],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": using.path, "NO_COLOR": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading(
            frozenset(), (f"not done within {MOST_SECONDS} seconds",), _processor_seconds() - before
        )
    seconds = _processor_seconds() - before
    if done.returncode:
        return Reading(
            frozenset(), (f"exit status {done.returncode}: {done.stderr.strip()[-500:]}",), seconds
        )
    return reading(json.loads(done.stdout), seconds)


def reading(found: Iterable[Mapping[str, Any]], seconds: float) -> Reading:
    """What was found, told apart from mistakes of keraslint's own; what cannot be parsed is the package's."""
    findings, failures = set(), []
    for each in found:
        where = each["location"]
        finding = Finding(
            each["filename"],
            each["cell"] or 0,
            where["row"],
            where["column"],
            each["code"],
            each["severity"],
            each["message"],
        )
        if each["code"] == "KL003":
            failures.append(str(finding))
        else:
            findings.add(finding)
    return Reading(frozenset(findings), tuple(failures), seconds)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# What is said of it


def report(compared: Sequence[Compared], before: str, after: str) -> Iterator[str]:
    """The tables as Markdown, and every finding of weight that only one version has."""
    yield f"keraslint {before} against {after}. Findings are errors + warnings + infos; seconds are a processor's."
    yield _table(("package", *_SIDES, "failures", "seconds"), [*map(_row, compared), _all(compared)])
    yield _table(("rule", *_SIDES), list(_rules(compared)))
    for side in ("new", "gone"):
        weighty = [
            f"- {each.package}: {found}"
            for each in compared
            for found in _SIDES[side](each)
            if found.severity != "info"
        ]
        if weighty:
            yield f"{side.capitalize()} errors and warnings:\n\n" + "\n".join(weighty)
    failed = [f"- {each.package}: {failure}" for each in compared for failure in each.after.failures]
    if failed:
        yield f"Failures of {after}:\n\n" + "\n".join(failed)


def _row(each: Compared) -> tuple[str, ...]:
    return (
        each.package,
        *(_counts(findings(each)) for findings in _SIDES.values()),
        f"{len(each.before.failures)} → {len(each.after.failures)}",
        f"{each.before.seconds:.1f} → {each.after.seconds:.1f}",
    )


def _all(compared: Sequence[Compared]) -> tuple[str, ...]:
    failures = [sum(len(getattr(each, side).failures) for each in compared) for side in ("before", "after")]
    seconds = [sum(getattr(each, side).seconds for each in compared) for side in ("before", "after")]
    return (
        "all",
        *(_counts(found for each in compared for found in findings(each)) for findings in _SIDES.values()),
        f"{failures[0]} → {failures[1]}",
        f"{seconds[0]:.1f} → {seconds[1]:.1f}",
    )


def _rules(compared: Sequence[Compared]) -> Iterator[tuple[str, ...]]:
    columns = [
        Counter(found.code for each in compared for found in findings(each)) for findings in _SIDES.values()
    ]
    for code in sorted(set().union(*columns)):
        yield (code, *(str(column[code]) for column in columns))


def _counts(findings: Iterable[Finding]) -> str:
    counted = Counter(each.severity for each in findings)
    return " + ".join(str(counted[severity]) for severity in ("error", "warning", "info"))


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
