"""A store gives what was put or nothing, whatever happens to its files."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keraslint import store as module
from keraslint.store import Store
from keraslint.store import digest_of

KEY = digest_of(b"key")
OTHER = digest_of(b"other")


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*/*/*") if path.is_file()]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.prepare()
    return store


def test_what_was_put_is_got_under_its_key_and_kind_alone(store):
    store.put("kind", KEY, b"data")
    assert store.get("kind", KEY) == b"data"
    assert store.get("kind", OTHER) is None
    assert store.get("another", KEY) is None


@given(data=st.binary(min_size=1, max_size=60), at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_an_entry_with_a_changed_byte_is_none(data, at, flip):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.put("kind", KEY, data)
        [entry] = entries(Path(folder))
        whole = bytearray(entry.read_bytes())
        whole[at % len(whole)] ^= flip
        entry.write_bytes(whole)
        assert store.get("kind", KEY) is None


@given(data=st.binary(max_size=60), at=st.integers(min_value=0))
def test_an_entry_that_was_cut_is_none(data, at):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.put("kind", KEY, data)
        [entry] = entries(Path(folder))
        whole = entry.read_bytes()
        entry.write_bytes(whole[: at % len(whole)])
        assert store.get("kind", KEY) is None


def test_an_entry_that_was_moved_to_another_key_is_none(store):
    store.put("kind", KEY, b"data")
    store.put("kind", OTHER, b"other")
    first, second = entries(store.folder)
    first.write_bytes(second.read_bytes())
    assert {store.get("kind", KEY), store.get("kind", OTHER)} == {None, b"data"} or {
        store.get("kind", KEY),
        store.get("kind", OTHER),
    } == {None, b"other"}


def test_git_does_not_see_it(store):
    assert (store.folder / ".gitignore").read_text() == "*\n"


def test_entries_that_nobody_used_for_a_month_go(store):
    store.put("kind", KEY, b"old")
    store.put("kind", OTHER, b"young")
    old = next(entry for entry in entries(store.folder) if entry.name in KEY)
    os.utime(old, (time.time() - 40 * 24 * 3600,) * 2)
    store.tidy()
    assert store.get("kind", KEY) is None
    assert store.get("kind", OTHER) == b"young"


def test_a_folder_is_not_looked_through_after_every_run(store):
    store.tidy()
    store.put("kind", KEY, b"old")
    [entry] = entries(store.folder)
    os.utime(entry, (time.time() - 40 * 24 * 3600,) * 2)
    store.tidy()
    assert entry.exists()
    os.utime(store.folder / "tidied", (time.time() - 2 * 3600,) * 2)
    store.tidy()
    assert not entry.exists()


def test_what_was_used_stays(store):
    store.put("kind", KEY, b"data")
    [entry] = entries(store.folder)
    os.utime(entry, (time.time() - 40 * 24 * 3600,) * 2)
    assert store.get("kind", KEY) == b"data"
    store.tidy()
    assert store.get("kind", KEY) == b"data"


def test_the_oldest_go_where_all_is_too_large(store, monkeypatch):
    for number in range(10):
        store.put("kind", digest_of(bytes([number])), bytes(1000))
        [entry] = [entry for entry in entries(store.folder) if entry.name in digest_of(bytes([number]))]
        os.utime(entry, (time.time() - 1000 + number,) * 2)
    monkeypatch.setattr(module, "_KEPT_BYTES", 3500)
    store.tidy()
    assert [number for number in range(10) if store.get("kind", digest_of(bytes([number]))) is not None] == [
        7,
        8,
        9,
    ]


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(store):
    store.put("kind", KEY, b"data")
    [entry] = entries(store.folder)
    os.utime(entry, (time.time() + 400 * 24 * 3600,) * 2)
    assert store.get("kind", KEY) == b"data"
    assert entry.stat().st_mtime < time.time() + 60


def test_links_in_a_strangers_project_lead_to_no_harm(tmp_path):
    precious = tmp_path / "home" / "precious"
    precious.mkdir(parents=True)
    (precious / ("0" * 62)).write_text("keep me")
    os.utime(precious / ("0" * 62), (0, 0))
    (precious / ".bashrc").write_text("keep me")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "findings").symlink_to(precious.parent)
    (folder / ".gitignore").symlink_to(precious / ".bashrc")
    (folder / "tidied").symlink_to(precious / "new")
    store = Store(folder)
    store.prepare()
    store.tidy()
    assert (precious / ("0" * 62)).read_text() == (precious / ".bashrc").read_text() == "keep me"
    assert not (precious / "new").exists()


@pytest.mark.parametrize("blocked", ["file/cache", "cache"])
def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path, monkeypatch, blocked):
    (tmp_path / "file").touch()
    store = Store(tmp_path / blocked)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "replace", full)
    store.prepare()
    store.put("kind", KEY, b"data")
    store.tidy()
    assert store.get("kind", KEY) is None
    assert list(tmp_path.rglob("unfinished-*")) == []


def test_many_may_write_one_entry(store):
    def work(number: int) -> bool:
        store.put("kind", KEY, bytes([number % 7]) * 10_000)
        found = store.get("kind", KEY)
        return found is not None and len(set(found)) == 1

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
