"""Lowered modules in a store: what was put is got, and nothing else that may lie there."""

import os
import pickle
from pathlib import Path

import libcst as cst
import pytest

from keraslint.cache import LoweredCache
from keraslint.semantics.lowering.lower import lower
from keraslint.store import Store

TEXT = "import keras\nx = [1, 2.5, 3j, ..., b'b', None]\n"


def test_what_was_put_is_got_for_the_same_text_alone(tmp_path):
    cache = LoweredCache(Store(tmp_path))
    module = lower(cst.parse_module(TEXT))
    assert cache.get(TEXT) is None
    cache.put(TEXT, module)
    assert cache.get(TEXT) == module
    assert cache.get(TEXT + "\n") is None


class Malicious:
    def __reduce__(self):
        return os.system, ("touch evil",)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a pickle", pickle.dumps(Malicious()), pickle.dumps(("a", "tuple")), pickle.dumps(Path())],
)
def test_an_entry_that_is_no_lowered_module_is_a_miss_and_runs_nothing(tmp_path, monkeypatch, data):
    monkeypatch.chdir(tmp_path)
    store = Store(tmp_path)
    monkeypatch.setattr(store, "get", lambda kind, key: data)
    assert LoweredCache(store).get(TEXT) is None
    assert not (tmp_path / "evil").exists()
