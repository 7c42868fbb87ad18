"""How often a program that is measured against itself is said to differ from itself.

Each session measures the better program of a rule against a copy of it, as ``keraslint verify``
measures a pair: in processes of their own, in random mirrored order, at least six pairs. A verdict of
*confirmed* or *refuted* is a mistake, for nothing differs::

    python benchmarks/against_itself.py --sessions 20 KL413 KL106

The sessions take turns over the rules that are named.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from itertools import cycle
from itertools import islice
from pathlib import Path

from score_readings import say

from keraslint.registry import load_rules
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Limits
from keraslint.verify.measuring import Tools
from keraslint.verify.measuring import measure_ratio
from keraslint.verify.pairs import Sources
from keraslint.verify.pairs import clearing
from keraslint.verify.pairs import pair_of
from keraslint.verify.software import find
from keraslint.verify.statistics import ENOUGH_PAIRS
from keraslint.verify.store import State
from keraslint.verify.subjects import subject_of

# Three blocks of five runs: two pairs each, and the run that tells the noise.
RUNS = ENOUGH_PAIRS // 2 * 5
MISTAKEN = (Verdict.CONFIRMED, Verdict.REFUTED)


def main() -> None:
    """Measure, and count what was said."""
    parser = argparse.ArgumentParser(description="Measure programs against themselves.")
    parser.add_argument("rules", nargs="+", help="codes of the rules whose better programs are measured")
    parser.add_argument("--sessions", type=int, default=20)
    options = parser.parse_args()
    software = find(Path(sys.executable), "tensorflow")
    registry = load_rules()
    subjects = [subject_of(rule, registry) for rule in registry.rules if rule.code in options.rules]
    verdicts: Counter[Verdict] = Counter()
    for subject in islice(cycle(subjects), options.sessions):
        _, good = subject.programs
        assert good is not None
        sources = Sources(subject, good.decode(), good.decode(), None)
        with pair_of(sources, software, {}) as pair:
            found = measure_ratio(pair, Tools(clearing(execute), compare), Limits(max_runs=RUNS), State())
        verdicts[found.verdict] += 1
        value = found.ratio
        told = found.failure if value is None else f"{value.value:.2f} [{value.low:.2f}, {value.high:.2f}]"
        say(f"{subject.code} {found.verdict.value:12} {told}")
    mistaken = sum(verdicts[verdict] for verdict in MISTAKEN)
    say(f"{mistaken} of {options.sessions} sessions see a difference where there is none")


if __name__ == "__main__":
    main()
