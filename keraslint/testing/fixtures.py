"""A rule's fixtures: bad fires it alone, good and traps nothing, variants where they say, the fix makes good of bad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.outcome import place_in
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.source.reading import read
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.testing.bench import Bench
from keraslint.testing.bench import bench_of
from keraslint.testing.failure import Failure
from keraslint.testing.failure import first_difference
from keraslint.testing.packs import fixture_folder

PROGRAMS = ("bad.py", "good.py", "traps.py")
_SUFFIXES = (".py", ".ipynb")
_EXPECTED = re.compile(r"#[ \t]*expect:[ \t]*([A-Z]+[0-9]+)")


def fixture_failures(rule: RegisteredRule, registry: Registry) -> Iterator[Failure]:
    """What is wrong with the fixtures of a rule."""
    folder = fixture_folder(rule)
    missing = [name for name in PROGRAMS if folder is None or not (folder / name).is_file()]
    if folder is None or missing:
        where = (
            f"in {folder}"
            if folder
            else f"for want of a folder `fixtures` beside the rules or in {rule.package}"
        )
        yield Failure(rule.file, rule.row, f"{rule.code} has no {' and no '.join(missing)} {where}")
        return
    with bench_of(rule, registry, folder) as bench:
        yield from _bad(bench)
        yield from _good(bench)
        yield from _traps(bench)
        for paths in _variants(bench.there):
            yield from _variant(bench, paths)
        if rule.rule.applicability in (Applicability.SAFE, Applicability.UNSAFE):
            yield from _fixed(bench)


def _bad(bench: Bench) -> Iterator[Failure]:
    rule = bench.rule
    found = bench.check([Path("bad.py")])
    own = bench.own(found)
    if not own:
        row = first_difference(_text(bench, "bad.py"), _text(bench, "good.py"))
        message = f"{rule.code} finds nothing here, where good.py begins to be another program"
        yield Failure(bench.here / "bad.py", row, message)
    for each in own[:1]:
        if each.severity is not rule.measured_as:
            message = f"{rule.code} is of severity {each.severity.value} here, and {rule.measured_as.value} by its class"
            yield bench.failure(each, found, message)
        if each.fix is not None and rule.rule.applicability is None:
            message = f"{rule.code} offers a fix here, and its class names no `applicability`"
            yield bench.failure(each, found, message)
    for each in own[1:]:
        yield bench.failure(each, found, f"{rule.code} finds something here too: bad.py is for one finding")
    yield from _unwanted(bench, found, bench.others(found))


def _good(bench: Bench) -> Iterator[Failure]:
    found = bench.check([Path("good.py")])
    yield from _unwanted(bench, found, [*bench.own(found), *bench.others(found)])


def _traps(bench: Bench) -> Iterator[Failure]:
    found = bench.check([Path("traps.py")])
    own = [each for each in bench.own(found) if each.severity is not Severity.INFO]
    yield from _unwanted(bench, found, [*own, *bench.others(found)])


def _unwanted(bench: Bench, found: Outcome, findings: list[Diagnostic]) -> Iterator[Failure]:
    for each in findings:
        yield bench.failure(each, found, f"{each.code} {each.name} fires and should not: {each.message}")


# Variants


def _variants(folder: Path) -> Iterator[list[Path]]:
    """The files of each variant: a script, a notebook, or those of a folder, which is a project."""
    for entry in sorted((folder / "variants").glob("*")):
        files = sorted(entry.rglob("*")) if entry.is_dir() else [entry]
        programs = [path.relative_to(folder) for path in files if path.suffix in _SUFFIXES and path.is_file()]
        if programs:
            yield programs


def _variant(bench: Bench, paths: list[Path]) -> Iterator[Failure]:
    beside = sorted((bench.there / "variants").glob("*.py"))
    found = bench.check(paths, [path.relative_to(bench.there) for path in beside])
    own = {(each.filename, each.location.row): each for each in bench.own(found)}
    expected: set[tuple[str, int, str]] = set()
    for path in paths:
        try:
            source = read(bench.there / path, path.as_posix())
        except SourceError:
            # That it cannot be read is among what was found.
            continue
        for row, code in _expected(source):
            expected.add((source.name, row, code))
            if code == bench.rule.code and (source.name, row) not in own:
                place = place_in(source, Location(row, 1))
                message = f"{code} is expected here and finds nothing"
                yield Failure(bench.here / path, place.row, message, place.cell)
    unwanted = [
        each
        for each in [*own.values(), *bench.others(found)]
        if (each.filename, each.location.row, each.code) not in expected
    ]
    yield from _unwanted(bench, found, unwanted)
    yield from _fixed_variant(bench, paths)


def _fixed_variant(bench: Bench, paths: list[Path]) -> Iterator[Failure]:
    """What the fixes make of a variant that has its fixed text beside it, under its name and ``.fixed``."""
    wanted = {path: bench.there / f"{path}.fixed" for path in paths}
    if not any(text.is_file() for text in wanted.values()):
        return
    found = bench.fix(*map(str, paths))
    for path, text in wanted.items():
        if text.is_file():
            change = found.changed.get(path.as_posix())
            made = (bench.there / path).read_bytes() if change is None else change.after.data
            if made != text.read_bytes():
                row = first_difference(_text(bench, f"{path}.fixed"), made.decode("utf-8", "replace"))
                yield Failure(
                    bench.here / f"{path}.fixed", row, f"the fix of {bench.rule.code} writes otherwise"
                )
        elif path.as_posix() in found.changed:
            yield Failure(bench.here / path, 1, f"the fix of {bench.rule.code} changes this file as well")


def _expected(source: SourceFile) -> Iterator[tuple[int, str]]:
    for row, line in enumerate(source.lines, 1):
        for match in _EXPECTED.finditer(line):
            yield row, match[1]


# The fix


def _fixed(bench: Bench) -> Iterator[Failure]:
    found = bench.fix("bad.py")
    change = found.changed.get("bad.py")
    if change is None:
        at = next(iter(bench.own(found)), None)
        row = 1 if at is None else at.location.row
        yield Failure(bench.here / "bad.py", row, f"the fix of {bench.rule.code} changes nothing here")
    elif change.after.data != (bench.there / "good.py").read_bytes():
        good = _text(bench, "good.py")
        row = first_difference(good, change.after.text)
        written = change.after.text.splitlines()
        instead = f"`{written[row - 1].strip()}`" if row <= len(written) else "nothing"
        if written == good.splitlines():
            instead = "other line ends or bytes"
        yield Failure(bench.here / "good.py", row, f"the fix of {bench.rule.code} writes {instead} here")
    yield from _unwanted(bench, found, bench.others(found))


def _text(bench: Bench, name: str) -> str:
    return (bench.there / name).read_bytes().decode("utf-8", "replace")
