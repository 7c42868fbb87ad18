"""How often a program that is measured against itself is said to differ from itself.

Each session measures the better program of a rule against a copy of it, as ``keraslint verify``
measures a pair: in processes of their own, in random mirrored order, at least six pairs. A verdict of
*confirmed* or *refuted* is a mistake, for nothing differs::

    python benchmarks/against_itself.py --sessions 20 --minutes 15 --folder against-itself KL413 KL106

The sessions take turns over the rules that are named. Every block of runs is kept in the folder: a call that was
stopped, or whose minutes were over, goes on where it ended, and the last one counts all sessions.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from itertools import cycle
from itertools import islice
from pathlib import Path

from score_readings import say

from keraslint.registry import load_rules
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import InterruptedMeasurementError
from keraslint.verify.measuring import Limits
from keraslint.verify.measuring import Tools
from keraslint.verify.measuring import measure_ratio
from keraslint.verify.pairs import Sources
from keraslint.verify.pairs import clearing
from keraslint.verify.pairs import pair_of
from keraslint.verify.software import Software
from keraslint.verify.software import find
from keraslint.verify.statistics import ENOUGH_PAIRS
from keraslint.verify.store import Store
from keraslint.verify.store import key_of
from keraslint.verify.subjects import Subject
from keraslint.verify.subjects import subject_of

# Three blocks of five runs: two pairs each, and the run that tells the noise.
RUNS = ENOUGH_PAIRS // 2 * 5
MISTAKEN = (Verdict.CONFIRMED, Verdict.REFUTED)


def main() -> None:
    """Measure, and count what was said."""
    parser = argparse.ArgumentParser(description="Measure programs against themselves.")
    parser.add_argument("rules", nargs="+", help="codes of the rules whose better programs are measured")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no session after so long")
    parser.add_argument("--folder", type=Path, required=True, help="where the runs are kept")
    options = parser.parse_args()
    software = find(Path(sys.executable), "tensorflow")
    registry = load_rules()
    subjects = [subject_of(rule, registry) for rule in registry.rules if rule.code in options.rules]
    ends = time.monotonic() + 60 * options.minutes
    verdicts: Counter[Verdict] = Counter()
    for number, subject in enumerate(islice(cycle(subjects), options.sessions), 1):
        if time.monotonic() > ends:
            break
        try:
            found = session(subject, software, Store(options.folder), number)
        except InterruptedMeasurementError:
            break
        verdicts[found.verdict] += 1
        value = found.ratio
        told = found.failure if value is None else f"{value.value:.2f} [{value.low:.2f}, {value.high:.2f}]"
        say(f"{number:3} {subject.code} {found.verdict.value:12} {told}")
    mistaken = sum(verdicts[verdict] for verdict in MISTAKEN)
    say(f"{mistaken} of {verdicts.total()} sessions see a difference where there is none")
    if verdicts.total() < options.sessions:
        say(f"{options.sessions - verdicts.total()} sessions are left: the same call goes on with them")


def session(subject: Subject, software: Software, store: Store, number: int) -> Measurement:
    """One session: the better program of a rule against itself."""
    _, good = subject.programs
    assert good is not None
    sources = Sources(subject, good.decode(), good.decode(), None)
    key = key_of(subject.code, sources.hashes, number)
    tools = Tools(clearing(execute), compare, lambda state: store.save(key, state))
    with pair_of(sources, software, {}) as pair:
        return measure_ratio(pair, tools, Limits(budget=math.inf, max_runs=RUNS), store.load(key))


if __name__ == "__main__":
    main()
