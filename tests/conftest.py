import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings

from keraslint.registry import Registry
from keraslint.registry import load_packs

PACKS = Path(__file__).parent / "packs"

# What is drawn is the same on every run, so that a failure is one of the change at hand; benchmarks/ draw anew.
# A machine that has much else to do fails no test.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def no_evidence_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What whoever runs the tests has measured is none of their business."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
            patch.setenv(variable, str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A rule pack whose rules find what every reader of a test sees."""
    monkeypatch.syspath_prepend(PACKS)
    # The pack of examples/ has the same name, and another test may have imported that.
    for name in [name for name in sys.modules if name.split(".")[0] == "acme_rules"]:
        monkeypatch.delitem(sys.modules, name)
    registry = load_packs([("acme", "acme_rules")])
    assert registry.problems == ()
    return registry


def pytest_collection_finish() -> None:
    """Leave what is imported and collected out of every search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()
