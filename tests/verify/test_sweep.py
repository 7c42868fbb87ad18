import pytest

from keraslint.verify.sweep import Sweep
from keraslint.verify.sweep import SweepError
from keraslint.verify.sweep import read_sweep
from keraslint.verify.sweep import turned

TEXT = 'constant = "SIZE"\nknob = "photographs"\nunit = "pixels a side"\nvalues = [64, 128.5]\n'


def test_what_a_sweep_says():
    assert read_sweep(TEXT) == Sweep("SIZE", "photographs", "pixels a side", (64, 128.5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("constant = ", "sweep.toml: "),
        ('constant = "SIZE"', "needs `constant`, `knob`, `unit` and `values`, and nothing else"),
        (TEXT + "more = 1\n", "and nothing else"),
        (TEXT.replace("[64, 128.5]", "[]"), "`values` are numbers"),
        (TEXT.replace("[64, 128.5]", '["a"]'), "`values` are numbers"),
    ],
)
def test_what_is_wrong_with_one(text: str, words: str):
    with pytest.raises(SweepError, match=words):
        read_sweep(text)


def test_one_constant_changes_and_nothing_else():
    program = "SIZE = 32  # pixels\nSIZES = 1\n\n\ndef f():\n    SIZE = 3\n    return SIZE == 3\n"
    assert turned(program, "SIZE", 64) == program.replace("SIZE = 32  # pixels", "SIZE = 64")


@pytest.mark.parametrize("program", ["", "size = 3\n", "SIZE = 1\nSIZE = 2\n", "SIZE == 3\n"])
def test_a_program_without_that_constant_cannot_be_turned(program: str):
    with pytest.raises(SweepError, match="no single line of the program begins with `SIZE =`"):
        turned(program, "SIZE", 1)
