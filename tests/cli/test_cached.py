"""Findings that were kept are those that a run without them has, whatever changes."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import random
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint import evidence
from keraslint import runner
from keraslint.findings import FindingsCache
from keraslint.processes import Workers
from keraslint.store import Store

SPEC = importlib.util.spec_from_file_location("edits", Path(__file__).parents[2] / "benchmarks" / "edits.py")
edits = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(edits)

TRAIN = """\
from tensorflow import keras
from data import make

model = keras.Sequential([keras.layers.Dense(2)])
model.fit(make(), epochs=3, workers=4)
"""
DATA = """\
import tensorflow as tf

def make():
    return tf.data.Dataset.list_files("*").map(tf.io.read_file).map(tf.io.decode_jpeg).batch(8)
"""


@given(seed=st.integers(min_value=10_000))
@settings(max_examples=8)
def test_whatever_is_edited_a_cache_changes_nothing(seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", os.environ.get("XDG_DATA_HOME", ""))
        assert list(edits.differences(seed, 6)) == []


@pytest.mark.parametrize("kind", ["findings", "lowered"])
@given(entry=st.integers(0, 100), at=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=25)
def test_whatever_byte_of_a_cache_is_flipped_nothing_changes(kept, kind, entry, at, flip):
    project, cold, cache = kept
    found = {each: sorted(cache.glob(f"{each}*/*/*")) for each in ("findings", "lowered")}
    path = found[kind][entry % len(found[kind])]
    data = path.read_bytes()
    at %= len(data)
    path.write_bytes(data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :])
    if kind == "lowered":  # which are looked at where no findings are known
        for other in found["findings"]:
            other.unlink()
    assert project.findings((".",), cached=True) == cold


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A project that was checked, what was found in it, and the folder of its cache."""
    folder = tmp_path_factory.mktemp("kept")
    project = edits.Project(folder, random.Random(0))
    return project, project.findings((".",), cached=True), folder / "cache"


@pytest.fixture
def project(write):
    write("pyproject.toml", "")
    write("train.py", TRAIN)
    write("data.py", DATA)


@pytest.fixture
def found(keraslint_cli, project):
    """What is found, as file and code, with the cache in its usual place."""

    def run(*arguments: str):
        result = keraslint_cli("check", *arguments, "--output-format", "json")
        assert result.exit_code in (0, 1), result.output
        return sorted((each["filename"], each["code"]) for each in json.loads(result.stdout))

    return run


@pytest.fixture
def linted(monkeypatch):
    """The tasks that were worked on, and not taken from the cache."""
    from keraslint.stages import Stages

    seen = []
    check = Stages.check

    def count(self, task):
        seen.append([file.name for file in task.files])
        return check(self, task)

    monkeypatch.setattr(Stages, "check", count)
    return seen


def test_what_did_not_change_is_not_looked_at_twice(found, linted):
    first = found()
    assert ("train.py", "KL501") in first
    assert found() == first
    assert linted == [["data.py", "train.py"]]


def test_what_has_nothing_to_do_with_a_change_is_not_looked_at_again(found, linted, write):
    write("other.py", "import keras\n")
    found()
    linted.clear()
    write("other.py", "import keras\nx = 1\n")
    found()
    assert linted == [["other.py"]]


@pytest.mark.parametrize(
    ("name", "text", "goes"),
    [
        ("train.py", TRAIN.replace(", workers=4", ""), ("train.py", "KL501")),
        (
            "train.py",
            TRAIN.replace("workers=4)", "workers=4)  # noqa: KL501"),
            ("train.py", "KL501"),
        ),
        ("data.py", DATA.replace(".batch(8)", ".batch(8).prefetch(2)"), ("data.py", "KL102")),
        ("requirements.txt", "tensorflow==2.12\n", ("train.py", "KL501")),
        ("pyproject.toml", "[tool.keraslint]\ntarget-keras = 2\n", ("train.py", "KL501")),
        ("pyproject.toml", "[tool.keraslint]\nignore = ['KL501']\n", ("train.py", "KL501")),
        (
            "pyproject.toml",
            "[tool.keraslint.per-file-ignores]\n'train.py' = ['KL501']\n",
            ("train.py", "KL501"),
        ),
        (".git/info/exclude", "train.py\n", ("train.py", "KL501")),
    ],
)
def test_a_change_counts(found, write, name, text, goes):
    before = set(found())
    assert goes in before
    write(name, text)
    after = set(found())
    assert goes not in after
    assert after == set(found("--no-cache"))


def test_names_and_places_count(found):
    assert ("train.py", "KL501") in found()
    Path("train.py").rename("renamed.py")
    assert ("renamed.py", "KL501") in found()
    Path("sub").mkdir()
    Path("renamed.py").rename("sub/renamed.py")
    assert ("sub/renamed.py", "KL501") in found()
    os.chdir("sub")
    assert ("renamed.py", "KL501") in found()
    os.chdir("..")
    Path("sub/renamed.py").unlink()
    assert found() == found("--no-cache")


def test_which_files_are_asked_for_counts(found):
    assert {name for name, _ in found("train.py")} == {"train.py"}
    assert {name for name, _ in found("data.py")} == {"data.py"}
    assert {name for name, _ in found()} == {"data.py", "train.py"}


def test_what_the_user_measured_counts(keraslint_cli, project, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "data" / "keraslint" / "evidence"
    folder.mkdir(parents=True)
    rule = edits.installation().catalogue.registry.find("KL102")
    hashes = [sha256(rule.fixture(name)).hexdigest() for name in ("bad.py", "good.py")]

    def told(ratio: float) -> float:
        (folder / "mine.json").write_text(edits.EVIDENCE % (ratio, *hashes))
        # Every process reads what was measured once, and here two runs are one.
        evidence._own.cache_clear()
        evidence.evidence_of.cache_clear()
        found = json.loads(
            keraslint_cli("check", "--target-tensorflow", "2.8", "--output-format", "json").stdout
        )
        return next(each["evidence"]["speedup"] for each in found if each["code"] == "KL102")

    assert [told(3), told(4)] == [3, 4]
    evidence._own.cache_clear()
    evidence.evidence_of.cache_clear()


def test_what_is_mended_is_found_no_more(found, keraslint_cli):
    before = found()
    keraslint_cli("check", "--fix", "--unsafe-fixes", "--select", "KL102")
    assert ("data.py", "KL102") in before
    assert ("data.py", "KL102") not in found()


def test_a_change_during_the_run_is_not_taken_for_the_file_before(found, monkeypatch):
    from keraslint.stages import Stages

    check = Stages.check
    good = TRAIN.replace(", workers=4", "")

    def meanwhile(self, task):
        Path("train.py").write_text(good)
        return check(self, task)

    with monkeypatch.context() as patch:
        patch.setattr(Stages, "check", meanwhile)
        found()
    Path("train.py").write_text(TRAIN)
    assert ("train.py", "KL501") in found()


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-1], lambda data: data[::-1]])
def test_a_damaged_cache_changes_nothing(found, damage):
    before = found()
    for entry in Path(".keraslint_cache").glob("*/*/*"):
        entry.write_bytes(damage(entry.read_bytes()))
    assert found() == before
    assert found() == before


def test_a_cache_that_cannot_be_written_changes_nothing(keraslint_cli, project):
    Path(".keraslint_cache").touch()
    result = keraslint_cli("check", "--output-format", "concise")
    assert "train.py:5" in result.stdout
    assert result.exit_code == 1


class Malicious:
    def __reduce__(self):
        return os.system, ("touch evil",)


@pytest.mark.parametrize("value", [Malicious(), ("a", "b", "c"), 3, (Malicious(),)])
def test_an_entry_that_holds_no_findings_is_a_miss_and_runs_nothing(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    store = Store(tmp_path)
    monkeypatch.setattr(store, "get", lambda kind, key: pickle.dumps(value))
    monkeypatch.setattr(FindingsCache, "_key", lambda self, task: "key")
    cache = FindingsCache(
        store, edits.Catalogue(edits.installation().catalogue.registry, None, "identity"), []
    )
    assert cache.get(None) is None
    assert not (tmp_path / "evil").exists()


def test_what_a_process_died_over_is_not_remembered(found, monkeypatch):
    sound = Workers.map

    def deadly(self, function, items, *, weight, crashed):
        if crashed is runner._crashed_lowering:
            return ((number, crashed(item)) for number, item in enumerate(items))
        return sound(self, function, items, weight=weight, crashed=crashed)

    with monkeypatch.context() as patch:
        patch.setattr(Workers, "map", deadly)
        assert ("train.py", "KL501") not in found("-j", "2")
    assert ("train.py", "KL501") in found("-j", "2")


@pytest.mark.parametrize(
    ("text", "heavy"),
    [
        (TRAIN, ("libcst", "keraslint.parts", "keraslint.semantics", "keraslint.rules.")),
        ("import keras\n", ("libcst", "keraslint.parts", "keraslint.semantics", "keraslint.rules.", "rich")),
    ],
)
def test_nothing_heavy_is_imported_where_all_is_known(found, write, text, heavy):
    from subprocess import run

    write("train.py", text)
    found()
    script = (
        "import sys\nfrom keraslint.cli.app import keraslint\n"
        "keraslint(['check', '-q', '--output-format', 'concise'], standalone_mode=False)\n"
        f"print(sorted(name for name in sys.modules if name.startswith({heavy})))\n"
    )
    write("pyproject.toml", "")
    for _ in range(2):
        done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
