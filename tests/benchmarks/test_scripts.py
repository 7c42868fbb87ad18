"""Short forms of what is run at length by hand."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
PROGRAM = """\
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit_generator(batches, epochs=2)
"""


def output(name: str, *arguments: str) -> list[str]:
    """The lines that a script prints; it must end well."""
    command = [sys.executable, BENCHMARKS / name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_programs_do_the_same_before_and_after_safe_fixes():
    told = output("generated_programs.py", "--fixed", "12", "--seed", "1000")
    assert any("of those with a safe fix 12 do the same" in line for line in told)


def test_the_program_of_a_rule_does_the_same_after_its_safe_fix(tmp_path):
    arguments = ("fixture_programs.py", "deprecated-autotune", "--results", str(tmp_path / "results.jsonl"))
    told = output(*arguments)
    assert told[-2:] == ["safe: 1 exact", "unsafe: 1 runs"]
    assert told[-2:] == output(*arguments)


def test_a_killed_process_tears_nothing():
    told = output("interrupted.py", "--kills", "4", "--files", "30")
    assert told[0].startswith("killed ")


def test_projects_are_held_to_the_laws_once(tmp_path):
    (tmp_path / "projects" / "one").mkdir(parents=True)
    (tmp_path / "projects" / "one" / "train.py").write_text(PROGRAM)
    arguments = ("fix_laws.py", str(tmp_path / "projects"), "--results", str(tmp_path / "results.jsonl"))
    told = output(*arguments)
    assert told == output(*arguments)
    assert told == [
        "1 projects, 1 files (1 speak of Keras), 0 notebooks (0)",
        "safe: 1 changed, 0 of them notebooks, in 1 rounds at most; 1 fixes: KL502 1",
        "unsafe: 1 changed, 0 of them notebooks, in 1 rounds at most; 1 fixes: KL502 1",
        "0 exceptions",
    ]
    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 1
