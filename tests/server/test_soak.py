"""The long run of ``benchmarks/soak.py``, in short."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_random_edits_end_with_what_a_cold_run_says():
    command = [sys.executable, ROOT / "benchmarks" / "soak.py", "--edits", "150"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("all is well\n"), done.stdout + done.stderr
