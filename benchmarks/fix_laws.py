"""Hold the fixes of keraslint to its laws, on a folder of checkouts.

Each folder in CHECKOUTS is taken for a project. Its Python files and notebooks are copied, checked, fixed
with `--fix` and with `--fix --unsafe-fixes`, written and fixed again; the copy is thrown away. What came of
each project is a line of RESULTS, and a project that has one is not looked at again::

    python benchmarks/fix_laws.py CHECKOUTS --results laws.jsonl [--limit N] [--seed N] [--named]

With ``--named`` every rule is selected by its code, which fixes findings of severity info as well.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from laws import Application
from laws import came
from laws import disturbed
from laws import misplaced_imports
from laws import uncompiled

from keraslint import fix_loop
from keraslint.config import Configurations
from keraslint.diagnostic import Edit
from keraslint.fixer.write import Rewrite
from keraslint.fixer.write import write_together
from keraslint.inputs import Input
from keraslint.outcome import Change
from keraslint.outcome import Outcome
from keraslint.parts import find_parts
from keraslint.parts import scan
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.source.discovery import discover
from keraslint.source.roots import ProjectRoots

_KERAS = re.compile(rb"\bkeras\b")
_KINDS = (".py", ".ipynb")
_PROJECT = ("*.toml", "*.cfg", "*.txt", "*.yml", "*.yaml", "Pipfile*")
_LARGEST = 5_000_000
MODES = ("safe", "unsafe")


def main() -> int:
    """Look at the projects that have no result yet, and print what all results come to."""
    parser = argparse.ArgumentParser(description="Hold the fixes to their laws on a folder of checkouts.")
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="look at this many projects more at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--named", action="store_true", help="select every rule by its code")
    given = parser.parse_args()
    done = {result["project"] for result in results(given.results)}
    projects = sorted(each for each in given.checkouts.iterdir() if each.is_dir() and each.name not in done)
    random.Random(given.seed).shuffle(projects)
    for project in projects[: given.limit]:
        result = looked_at(project, random.Random(f"{given.seed} {project.name}"), named=given.named)
        with given.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
        for line in result["exceptions"]:
            say(f"! {project.name}: {line}")
    return summed_up(results(given.results))


def results(path: Path) -> list[dict[str, Any]]:
    """The results that there are."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def looked_at(project: Path, chance: random.Random, *, named: bool) -> dict[str, Any]:
    """What the laws say of one project."""
    with tempfile.TemporaryDirectory() as top:
        clean = Path(top, "clean", project.name)
        copy_project(project, clean)
        whole = Trial(clean, chance, named=named)
        result: dict[str, Any] = {"project": project.name, **sizes(whole.inputs), "exceptions": []}
        before = whole.run(fix=False)
        for mode in MODES:
            copied = Path(top, mode, project.name)
            shutil.copytree(clean, copied)
            trial = Trial(copied, chance, named=named)
            trial.keep_to_fixable(before, unsafe=mode == "unsafe")
            result[mode] = trial.laws(before, unsafe=mode == "unsafe")
            result["exceptions"] += [f"{mode}: {line}" for line in result[mode].pop("exceptions")]
    return result


def copy_project(project: Path, target: Path) -> None:
    """Copy what keraslint reads of a project."""
    target.mkdir(parents=True)
    for folder, folders, names in os.walk(project):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(folder, name)
            wanted = path.suffix in _KINDS or any(path.match(pattern) for pattern in _PROJECT)
            if wanted and path.is_file() and not path.is_symlink() and path.stat().st_size < _LARGEST:
                copied = target / path.relative_to(project)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copied)


def sizes(inputs: Sequence[Input]) -> dict[str, int]:
    """How many files and notebooks there are, and how many of them speak of Keras."""
    found: Counter[str] = Counter()
    for item in inputs:
        kind = "notebooks" if item.path.suffix == ".ipynb" else "files"
        found[kind] += 1
        found[f"keras_{kind}"] += bool(_KERAS.search(item.path.read_bytes()))
    return dict(found)


class Trial:
    """A copy of a project on which fixing is tried."""

    def __init__(self, folder: Path, chance: random.Random, *, named: bool) -> None:
        registry = load_rules()
        codes = [rule.code for rule in registry.rules] if named else None
        overrides = {} if codes is None else {"select": codes}
        configurations = Configurations(folder, overrides, None, isolated=True)
        plan = plan_for(configurations.for_folder(folder), registry)
        paths = sorted(discover(["."], configurations, folder).files)
        self.inputs = [Input(path, path.relative_to(folder).as_posix(), plan) for path in paths]
        self._folder = folder
        self._chance = chance

    def keep_to_fixable(self, before: Outcome, *, unsafe: bool) -> None:
        """Leave out the connected parts of the project in which there is nothing to fix."""
        names = {
            each.filename
            for each in before.diagnostics
            if before.plans[each.filename].may_apply(each, unsafe=unsafe)
        }
        roots = ProjectRoots()
        scanned = {
            item.name: scan(item.path, item.path.read_bytes(), item.plan.settings, roots)
            for item in self.inputs
        }
        parts = find_parts(scanned, names) if names else []
        kept = {name for part in parts for name in part.names}
        self.inputs = [item for item in self.inputs if item.name in kept]

    def run(
        self, *, fix: bool, unsafe: bool = False, jobs: int = 1, inputs: Sequence[Input] | None = None
    ) -> Outcome:
        """Check the copy, or fix it without writing."""
        options = Options(self._folder, jobs, self._folder.parents[1] / "cache", fix=fix, unsafe_fixes=unsafe)
        return run(self.inputs if inputs is None else inputs, options, lambda done, total: None)

    def laws(self, before: Outcome, *, unsafe: bool) -> dict[str, Any]:
        """Fix the copy; return counts, and what breaks a law."""
        with recorded() as applied:
            fixed = self.run(fix=True, unsafe=unsafe)
        exceptions = [
            f"{name}: {line}" for name in fixed.changed for line in self._of_file(name, fixed, applied)
        ]
        if fixed.changed:
            exceptions += self._order(fixed, unsafe=unsafe)
            exceptions += (
                f"{name}: {line}" for name in fixed.changed for line in self._written(fixed.changed[name])
            )
            again = self.run(fix=True, unsafe=unsafe)
            exceptions += (f"{name}: a second run changes it" for name in again.changed)
            exceptions += came(before, again, fixed.fixed)
        return {
            "changed": len(fixed.changed),
            "keras_changed": sum(bool(_KERAS.search(each.before.data)) for each in fixed.changed.values()),
            "notebooks_changed": sum(each.before.notebook is not None for each in fixed.changed.values()),
            "rounds": max(map(len, applied.values()), default=0),
            "fixes": dict(sum_by_code(fixed)),
            "exceptions": sorted(exceptions),
        }

    def _of_file(self, name: str, fixed: Outcome, applied: dict[str, list[Application]]) -> Iterator[str]:
        change = fixed.changed[name]
        yield from uncompiled(change)
        yield from disturbed(change, applied[name])
        yield from misplaced_imports(change)

    def _order(self, fixed: Outcome, *, unsafe: bool) -> Iterator[str]:
        """The same in another order, in one process or in two."""
        shuffled = self._chance.sample(self.inputs, len(self.inputs))
        other = self.run(fix=True, unsafe=unsafe, jobs=self._chance.choice((1, 1, 1, 1, 2)), inputs=shuffled)
        for name in sorted(fixed.changed.keys() | other.changed.keys()):
            one, two = (each.changed.get(name) for each in (fixed, other))
            if one is None or two is None or one.after.data != two.after.data:
                yield f"{name}: depends on the order of files or the number of processes"

    def _written(self, change: Change) -> Iterator[str]:
        """Write a file that has some mode, and is a symbolic link at times."""
        path = real = change.after.path
        if self._chance.random() < 0.2:
            real = self._folder.parent / f"linked-{self._chance.random()}"
            path.rename(real)
            path.symlink_to(real)
        mode = self._chance.choice((0o600, 0o644, 0o664, 0o755))
        real.chmod(mode)
        status = real.stat()
        write_together([Rewrite(path, change.before.data, change.after.data)])
        new = real.stat()
        if stat.S_IMODE(new.st_mode) != mode or (new.st_uid, new.st_gid) != (status.st_uid, status.st_gid):
            yield "mode or owner changed"
        if path.is_symlink() != (path != real) or real.read_bytes() != change.after.data:
            yield "written to another place"


@contextmanager
def recorded() -> Iterator[dict[str, list[Application]]]:
    """Note every application of edits, by file."""
    chains: dict[str, list[Application]] = defaultdict(list)
    made = fix_loop.apply

    def apply(text: str, edits: Iterable[Edit]) -> str:
        listed = list(edits)
        result = made(text, listed)
        chain = chains[listed[0].filename]
        # A round that was refused is tried again from the same text.
        while chain and chain[-1].result != text:
            chain.pop()
        chain.append(Application(text, listed, result))
        return result

    with mock.patch.object(fix_loop, "apply", apply):
        yield chains


def sum_by_code(fixed: Outcome) -> Counter[str]:
    """How many findings were fixed, by rule."""
    found: Counter[str] = Counter()
    for (_, code), number in fixed.fixed.items():
        found[code] += number
    return found


def summed_up(found: Sequence[dict[str, Any]]) -> int:
    """Print the counts; return 1 where a law has an exception."""
    kinds = {
        kind: sum(each.get(kind, 0) for each in found)
        for kind in ("files", "keras_files", "notebooks", "keras_notebooks")
    }
    say(
        f"{len(found)} projects, {kinds['files']} files ({kinds['keras_files']} speak of Keras), "
        f"{kinds['notebooks']} notebooks ({kinds['keras_notebooks']})"
    )
    for mode in MODES:
        sums = {key: sum(each[mode][key] for each in found) for key in ("changed", "notebooks_changed")}
        fixes = sum((Counter(each[mode]["fixes"]) for each in found), Counter())
        by_rule = ", ".join(f"{code} {number}" for code, number in sorted(fixes.items()))
        rounds = max((each[mode]["rounds"] for each in found), default=0)
        say(
            f"{mode}: {sums['changed']} changed, {sums['notebooks_changed']} of them notebooks, "
            f"in {rounds} rounds at most; {fixes.total()} fixes: {by_rule}"
        )
    exceptions = [f"{each['project']}: {line}" for each in found for line in each["exceptions"]]
    say(f"{len(exceptions)} exceptions")
    for line in exceptions:
        say(f"  {line}")
    return int(bool(exceptions))


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
