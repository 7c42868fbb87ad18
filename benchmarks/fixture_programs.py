"""Run the slow program of every rule before and after its fixes, and compare what they compute.

What `--fix` makes of a program has to compute the same as the program; where that does not run at all, it has to
run, and so has what `--fix --unsafe-fixes` makes of it. Each run is a process of its own::

    python benchmarks/fixture_programs.py [NAME ...] [--results fixtures.jsonl]

A rule that stands in the results is not looked at again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from generated_programs import fixed
from generated_programs import say

from keraslint.registry import load_rules
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run

ENVIRONMENT = {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
WRONG = ("different", "fails")


def main() -> int:
    """Look at the rules that have no result yet; return 1 where a fix changed something or does not run."""
    parser = argparse.ArgumentParser(description="Run the fixtures before and after their fixes.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    lines = given.results.read_text("utf-8").splitlines() if given.results and given.results.exists() else []
    found = [json.loads(line) for line in lines]
    known = {result["name"] for result in found}
    texts = {
        rule.name: text.decode()
        for rule in load_rules().rules
        if (text := rule.fixture("bad.py")) is not None
        and rule.name not in known
        and rule.name in (given.names or [rule.name])
    }
    with tempfile.TemporaryDirectory() as top:
        for result in looked_at(texts, Path(top)):
            found.append(result)
            if given.results:
                with given.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(result) + "\n")
            say(", ".join(f"{key} {value}" for key, value in result.items()))
    for mode in ("safe", "unsafe"):
        counts = Counter(result[mode] for result in found)
        say(f"{mode}: {', '.join(f'{number} {word}' for word, number in sorted(counts.items()))}")
    return int(any(result[mode].startswith(WRONG) for result in found for mode in ("safe", "unsafe")))


def looked_at(texts: dict[str, str], top: Path) -> Iterator[dict[str, str]]:
    """What became of each program by its safe fixes, and by all of them."""
    safe, safe_fixes = fixed(texts, top / "safe", unsafe=False)
    unsafe, unsafe_fixes = fixed(texts, top / "unsafe", unsafe=True)
    for name, text in texts.items():
        result = {"name": name, "safe": "unchanged", "unsafe": "unchanged"}
        if safe[name] != text:
            result["safe"] = judged(text, safe[name], top / name)
            result["fixes"] = " ".join(safe_fixes[name])
        if unsafe[name] != safe[name]:
            run = ran(unsafe[name], top / name / "unsafe")
            result["unsafe"] = "runs" if run.end.is_measured else failure(run)
            result["all fixes"] = " ".join(unsafe_fixes[name])
        yield result


def judged(text: str, safe: str, folder: Path) -> str:
    """How a fixed program compares with the first one, which may not run at all."""
    before, after = ran(text, folder / "before"), ran(safe, folder / "after")
    if not after.end.is_measured:
        return failure(after)
    if not before.end.is_measured:
        return "made to run"
    return compare(folder / "before" / "capture", folder / "after" / "capture").verdict


def failure(run: Run) -> str:
    """That a program fails, in what way, and the last line of what it said."""
    return ": ".join(["fails", run.end.value, *run.error.splitlines()[-1:]])


def ran(text: str, folder: Path) -> Run:
    """A run of a program, what it computed captured beside it."""
    folder.mkdir(parents=True)
    script = folder / "train.py"
    script.write_text(text, encoding="utf-8")
    program = Program(script, folder, Path(sys.executable), environment=ENVIRONMENT)
    return execute(Request(program, capture=folder / "capture", untrained=True))


if __name__ == "__main__":
    sys.exit(main())
