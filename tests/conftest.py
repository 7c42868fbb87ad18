from pathlib import Path

import pytest

from keraslint.registry import Registry
from keraslint.registry import load_packs

PACKS = Path(__file__).parent / "packs"


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A rule pack whose rules find what every reader of a test sees."""
    monkeypatch.syspath_prepend(PACKS)
    registry = load_packs([("acme", "acme_rules")])
    assert registry.problems == ()
    return registry
