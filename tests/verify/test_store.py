from pathlib import Path

import pytest

from keraslint.verify.measurement import Equality
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.schedule import Block
from keraslint.verify.store import State
from keraslint.verify.store import Store
from keraslint.verify.store import key_of

RUN = Run(End.FINISHED, 8.0, 4.0, 0.5, 3.0, "train", (0.1, 0.2), 500, 1.5, {"keras": "3.15.1"}, 1)
STATE = State(
    seed=7,
    equality=Equality("close", "losses", 1e-5),
    blocks=[Block((RUN, RUN), (RUN, RUN), RUN)],
    in_memory_bad=[RUN],
    in_memory_good=[Run(End.RAISED, 1.0, error="no")],
    spent=48.5,
    runs=7,
)


def test_what_was_kept_comes_back(tmp_path: Path):
    store = Store(tmp_path / "state" / "verify")
    store.save("key", STATE)
    assert store.load("key") == STATE
    assert store.load("other").runs == 0


def test_what_was_dropped_does_not(tmp_path: Path):
    store = Store(tmp_path)
    store.save("key", STATE)
    store.drop("key")
    store.drop("key")
    assert store.load("key").blocks == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"form": 0}', '{"form": 1}', '{"form": 1, "seed": 1, "blocks": [{}]}', "\0"],
)
def test_a_damaged_state_is_none(tmp_path: Path, text: str):
    (tmp_path / "key.json").write_text(text)
    assert Store(tmp_path).load("key").blocks == []


def test_a_state_cut_off_at_any_place_is_none(tmp_path: Path):
    store = Store(tmp_path)
    store.save("key", STATE)
    whole = (tmp_path / "key.json").read_text()
    for end in range(0, len(whole), 97):
        (tmp_path / "key.json").write_text(whole[:end])
        assert store.load("key").blocks == []


def test_a_folder_that_cannot_be_made_costs_the_resumption_alone(tmp_path: Path):
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "state")
    store.save("key", STATE)
    assert store.load("key").blocks == []


def test_a_key_holds_all_that_a_state_depends_on():
    assert key_of("KL106", {"keras": "3.15.1"}) == key_of("KL106", {"keras": "3.15.1"})
    assert key_of("KL106", {"keras": "3.15.1"}) != key_of("KL106", {"keras": "3.15.0"})
