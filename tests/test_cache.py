import os
import pickle
import time
from pathlib import Path

import libcst as cst
import pytest

from keraslint.cache import LoweredCache
from keraslint.semantics.lower import lower

TEXT = "import keras\nx = [1, 2.5, 3j, ..., b'b', None]\n"


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*/*/*") if path.is_file()]


@pytest.fixture
def cache(tmp_path: Path) -> LoweredCache:
    cache = LoweredCache(tmp_path)
    cache.prepare()
    return cache


def test_what_was_put_is_got_for_the_same_text_alone(cache):
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
def test_an_entry_that_is_no_lowered_module_is_a_miss_and_runs_nothing(cache, tmp_path, monkeypatch, data):
    monkeypatch.chdir(tmp_path)
    cache.put(TEXT, lower(cst.parse_module(TEXT)))
    [entry] = entries(tmp_path)
    entry.write_bytes(data)
    assert cache.get(TEXT) is None
    assert not (tmp_path / "evil").exists()


def test_git_does_not_see_it(cache, tmp_path):
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_entries_that_nobody_used_for_a_month_go(cache, tmp_path):
    cache.put(TEXT, lower(cst.parse_module(TEXT)))
    cache.put("x = 1", lower(cst.parse_module("x = 1")))
    old, young = entries(tmp_path)
    os.utime(old, (time.time() - 40 * 24 * 3600,) * 2)
    cache.prepare()
    assert entries(tmp_path) == [young]


def test_links_in_a_strangers_project_lead_to_no_harm(tmp_path):
    precious = tmp_path / "home" / "precious"
    precious.mkdir(parents=True)
    (precious / "old").write_text("keep me")
    os.utime(precious / "old", (0, 0))
    (precious / ".bashrc").write_text("keep me")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "0.0.1").symlink_to(precious.parent)
    (folder / ".gitignore").symlink_to(precious / ".bashrc")
    LoweredCache(folder).prepare()
    assert (precious / "old").read_text() == (precious / ".bashrc").read_text() == "keep me"


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path):
    (tmp_path / "file").touch()
    cache = LoweredCache(tmp_path / "file" / "cache")
    cache.prepare()
    cache.put(TEXT, lower(cst.parse_module(TEXT)))
    assert cache.get(TEXT) is None
