"""A folder kept in mind: what is outdated ends soon, and leaves what was known as it was."""

from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint
from keraslint.registry import load_rules
from keraslint.session import OutdatedError
from keraslint.session import Session
from keraslint.survey import Survey
from keraslint.survey import Surveyor

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


def test_what_the_baseline_holds_stays_quiet_wherever_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path, old = tmp_path / "old.py", "import keras\nkeras.layers.CuDNNLSTM(4)\n"
    (tmp_path / "keraslint.toml").write_text('baseline = "known.json"\n')
    path.write_text(old)
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        assert CliRunner().invoke(keraslint, ["baseline", "create"]).exit_code == 0
    session = Session(tmp_path, load_rules(), "{}")

    def said(text: str) -> list[int]:
        return [
            each.location.row for each in session.check({path: text.encode()}, never).files[path].diagnostics
        ]

    assert said(old) == []
    assert said("# moved\n\n" + old) == []
    assert said(old + "keras.layers.CuDNNGRU(4)\n") == [3]
    assert said(old + "keras.layers.CuDNNGRU(4\n") == [3]

    (tmp_path / "known.json").write_text("{")
    session.refresh()
    broken = session.check({path: old.encode()}, never)
    assert broken.files[path].diagnostics == ()
    assert broken.problem is not None
    assert "known.json: no baseline" in broken.problem


def test_what_changes_while_the_disk_is_looked_at_is_seen_by_the_next_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings, path = tmp_path / "keraslint.toml", tmp_path / "old.py"
    settings.touch()
    session, text = Session(tmp_path, load_rules(), "{}"), b"import keras\nkeras.layers.CuDNNLSTM(4)\n"
    look = Surveyor.look

    def changed_meanwhile(surveyor: Surveyor, *arguments: object) -> Survey:
        survey = look(surveyor, *arguments)
        settings.write_text('ignore = ["KL505"]\n')
        session.refresh()
        return survey

    with monkeypatch.context() as patch:
        patch.setattr(Surveyor, "look", changed_meanwhile)
        assert len(session.check({path: text}, never).files[path].diagnostics) == 1
    assert session.check({path: text}, never).files[path].diagnostics == ()
