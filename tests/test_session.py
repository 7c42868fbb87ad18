"""A folder kept in mind: what is outdated ends soon, and leaves what was known as it was."""

from itertools import count
from pathlib import Path

import pytest

from keraslint.registry import load_rules
from keraslint.session import OutdatedError
from keraslint.session import Session

LONG = "import keras\n" + "x = [i for i in range(3)]\n" * 1000 + "keras.layers.CuDNNLSTM(4)\n"


def never() -> bool:
    return False


def test_an_evaluation_ends_in_the_midst_once_it_is_outdated(tmp_path: Path):
    (tmp_path / "keraslint.toml").touch()
    session, path = Session(tmp_path, load_rules(), "{}"), tmp_path / "long.py"
    asked = count()
    with pytest.raises(OutdatedError):
        session.check({path: LONG.encode()}, lambda: next(asked) == 3)
    assert next(asked) == 4
    first = session.check({path: LONG.encode()}, never).files[path].diagnostics
    assert [each.code for each in first] == ["KL505"]


def test_what_is_known_is_not_worked_out_again(tmp_path: Path):
    (tmp_path / "keraslint.toml").touch()
    session, path = Session(tmp_path, load_rules(), "{}"), tmp_path / "long.py"
    known = session.check({path: LONG.encode()}, never)
    asked = count()
    again = session.check({path: LONG.encode()}, lambda: next(asked) > 0)
    assert again.files[path].diagnostics == known.files[path].diagnostics
