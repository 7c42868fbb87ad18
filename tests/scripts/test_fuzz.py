"""Programs that nobody wrote, a few of them: keraslint fails at none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="module")
def fuzz():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        spec = importlib.util.spec_from_file_location("fuzz", BENCHMARKS / "fuzz.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
        sys.modules.pop("grammar", None)


def test_random_programs(fuzz):
    assert [
        (seed, failed) for seed in range(60) if (failed := fuzz.failures(fuzz.programs(seed), seed))
    ] == []


def test_real_files_with_something_wrong_in_them(fuzz):
    inputs = ((seed, fuzz.files(FIXTURES, seed)) for seed in range(60))
    assert [(seed, failed) for seed, data in inputs if (failed := fuzz.failures(data, seed))] == []


def test_a_failure_is_told(fuzz, monkeypatch):
    def fail(*_, **__):
        raise ValueError("broken")

    monkeypatch.setattr(fuzz, "lint", fail)
    assert fuzz.failures(b"import keras\n", 0) == ["ValueError: broken"]
